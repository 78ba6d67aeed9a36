//! Where the secret of a credential comes from.

use std::collections::BTreeMap;

use crate::secret::SecretRef;

/// Where the secret of a stored credential comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialSource {
    /// The credential contains the secret.
    Inline,
    /// A secret store: the URI of the reference, without its hints.
    Reference(String),
    /// The server's own identity.
    Identity,
}

impl CredentialSource {
    /// The name in the database and in JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Inline => "INLINE",
            Self::Reference(_) => "REFERENCE",
            Self::Identity => "IDENTITY",
        }
    }

    /// The URI of a reference.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Reference(uri) => Some(uri),
            Self::Inline | Self::Identity => None,
        }
    }

    /// The source with a stored name and URI; `None` unless both belong together.
    #[must_use]
    pub fn from_stored(name: &str, reference: Option<&str>) -> Option<Self> {
        match (name, reference) {
            ("INLINE", None) => Some(Self::Inline),
            ("REFERENCE", Some(uri)) => {
                let reference = SecretRef::from_stored(uri, BTreeMap::new()).ok()?;
                Some(Self::Reference(reference.uri().to_owned()))
            }
            ("IDENTITY", None) => Some(Self::Identity),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_stored_accepts_only_what_belongs_together() {
        for source in [
            CredentialSource::Inline,
            CredentialSource::Reference("vault://kv/openai#key".to_owned()),
            CredentialSource::Identity,
        ] {
            assert_eq!(CredentialSource::from_stored(source.as_str(), source.reference()), Some(source));
        }
        for (name, reference) in [
            ("INLINE", Some("vault://kv/openai#key")),
            ("IDENTITY", Some("vault://kv/openai#key")),
            ("REFERENCE", None),
            ("REFERENCE", Some("sk-0123456789")),
            ("inline", None),
        ] {
            assert_eq!(CredentialSource::from_stored(name, reference), None, "{name} {reference:?}");
        }
    }
}
