//! References to secrets that other stores keep.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::text::{TextError, TextRule, list};

/// A secret store that a reference can name. The operator's [`Grants`](crate::grant::Grants) decide which
/// secrets a configuration may use and where it may send them; they are checked at every use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretStore {
    /// `vault://`: `HashiCorp` Vault or `OpenBao`.
    Vault,
    /// `file://`: a file on the server.
    File,
    /// `env://`: an environment variable of the server.
    Env,
    /// `gcp-sm://`: Google Secret Manager.
    GcpSecretManager,
}

impl SecretStore {
    /// Every store, as the `/v1/llms` API names them.
    pub const ALL: &[Self] = &[Self::Vault, Self::File, Self::Env, Self::GcpSecretManager];

    /// The scheme of the store's references, with `://`.
    #[must_use]
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Vault => "vault://",
            Self::File => "file://",
            Self::Env => "env://",
            Self::GcpSecretManager => "gcp-sm://",
        }
    }
}

impl fmt::Display for SecretStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scheme())
    }
}

/// Why a text is not a valid reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// The scheme names no known store.
    #[error("must start with one of {}", list(SecretStore::ALL))]
    UnknownStore,
    /// Nothing after the scheme.
    #[error("must name a secret after the scheme")]
    Empty,
    /// Not printable on one line, or too long.
    #[error(transparent)]
    Text(#[from] TextError),
    /// More hints than [`SecretRef::HINT_LIMIT`], or one that is too long.
    #[error(
        "must have at most {} hints of at most {} characters each",
        SecretRef::HINT_LIMIT,
        SecretRef::HINT_TEXT_LIMIT
    )]
    Hints,
}

/// A reference to a secret in another store: a URI such as `vault://kv/openai#key`, and hints for its reader.
///
/// A reference is not secret. It is resolved when it is used; storing it does not access the secret store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRef {
    store: SecretStore,
    uri: String,
    hints: BTreeMap<String, String>,
}

impl SecretRef {
    /// The maximum number of hints.
    pub const HINT_LIMIT: usize = 20;

    /// The maximum length of a hint's key or value in characters.
    pub const HINT_TEXT_LIMIT: usize = 255;

    /// The maximum length of the URI in characters.
    pub const URI_LIMIT: usize = Self::URI.limit;

    const URI: TextRule = TextRule { limit: 2048, multi_line: false, keep_outer_space: false };

    /// A reference to `uri`, at most 2,048 characters, with hints such as `encoding: base64`.
    pub fn new(uri: &str, hints: BTreeMap<String, String>) -> Result<Self, ReferenceError> {
        Self::from_parts(Self::URI.check(uri)?, hints)
    }

    /// A stored reference, checked by the rule of earlier versions, which refused control characters only.
    pub fn from_stored(uri: &str, hints: BTreeMap<String, String>) -> Result<Self, ReferenceError> {
        Self::from_parts(Self::URI.check_stored(uri)?, hints)
    }

    fn from_parts(uri: String, hints: BTreeMap<String, String>) -> Result<Self, ReferenceError> {
        let store = SecretStore::ALL.iter().copied().find(|store| uri.starts_with(store.scheme()));
        let store = store.ok_or(ReferenceError::UnknownStore)?;
        if uri.len() == store.scheme().len() {
            return Err(ReferenceError::Empty);
        }
        let is_short = |text: &String| text.chars().count() <= Self::HINT_TEXT_LIMIT;
        if hints.len() > Self::HINT_LIMIT || !hints.iter().all(|(k, v)| is_short(k) && is_short(v)) {
            return Err(ReferenceError::Hints);
        }
        Ok(Self { store, uri, hints })
    }

    /// The store that the reference names.
    #[must_use]
    pub const fn store(&self) -> SecretStore {
        self.store
    }

    /// The URI, with its scheme.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The hints, ordered by key.
    #[must_use]
    pub const fn hints(&self) -> &BTreeMap<String, String> {
        &self.hints
    }
}

impl FromStr for SecretRef {
    type Err = ReferenceError;

    fn from_str(uri: &str) -> Result<Self, ReferenceError> {
        Self::new(uri, BTreeMap::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(uri: &str, expected: Result<SecretStore, &str>) {
        let found =
            uri.parse::<SecretRef>().map(|reference| reference.store()).map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned), "{uri}");
    }

    #[test]
    fn parse_with_known_scheme_names_store() {
        check("vault://kv/openai#key", Ok(SecretStore::Vault));
        check("gcp-sm://projects/p/secrets/s", Ok(SecretStore::GcpSecretManager));
    }

    #[test]
    fn parse_with_unknown_store_is_rejected() {
        check("http://h/", Err("must start with one of vault://, file://, env://, gcp-sm://"));
        check("$OPENAI_API_KEY", Err("must start with one of vault://, file://, env://, gcp-sm://"));
        check("env://", Err("must name a secret after the scheme"));
    }
}
