//! Key-encryption keys: what the keys of secrets are wrapped with.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::text::text_conversions;

/// Why a key id was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key id has 1 to {} characters of `a-z`, `A-Z`, `0-9`, `.`, `_` and `-`", KeyId::LIMIT)]
pub struct KeyIdError;

/// The name of a key-encryption key; written into every envelope sealed under it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

text_conversions!(KeyId, KeyIdError);

impl KeyId {
    /// The most characters of a key id.
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

/// 256 bits under which data-encryption keys are wrapped; overwritten in memory when dropped.
pub struct KeyEncryptionKey(Zeroizing<[u8; 32]>);

impl KeyEncryptionKey {
    /// Takes over 32 random bytes.
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

/// Key-encryption keys by id. One is current and seals; the others only open.
#[derive(Debug)]
pub struct Keyring {
    current: KeyId,
    keys: BTreeMap<KeyId, KeyEncryptionKey>,
}

impl Keyring {
    /// A keyring whose key `current` seals; `None` when `keys` has no such key.
    #[must_use]
    pub fn new(current: KeyId, keys: BTreeMap<KeyId, KeyEncryptionKey>) -> Option<Self> {
        keys.contains_key(&current).then_some(Self { current, keys })
    }

    /// The id of the key that seals.
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

/// Why keys could not be had; the message is for the operator and never shows key material.
#[derive(Debug, thiserror::Error)]
pub enum KeySourceError {
    /// There is no key yet.
    #[error("there is no key at {place}")]
    Missing {
        /// Where it was looked for.
        place: String,
    },
    /// There is something, but it must not or cannot be used.
    #[error("{_0}")]
    Unusable(String),
}

/// Port: where key-encryption keys come from.
#[async_trait::async_trait]
pub trait KeySource: Send + Sync {
    /// The keyring as it is now.
    async fn load(&self) -> Result<Keyring, KeySourceError>;

    /// Makes a first keyring where there is none; `Unusable` where this source cannot.
    ///
    /// Called at most once in the life of a database: when it is initialised.
    async fn create(&self) -> Result<Keyring, KeySourceError>;

    /// Refuses a place of keys that others on this machine could write to. Asked before anything
    /// is made, whether there are keys already or not.
    fn check_permissions(&self) -> Result<(), KeySourceError> {
        Ok(())
    }
}
