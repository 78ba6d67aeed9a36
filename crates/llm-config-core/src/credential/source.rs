//! Where the secret of a credential comes from.

use std::collections::BTreeMap;

use crate::secret::SecretRef;

/// Where the secret of a stored credential comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialSource {
    /// The credential contains the secret.
    Inline,
    /// A secret store. The URI is not part of a stored configuration, because not everyone who may read the
    /// configuration may see it.
    Reference,
    /// The server's own identity.
    Identity,
}

impl CredentialSource {
    /// Every source.
    pub const ALL: &[Self] = &[Self::Inline, Self::Reference, Self::Identity];

    /// The name in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inline => "INLINE",
            Self::Reference => "REFERENCE",
            Self::Identity => "IDENTITY",
        }
    }

    /// The source with a stored name; `None` unless `reference`, the stored URI, belongs to it.
    #[must_use]
    pub fn from_stored(name: &str, reference: Option<&str>) -> Option<Self> {
        let source = Self::ALL.iter().copied().find(|source| source.as_str() == name)?;
        let is_complete = match source {
            Self::Reference => {
                reference.is_some_and(|uri| SecretRef::from_stored(uri, BTreeMap::new()).is_ok())
            }
            Self::Inline | Self::Identity => reference.is_none(),
        };
        is_complete.then_some(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "vault://kv/openai#key";

    #[test]
    fn from_stored_accepts_only_what_belongs_together() {
        for (source, reference) in [
            (CredentialSource::Inline, None),
            (CredentialSource::Reference, Some(URI)),
            (CredentialSource::Identity, None),
        ] {
            assert_eq!(CredentialSource::from_stored(source.as_str(), reference), Some(source));
        }
        for (name, reference) in [
            ("INLINE", Some(URI)),
            ("IDENTITY", Some(URI)),
            ("REFERENCE", None),
            ("REFERENCE", Some("sk-0123456789")),
            ("inline", None),
        ] {
            assert_eq!(CredentialSource::from_stored(name, reference), None, "{name} {reference:?}");
        }
    }
}
