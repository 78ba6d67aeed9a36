//! Credentials and their parts.

use super::header::{HeaderName, HeaderPrefix};
use super::kind::CredentialKind;
use super::source::CredentialSource;
use crate::secret::{Mask, Secret, SecretRef};

/// A secret, or a reference to it.
#[derive(Debug)]
pub enum SecretValue {
    /// The secret itself.
    Inline(Secret),
    /// A reference. It is resolved at every use and requires a grant of the operator.
    Reference(SecretRef),
}

impl SecretValue {
    /// An explicit copy.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        match self {
            Self::Inline(secret) => Self::Inline(secret.duplicate()),
            Self::Reference(reference) => Self::Reference(reference.clone()),
        }
    }
}

/// An API key that is sent in a header.
#[derive(Debug)]
pub struct ApiKey {
    /// The header; `None` for the provider's own header, which defaults to `Authorization`.
    pub header: Option<HeaderName>,
    /// The text before the key in the header; see [`ApiKey::effective_prefix`].
    pub prefix: Option<HeaderPrefix>,
    /// The key.
    pub value: SecretValue,
}

impl ApiKey {
    /// A key that is sent as `Authorization: Bearer …`.
    #[must_use]
    pub fn bearer(key: Secret) -> Self {
        Self { header: Some(HeaderName::authorization()), prefix: None, value: SecretValue::Inline(key) }
    }

    /// The prefix that is sent: `prefix` if present, else `Bearer ` in `Authorization` and nothing in any
    /// other header. A prefix of white space means none.
    #[must_use]
    pub fn effective_prefix(&self) -> &str {
        match &self.prefix {
            Some(prefix) => prefix.sent(),
            None => match &self.header {
                Some(header) if header.as_str().eq_ignore_ascii_case("authorization") => "Bearer ",
                Some(_) | None => "",
            },
        }
    }
}

/// An identifier and its secret, such as an AWS access key id and secret access key.
#[derive(Debug)]
pub struct KeyPair {
    /// The identifier. Responses mask it like a secret.
    pub key_id: Secret,
    /// The secret.
    pub secret: SecretValue,
}

/// The server's own Google identity (application default credentials). It contains no secret and requires
/// a grant of the operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GcpAdc {
    /// The OAuth scopes to request.
    pub scopes: Vec<String>,
    /// The project to bill.
    pub quota_project: Option<String>,
}

impl GcpAdc {
    /// The maximum number of scopes.
    pub const SCOPE_LIMIT: usize = 20;

    /// The maximum length of a scope or of the project in characters.
    pub const TEXT_LIMIT: usize = 255;
}

/// The credential that authenticates calls to a provider. A configuration without one has `None`.
#[derive(Debug)]
pub enum Credential {
    /// An API key in a header.
    ApiKey(ApiKey),
    /// An identifier and its secret.
    KeyPair(KeyPair),
    /// The server's own Google identity.
    GcpAdc(GcpAdc),
}

impl Credential {
    /// The kind of the credential.
    #[must_use]
    pub const fn kind(&self) -> CredentialKind {
        match self {
            Self::ApiKey(_) => CredentialKind::ApiKey,
            Self::KeyPair(_) => CredentialKind::KeyPair,
            Self::GcpAdc(_) => CredentialKind::GcpAdc,
        }
    }

    /// Whether the credential contains the secret itself, which proves that its sender knows it. A reference
    /// or the server's own identity proves nothing.
    #[must_use]
    pub const fn is_inline(&self) -> bool {
        match self {
            Self::ApiKey(ApiKey { value, .. }) => matches!(value, SecretValue::Inline(_)),
            Self::KeyPair(KeyPair { secret, .. }) => matches!(secret, SecretValue::Inline(_)),
            Self::GcpAdc(_) => false,
        }
    }

    /// Where the secret comes from.
    #[must_use]
    pub const fn source(&self) -> CredentialSource {
        match self {
            Self::ApiKey(ApiKey { value, .. }) | Self::KeyPair(KeyPair { secret: value, .. }) => {
                match value {
                    SecretValue::Inline(_) => CredentialSource::Inline,
                    SecretValue::Reference(_) => CredentialSource::Reference,
                }
            }
            Self::GcpAdc(_) => CredentialSource::Identity,
        }
    }

    /// The URI of a reference, without its hints.
    #[must_use]
    pub fn reference_uri(&self) -> Option<&str> {
        match self {
            Self::ApiKey(ApiKey { value, .. }) | Self::KeyPair(KeyPair { secret: value, .. }) => {
                match value {
                    SecretValue::Inline(_) => None,
                    SecretValue::Reference(reference) => Some(reference.uri()),
                }
            }
            Self::GcpAdc(_) => None,
        }
    }

    /// An explicit copy.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        match self {
            Self::ApiKey(ApiKey { header, prefix, value }) => Self::ApiKey(ApiKey {
                header: header.clone(),
                prefix: prefix.clone(),
                value: value.duplicate(),
            }),
            Self::KeyPair(KeyPair { key_id, secret }) => {
                Self::KeyPair(KeyPair { key_id: key_id.duplicate(), secret: secret.duplicate() })
            }
            Self::GcpAdc(adc) => Self::GcpAdc(adc.clone()),
        }
    }

    /// The mask of the secret; `None` for a reference and for the server's own identity.
    #[must_use]
    pub fn mask(&self) -> Option<Mask> {
        match self {
            Self::ApiKey(ApiKey { value: SecretValue::Inline(secret), .. })
            | Self::KeyPair(KeyPair { secret: SecretValue::Inline(secret), .. }) => Some(secret.mask()),
            Self::ApiKey(_) | Self::KeyPair(_) | Self::GcpAdc(_) => None,
        }
    }

    /// The mask of the identifier of a key pair.
    #[must_use]
    pub fn key_id_mask(&self) -> Option<Mask> {
        match self {
            Self::KeyPair(pair) => Some(pair.key_id.mask()),
            Self::ApiKey(_) | Self::GcpAdc(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effective_prefix_without_prefix_depends_on_header() {
        let mut key = ApiKey::bearer(Secret::new("sk".to_owned()).unwrap());
        assert_eq!(key.effective_prefix(), "Bearer ");
        key.header = Some("x-api-key".parse().unwrap());
        assert_eq!(key.effective_prefix(), "");
        key.prefix = Some("Token ".parse().unwrap());
        assert_eq!(key.effective_prefix(), "Token ");
        key.header = Some(HeaderName::authorization());
        key.prefix = Some(" ".parse().unwrap());
        assert_eq!(key.effective_prefix(), "");
    }
}
