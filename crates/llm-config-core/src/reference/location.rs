//! Where exactly a secret lies: the one reading of a reference that grants and sources share.

use super::{SecretRef, SecretStore};

/// The beginning of the names of the server's own environment variables, which hold its keys.
/// No reference ever reads one.
const OWN_VARIABLES: &str = "LLM_CONFIG_";

/// Where a secret lies in its store.
///
/// What could be read in two ways has no location: a segment that is empty, `.` or `..`, one with
/// `%`, `\`, `?`, `*` or anything outside of printable ASCII, a second `#`. So what a grant
/// compares is what a source asks for, to the byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    store: SecretStore,
    segments: Vec<&'a str>,
    field: Option<&'a str>,
}

impl<'a> Location<'a> {
    /// Reads a reference; `None` for what can never be resolved.
    ///
    /// ```
    /// use llm_config_core::reference::{Location, SecretRef};
    ///
    /// let reference: SecretRef = "vault://kv/team-a/openai#key".parse()?;
    /// let location = Location::of(&reference).expect("it has a location");
    /// assert_eq!(location.segments(), ["kv", "team-a", "openai"]);
    /// assert_eq!(location.field(), Some("key"));
    ///
    /// let reference: SecretRef = "vault://kv/team-a/../team-b/openai".parse()?;
    /// assert_eq!(Location::of(&reference), None);
    /// # Ok::<(), llm_config_core::reference::ReferenceError>(())
    /// ```
    #[must_use]
    pub fn of(reference: &'a SecretRef) -> Option<Self> {
        let store = reference.store();
        let rest = reference.uri().strip_prefix(store.scheme())?;
        let (rest, field) = match rest.split_once('#') {
            Some((rest, field)) => (rest, Some(field)),
            None => (rest, None),
        };
        let segments = segments(store, rest)?;
        let is_readable = match store {
            // A mount and at least one segment below it.
            SecretStore::Vault => segments.len() > 1 && field.is_none_or(is_field),
            SecretStore::File => field.is_none(),
            SecretStore::Env => field.is_none() && segments.iter().all(|it| is_variable(it)),
            SecretStore::GcpSecretManager => false,
        };
        is_readable.then_some(Self { store, segments, field })
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> SecretStore {
        self.store
    }

    /// The path: a mount and what lies below it, the path of a file from the root, or the one
    /// name of a variable. Never empty.
    #[must_use]
    pub fn segments(&self) -> &[&'a str] {
        &self.segments
    }

    /// What stands behind `#`: which of the secret's values is meant.
    #[must_use]
    pub const fn field(&self) -> Option<&'a str> {
        self.field
    }
}

/// The segments of what stands behind the scheme; `None` if one is doubtful.
pub(crate) fn segments(store: SecretStore, rest: &str) -> Option<Vec<&str>> {
    let path = match store {
        // Behind `file://` could stand the name of a host; only this one's files are read.
        SecretStore::File => rest.strip_prefix('/')?,
        SecretStore::Vault | SecretStore::Env | SecretStore::GcpSecretManager => rest,
    };
    let segments: Vec<_> = path.split('/').collect();
    let is_single = store != SecretStore::Env || segments.len() == 1;
    (is_single && segments.iter().all(|it| is_plain(it))).then_some(segments)
}

/// Whether a segment means the same to everybody.
fn is_plain(segment: &str) -> bool {
    let is_plain = |c: char| matches!(c, ' '..='~') && !matches!(c, '%' | '\\' | '?' | '#' | '*');
    !matches!(segment, "" | "." | "..") && segment.trim() == segment && segment.chars().all(is_plain)
}

fn is_field(field: &str) -> bool {
    !field.is_empty() && field.chars().all(|c| c.is_ascii_graphic() && c != '#')
}

/// Whether a text is the name, or the beginning of the name, of a variable that may be read.
pub(crate) fn is_variable(name: &str) -> bool {
    let is_own = name.get(..OWN_VARIABLES.len()).is_some_and(|it| it.eq_ignore_ascii_case(OWN_VARIABLES));
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins && !is_own && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
