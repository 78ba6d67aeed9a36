//! Key-encryption keys, which encrypt the data keys of secrets.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::text::text_conversions;

/// The text is not a key id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key id has 1 to {} characters of `a-z`, `A-Z`, `0-9`, `.`, `_` and `-`", KeyId::LIMIT)]
pub struct KeyIdError;

/// The name of a key-encryption key. Every envelope encrypted under the key contains it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

text_conversions!(KeyId, KeyIdError);

impl KeyId {
    /// The maximum length in characters.
    pub const LIMIT: usize = 64;
}

impl FromStr for KeyId {
    type Err = KeyIdError;

    fn from_str(text: &str) -> Result<Self, KeyIdError> {
        let in_alphabet = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let is_name = !text.is_empty() && text.len() <= Self::LIMIT && text.chars().all(in_alphabet);
        if is_name { Ok(Self(text.to_owned())) } else { Err(KeyIdError) }
    }
}

/// A key of 256 bits that encrypts data keys. Overwritten in memory when dropped.
pub struct KeyEncryptionKey(Zeroizing<[u8; 32]>);

impl KeyEncryptionKey {
    /// A key of 32 random bytes.
    #[must_use]
    pub const fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The key's bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for KeyEncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyEncryptionKey(****)")
    }
}

/// Key-encryption keys by id. The current one encrypts; all of them decrypt.
#[derive(Debug)]
pub struct Keyring {
    current: KeyId,
    keys: BTreeMap<KeyId, KeyEncryptionKey>,
}

impl Keyring {
    /// A keyring that encrypts with the key `current`; `None` if `keys` does not contain it.
    #[must_use]
    pub fn new(current: KeyId, keys: BTreeMap<KeyId, KeyEncryptionKey>) -> Option<Self> {
        keys.contains_key(&current).then_some(Self { current, keys })
    }

    /// The id of the key that encrypts.
    #[must_use]
    pub const fn current(&self) -> &KeyId {
        &self.current
    }

    /// The key of that id.
    #[must_use]
    pub fn key(&self, id: &KeyId) -> Option<&KeyEncryptionKey> {
        self.keys.get(id)
    }

    /// The ids of all keys, in order.
    pub fn ids(&self) -> impl Iterator<Item = &KeyId> {
        self.keys.keys()
    }
}

/// Why keys are unavailable. The message is for the operator and never contains key material.
#[derive(Debug, thiserror::Error)]
pub enum KeySourceError {
    /// The source contains no key.
    #[error("there is no key at {location}")]
    Missing {
        /// The place that was searched: a path, or the name of an environment variable.
        location: String,
    },
    /// Permissions or the owner of the source forbid its use: other users could read or change the keys, or
    /// this program may not read them.
    #[error("{_0}")]
    Permissions(String),
    /// The source cannot be used for another reason, such as a malformed key.
    #[error("{_0}")]
    Unusable(String),
}

/// Port: the source of key-encryption keys.
#[async_trait::async_trait]
pub trait KeySource: Send + Sync {
    /// Reads the keyring.
    async fn load(&self) -> Result<Keyring, KeySourceError>;

    /// Creates the first keyring; `Unusable` if this source cannot create one.
    ///
    /// Called at most once for a database: when it is initialised.
    async fn create(&self) -> Result<Keyring, KeySourceError>;

    /// Rejects a location of keys that other users of this machine could write to. Called before anything is
    /// created, whether keys exist or not.
    fn check_permissions(&self) -> Result<(), KeySourceError> {
        Ok(())
    }
}
