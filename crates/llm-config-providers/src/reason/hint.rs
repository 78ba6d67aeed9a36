//! One sentence per reason: the problem and the remedy. Texts of providers are never passed on.

use super::Reason;

impl Reason {
    /// The problem and the remedy, where no more precise hint is known.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one sentence per reason")]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Ok => "No problem found.",
            Self::AuthNotEnforced => "The server does not check the key, so the key could not be verified.",
            Self::BadKey => {
                "The provider rejects the key: check that all of it was copied, and that it was not revoked."
            }
            Self::KeyExpired => "The key has expired: create a new one at the provider.",
            Self::KeyDisabledOrLeaked => {
                "The provider disabled the key: create a new one, and find out where this one was published."
            }
            Self::KeyMalformed => {
                "The key has characters that no key has: copy it again, without quotes and line breaks."
            }
            Self::KeyWrongRegion => {
                "The key belongs to another region than this endpoint: use the endpoint of the key's region."
            }
            Self::KeyWrongProduct => {
                "The key belongs to another product of this vendor: create one for the API of this endpoint."
            }
            Self::KeyRestrictedScope => {
                "The key is genuine but restricted: allow it to list models and to call them."
            }
            Self::KeyRestrictedIpOrReferrer => {
                "The key may be used from listed addresses or web pages only: allow this server's address \
                 at the provider."
            }
            Self::NoPermission => {
                "The key is genuine, but its owner lacks a permission: grant it at the provider."
            }
            Self::ApiNotEnabled => {
                "The key is genuine, but the API is switched off in its project: enable it at the provider."
            }
            Self::ModelNotFound => {
                "The provider has no such model, or does not show it to this key: check the spelling and \
                 the key's access."
            }
            Self::ModelNoAccess => {
                "The key is genuine, but may not use this model: request access at the provider."
            }
            Self::ModelNeedsInferenceProfile => {
                "This model is called through an inference profile only: use its id with the prefix of the \
                 region, such as `us.` or `eu.`."
            }
            Self::ModelWrongApi => {
                "The model exists but does not take chat completions: choose another model or another API \
                 path."
            }
            Self::DeploymentNotFound => {
                "The deployment does not exist: check its name; a new one takes some minutes to appear."
            }
            Self::QuotaExhausted => {
                "The key is genuine, but its quota is used up: raise it or wait for the next period."
            }
            Self::InsufficientCredit => {
                "The key is genuine, but its account has no credit: top it up at the provider."
            }
            Self::RateLimited => "The provider limits the rate of calls: try again later.",
            Self::UpstreamKeyRejected => {
                "The gateway accepts this key, but the provider behind it rejects the gateway's own key: \
                 contact the operator of the gateway."
            }
            Self::RegionUnsupported => {
                "The provider does not serve this server's region, so the key could not be checked."
            }
            Self::ServerLoading => "The server is still loading the model: try again in a moment.",
            Self::ProviderDown => "The provider fails at the moment: try again later.",
            Self::Unreachable => {
                "Could not connect. Check the host, the port and that the service is running."
            }
            Self::Timeout => {
                "No response arrived in time. Check the host, the port and that no firewall is in between."
            }
            Self::ClockSkew => "The provider considers this server's clock wrong: set the clock.",
            Self::UnexpectedAnswer => {
                "The provider's response is not understood, so the configuration could not be checked."
            }
            Self::Busy => "This server is busy with other lookups, so nothing was found out: try again.",
            Self::Budget => "The request budget of the check was used up before this was known.",
            Self::Depth => "Not checked at this depth.",
            Self::Tls => {
                "The encrypted connection failed: check that the endpoint begins with `https://` if the port \
                 speaks TLS and with `http://` if not, and that the certificate is valid for the host."
            }
            Self::NotAnLlmApi => {
                "The server is not an LLM API but, for example, a web page: check the endpoint."
            }
            Self::WrongBasePath => {
                "The server responds, but has no API under this path: check the endpoint's path."
            }
            Self::Redirected => {
                "The server redirects, which is not followed: use the address that it redirects to, if you \
                 trust it."
            }
            Self::BlockedByPolicy => {
                "Either the host's name has no address here, or the network policy forbids its address: \
                 check the spelling; the operator must allow a host without https:// or without a public \
                 address."
            }
            Self::ConfigIncomplete => "The configuration lacks a value that this provider needs.",
            Self::SecretRefused => {
                "The secret reference is not granted or does not resolve: request a grant from the operator."
            }
            Self::SecretUnavailable => "The secret store does not respond: try again later.",
        }
    }
}
