//! The location of a secret: the single interpretation of a reference that grants and sources share.

use super::reference::{SecretRef, SecretStore};

/// The prefix of the server's own environment variables, which hold its keys. No reference can name one.
const OWN_VARIABLES: &str = "LLM_CONFIG_";

/// The location of a secret in its store.
///
/// An ambiguous reference has no location: one with a segment that is empty, `.` or `..`, with `%`, `\`,
/// `?`, `*` or a character outside printable ASCII, or with a second `#`. Therefore the path that a grant
/// permits and the path that a source requests are the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    store: SecretStore,
    segments: Vec<&'a str>,
    field: Option<&'a str>,
}

impl SecretRef {
    /// The location that the reference names; `None` for a reference that can never be resolved.
    ///
    /// ```
    /// use llm_config_core::secret::SecretRef;
    ///
    /// let reference: SecretRef = "vault://kv/team-a/openai#key".parse()?;
    /// let location = reference.location().expect("it has a location");
    /// assert_eq!(location.segments(), ["kv", "team-a", "openai"]);
    /// assert_eq!(location.field(), Some("key"));
    ///
    /// let reference: SecretRef = "vault://kv/team-a/../team-b/openai".parse()?;
    /// assert_eq!(reference.location(), None);
    /// # Ok::<(), llm_config_core::secret::ReferenceError>(())
    /// ```
    #[must_use]
    pub fn location(&self) -> Option<Location<'_>> {
        let store = self.store();
        let rest = self.uri().strip_prefix(store.scheme())?;
        let (rest, field) = match rest.split_once('#') {
            Some((rest, field)) => (rest, Some(field)),
            None => (rest, None),
        };
        let segments = path_segments(store, rest)?;
        let is_readable = match store {
            // A mount and at least one segment below it.
            SecretStore::Vault => segments.len() > 1 && field.is_none_or(is_field),
            SecretStore::File => field.is_none(),
            SecretStore::Env => field.is_none() && segments.iter().all(|name| is_variable_name(name)),
            SecretStore::GcpSecretManager => false,
        };
        is_readable.then_some(Location { store, segments, field })
    }
}

impl<'a> Location<'a> {
    /// The store.
    #[must_use]
    pub const fn store(&self) -> SecretStore {
        self.store
    }

    /// The path: a mount and the path below it, the absolute path of a file, or the name of a variable.
    /// Never empty.
    #[must_use]
    pub fn segments(&self) -> &[&'a str] {
        &self.segments
    }

    /// The fragment after `#`: the field of the secret.
    #[must_use]
    pub const fn field(&self) -> Option<&'a str> {
        self.field
    }
}

/// The segments of the path after the scheme; `None` if one is ambiguous.
pub(crate) fn path_segments(store: SecretStore, rest: &str) -> Option<Vec<&str>> {
    let path = match store {
        // `file://HOST/…` names a file of another host.
        SecretStore::File => rest.strip_prefix('/')?,
        SecretStore::Vault | SecretStore::Env | SecretStore::GcpSecretManager => rest,
    };
    let segments: Vec<_> = path.split('/').collect();
    let is_single = store != SecretStore::Env || segments.len() == 1;
    (is_single && segments.iter().all(|segment| is_plain(segment))).then_some(segments)
}

/// Whether every reader interprets the segment alike.
fn is_plain(segment: &str) -> bool {
    let is_plain = |c: char| matches!(c, ' '..='~') && !matches!(c, '%' | '\\' | '?' | '#' | '*');
    !matches!(segment, "" | "." | "..") && segment.trim() == segment && segment.chars().all(is_plain)
}

fn is_field(field: &str) -> bool {
    !field.is_empty() && field.chars().all(|c| c.is_ascii_graphic() && c != '#')
}

/// Whether a text is the name, or the prefix of the names, of variables that references may name.
pub(crate) fn is_variable_name(name: &str) -> bool {
    let is_own =
        name.get(..OWN_VARIABLES.len()).is_some_and(|prefix| prefix.eq_ignore_ascii_case(OWN_VARIABLES));
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins && !is_own && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
