//! References to secrets that are kept elsewhere.

mod location;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

pub use location::Location;
pub(crate) use location::{is_variable, segments};

use crate::text::{TextError, TextRule, one_of};

/// A store of secrets that a reference may name. Which of them are usable, for whom and where
/// to, is the operator's declaration, checked whenever a reference is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretStore {
    /// `vault://`: `HashiCorp` Vault or `OpenBao`.
    Vault,
    /// `file://`: a file of the server.
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

/// Why a reference was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// No scheme of a known store.
    #[error("must start with one of {}", one_of(SecretStore::ALL).trim_start_matches("must be one of "))]
    UnknownStore,
    /// Nothing behind the scheme.
    #[error("must name a secret behind its scheme")]
    Empty,
    /// Not printable on one line, or too long.
    #[error(transparent)]
    Text(#[from] TextError),
    /// More hints than [`SecretRef::HINT_LIMIT`], or one that is too long.
    #[error("must have at most {} hints of at most 255 characters each", SecretRef::HINT_LIMIT)]
    Hints,
}

/// Where a secret is kept: a URI such as `vault://kv/openai#key`, and hints on how to read it.
///
/// A reference is no secret. Saving one touches nothing; it is resolved when it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRef {
    store: SecretStore,
    uri: String,
    hints: BTreeMap<String, String>,
}

impl SecretRef {
    /// The most hints of a reference.
    pub const HINT_LIMIT: usize = 20;

    const URI: TextRule = TextRule { limit: 2048, multi_line: false, keep_outer_space: false };

    /// A reference to `uri`, at most 2,048 characters, with hints such as `encoding: base64`.
    pub fn new(uri: &str, hints: BTreeMap<String, String>) -> Result<Self, ReferenceError> {
        Self::of(Self::URI.check(uri)?, hints)
    }

    /// As a row holds it: by the rule of earlier versions, which refused control characters only.
    pub fn from_stored(uri: &str, hints: BTreeMap<String, String>) -> Result<Self, ReferenceError> {
        Self::of(Self::URI.check_stored(uri)?, hints)
    }

    fn of(uri: String, hints: BTreeMap<String, String>) -> Result<Self, ReferenceError> {
        let store = SecretStore::ALL.iter().copied().find(|it| uri.starts_with(it.scheme()));
        let store = store.ok_or(ReferenceError::UnknownStore)?;
        if uri.len() == store.scheme().len() {
            return Err(ReferenceError::Empty);
        }
        let is_short = |text: &String| text.chars().count() <= 255;
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

    /// The whole URI, scheme included.
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

/// Why a reference could not be resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// Not granted, or not there: the two are told apart for nobody.
    #[error("the secret reference cannot be used here")]
    Refused,
    /// The store of secrets did not answer.
    #[error("the store of secrets is unavailable")]
    Unavailable,
}

/// Port: where a secret reference is resolved, at the moment of use.
#[async_trait::async_trait]
pub trait SecretSource: Send + Sync {
    /// The secret behind `reference`.
    async fn resolve(&self, reference: &SecretRef) -> Result<crate::secret::Secret, ResolveError>;
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
        let found = uri.parse::<SecretRef>().map(|it| it.store()).map_err(|it| it.to_string());
        assert_eq!(found, expected.map_err(str::to_owned), "{uri}");
    }

    #[test]
    fn the_scheme_names_the_store() {
        check("vault://kv/openai#key", Ok(SecretStore::Vault));
        check("gcp-sm://projects/p/secrets/s", Ok(SecretStore::GcpSecretManager));
    }

    #[test]
    fn unknown_stores_are_refused() {
        check("http://h/", Err("must start with one of vault://, file://, env://, gcp-sm://"));
        check("$OPENAI_API_KEY", Err("must start with one of vault://, file://, env://, gcp-sm://"));
        check("env://", Err("must name a secret behind its scheme"));
    }
}
