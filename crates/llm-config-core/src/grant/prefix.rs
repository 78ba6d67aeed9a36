//! The secrets that a grant covers.

use std::fmt;
use std::str::FromStr;

use crate::secret::{Location, ReferenceError, SecretRef, SecretStore, is_variable_name, path_segments};

/// Why a text is not a prefix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrefixError {
    /// The text has not the form of a reference.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// A secret store that this version cannot read.
    #[error("must not name {_0}: this version reads no secrets there")]
    Store(SecretStore),
    /// An ambiguous or empty path.
    #[error(
        "must be a path whose parts are printable ASCII without `%`, `\\`, `?`, `#` and `*`, and neither \
         empty nor `.` or `..`, such as `vault://kv/team-a` or `file:///run/secrets/team-a`"
    )]
    Path,
    /// Not the name of an environment variable.
    #[error(
        "must be the name of an environment variable or its beginning and `*`, such as `env://TEAM_A_*`, \
         and not one of the server's own (`LLM_CONFIG_…`)"
    )]
    Variable,
}

/// The secrets of a store that a grant covers: `vault://kv/team-a`, `file:///run/secrets/team-a`,
/// `env://TEAM_A_OPENAI_KEY`, `env://TEAM_A_*`.
///
/// Paths are compared segment by segment. `vault://kv/team-a` covers the secret of that name and all below
/// it; with a trailing slash it covers only those below it. The name of a variable covers that variable; with
/// a trailing `*` it covers every variable whose name starts with it.
///
/// ```
/// use llm_config_core::grant::SecretPrefix;
/// use llm_config_core::secret::SecretRef;
///
/// let prefix: SecretPrefix = "vault://kv/team-a".parse()?;
/// let covers = |uri: &str| {
///     let reference: SecretRef = uri.parse().expect("a reference");
///     reference.location().is_some_and(|location| prefix.covers(&location))
/// };
/// assert!(covers("vault://kv/team-a/openai#key"));
/// assert!(!covers("vault://kv/team-ab/openai#key"));
/// # Ok::<(), llm_config_core::grant::PrefixError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretPrefix {
    text: String,
    store: SecretStore,
    segments: Vec<String>,
    coverage: Coverage,
}

/// The secrets that a prefix covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coverage {
    /// The secret at the path of the prefix.
    Itself,
    /// The secret at the path of the prefix, and all below.
    ItselfAndBelow,
    /// Only the secrets below the path of the prefix.
    Below,
    /// Every environment variable whose name starts with the name of the prefix.
    Names,
}

impl SecretPrefix {
    /// The store.
    #[must_use]
    pub const fn store(&self) -> SecretStore {
        self.store
    }

    /// The segments of the path, or the one name. Never empty.
    #[must_use]
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// Whether the prefix covers the secret at `location`.
    #[must_use]
    pub fn covers(&self, location: &Location<'_>) -> bool {
        let found = location.segments();
        let begins =
            found.len() >= self.segments.len() && self.segments.iter().zip(found).all(|(a, b)| a == b);
        self.store == location.store()
            && match self.coverage {
                Coverage::Itself => begins && found.len() == self.segments.len(),
                Coverage::ItselfAndBelow => begins,
                Coverage::Below => begins && found.len() > self.segments.len(),
                Coverage::Names => match (self.segments.as_slice(), found) {
                    ([beginning], [name]) => name.starts_with(beginning.as_str()),
                    _ => false,
                },
            }
    }
}

impl fmt::Display for SecretPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for SecretPrefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, PrefixError> {
        let reference: SecretRef = text.parse()?;
        let store = reference.store();
        let rest = reference.uri().strip_prefix(store.scheme()).unwrap_or_default();
        let (rest, coverage) = match store {
            SecretStore::GcpSecretManager => return Err(PrefixError::Store(store)),
            SecretStore::Vault | SecretStore::File => match rest.strip_suffix('/') {
                Some(rest) => (rest, Coverage::Below),
                None => (rest, Coverage::ItselfAndBelow),
            },
            SecretStore::Env => match rest.strip_suffix('*') {
                Some(rest) => (rest, Coverage::Names),
                None => (rest, Coverage::Itself),
            },
        };
        if store == SecretStore::Env && !is_variable_name(rest) {
            return Err(PrefixError::Variable);
        }
        let segments = path_segments(store, rest).ok_or(PrefixError::Path)?;
        let segments = segments.into_iter().map(str::to_owned).collect();
        Ok(Self { text: reference.uri().to_owned(), store, segments, coverage })
    }
}
