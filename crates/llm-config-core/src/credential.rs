//! What a provider is shown to let a call through.

#[cfg(feature = "serde")]
mod form;
mod header;

use std::fmt;

pub use header::{HeaderName, HeaderNameError, HeaderPrefix};

use crate::fingerprint::CredentialFingerprint;
use crate::id::PrincipalId;
use crate::mask::Mask;
use crate::provider::Provider;
use crate::reference::SecretRef;
use crate::secret::Secret;
use crate::time::Timestamp;

/// A secret, or where it is kept.
#[derive(Debug)]
pub enum SecretValue {
    /// The secret itself.
    Inline(Secret),
    /// A reference, resolved when it is used and only if the operator granted it.
    Reference(SecretRef),
}

impl SecretValue {
    /// A second copy, made on purpose.
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
    /// The header; `None` for the one that the provider expects, which is `Authorization`
    /// wherever nothing else is known.
    pub header: Option<HeaderName>,
    /// What stands before the key in the header; see [`ApiKey::effective_prefix`].
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

    /// The prefix that is really sent in the header given: the one given, else `Bearer ` in
    /// `Authorization` and nothing in any other header.
    #[must_use]
    pub fn effective_prefix(&self) -> &str {
        match &self.prefix {
            Some(prefix) => prefix.as_str(),
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
    /// The identifier. Shown masked, like a secret.
    pub key_id: Secret,
    /// The secret.
    pub secret: SecretValue,
}

/// The server's own Google identity (application default credentials). Carries no secret;
/// whether it may be used is the operator's declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GcpAdc {
    /// OAuth scopes to ask for.
    pub scopes: Vec<String>,
    /// The project that is billed.
    pub quota_project: Option<String>,
}

/// What a provider is shown to let a call through. A configuration without one has `None`.
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
    /// Which kind of credential it is.
    #[must_use]
    pub const fn kind(&self) -> CredentialKind {
        match self {
            Self::ApiKey(_) => CredentialKind::ApiKey,
            Self::KeyPair(_) => CredentialKind::KeyPair,
            Self::GcpAdc(_) => CredentialKind::GcpAdc,
        }
    }

    /// Whether the secret itself is here, which shows that the giver knows it. A reference to a secret,
    /// or the server's own identity, shows nothing.
    #[must_use]
    pub const fn is_inline(&self) -> bool {
        match self {
            Self::ApiKey(ApiKey { value, .. }) => matches!(value, SecretValue::Inline(_)),
            Self::KeyPair(KeyPair { secret, .. }) => matches!(secret, SecretValue::Inline(_)),
            Self::GcpAdc(_) => false,
        }
    }

    /// A second copy, made on purpose.
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

    /// What may be shown of the secret; `None` when there is none or only a reference.
    #[must_use]
    pub fn mask(&self) -> Option<Mask> {
        match self {
            Self::ApiKey(ApiKey { value: SecretValue::Inline(secret), .. })
            | Self::KeyPair(KeyPair { secret: SecretValue::Inline(secret), .. }) => Some(Mask::of(secret)),
            Self::ApiKey(_) | Self::KeyPair(_) | Self::GcpAdc(_) => None,
        }
    }

    /// What may be shown of the identifier of a key pair.
    #[must_use]
    pub fn key_id_mask(&self) -> Option<Mask> {
        match self {
            Self::KeyPair(pair) => Some(Mask::of(&pair.key_id)),
            Self::ApiKey(_) | Self::GcpAdc(_) => None,
        }
    }
}

/// The kinds of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CredentialKind {
    /// An API key in a header.
    ApiKey,
    /// An identifier and its secret.
    KeyPair,
    /// The server's own Google identity.
    GcpAdc,
}

impl CredentialKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::ApiKey, Self::KeyPair, Self::GcpAdc];

    /// The name in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "API_KEY",
            Self::KeyPair => "KEY_PAIR",
            Self::GcpAdc => "GCP_ADC",
        }
    }
}

impl fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a credential reaches the provider.
///
/// A secret that only ever signed requests was never shown to anybody; one day sending it is a
/// new destination, and ciphertext is bound to the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presentation {
    /// The secret itself is sent.
    Sent,
    /// Requests are signed with the secret, which stays here.
    Signed,
}

impl Presentation {
    /// How `provider` is shown a credential of this `kind`.
    #[must_use]
    pub const fn of(provider: Provider, kind: CredentialKind) -> Self {
        match provider {
            Provider::Aws => match kind {
                CredentialKind::KeyPair => Self::Signed,
                CredentialKind::ApiKey | CredentialKind::GcpAdc => Self::Sent,
            },
            Provider::OpenAi
            | Provider::Google
            | Provider::Anthropic
            | Provider::Other
            | Provider::LiteLlmProxy
            | Provider::OpenRouter
            | Provider::Vllm
            | Provider::Ollama
            | Provider::LlamaCpp
            | Provider::CustomOpenAiCompatible => Self::Sent,
        }
    }

    /// The name in associated data.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "SENT",
            Self::Signed => "SIGNED",
        }
    }
}

/// What is known of a stored credential without opening it; all of it may be shown, but for
/// the fingerprint, which only serves comparisons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretMeta {
    /// The kind of credential.
    pub kind: CredentialKind,
    /// The shown form of the secret.
    pub mask: Option<Mask>,
    /// The shown form of a key pair's identifier.
    pub key_id_mask: Option<Mask>,
    /// The keyed fingerprint of the credential.
    pub fingerprint: CredentialFingerprint,
    /// When it was sealed.
    pub sealed_at: Timestamp,
    /// Who gave the secret; `None` for one from before this was recorded.
    pub given_by: Option<PrincipalId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorization_means_bearer_unless_a_prefix_is_given() {
        let mut key = ApiKey::bearer(Secret::new("sk".to_owned()).unwrap());
        assert_eq!(key.effective_prefix(), "Bearer ");
        key.header = Some("x-api-key".parse().unwrap());
        assert_eq!(key.effective_prefix(), "");
        key.prefix = Some("Token ".parse().unwrap());
        assert_eq!(key.effective_prefix(), "Token ");
    }

    #[test]
    fn only_a_key_pair_at_aws_signs() {
        assert_eq!(Presentation::of(Provider::Aws, CredentialKind::KeyPair), Presentation::Signed);
        assert_eq!(Presentation::of(Provider::Aws, CredentialKind::ApiKey), Presentation::Sent);
        assert_eq!(Presentation::of(Provider::Other, CredentialKind::KeyPair), Presentation::Sent);
    }
}
