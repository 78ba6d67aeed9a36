//! The kinds of credentials, and how calls use their secrets.

use std::fmt;

use crate::provider::Provider;

/// A kind of credential.
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

/// How calls use a credential's secret.
///
/// A signing secret never leaves the server. To send it is therefore a new destination, and ciphertext is
/// bound to the use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CredentialUse {
    /// The secret itself is sent.
    Sent,
    /// The secret signs requests and is not sent.
    Signing,
}

impl CredentialUse {
    /// How calls to `provider` use a credential of this `kind`.
    #[must_use]
    pub const fn for_provider(provider: Provider, kind: CredentialKind) -> Self {
        match provider {
            Provider::Aws => match kind {
                CredentialKind::KeyPair => Self::Signing,
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
            Self::Signing => "SIGNED",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn for_provider_with_key_pair_at_aws_is_signing() {
        let used = CredentialUse::for_provider;
        assert_eq!(used(Provider::Aws, CredentialKind::KeyPair), CredentialUse::Signing);
        assert_eq!(used(Provider::Aws, CredentialKind::ApiKey), CredentialUse::Sent);
        assert_eq!(used(Provider::Other, CredentialKind::KeyPair), CredentialUse::Sent);
    }
}
