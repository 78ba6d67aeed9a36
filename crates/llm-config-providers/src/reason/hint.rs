//! One sentence per reason: the problem and the remedy. Texts of providers are never passed on.

use super::Reason;

impl Reason {
    /// The problem and the remedy, where no more precise hint is known.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Ok => "Nothing was found against this configuration.",
            Self::AuthNotEnforced => {
                "The server answers without checking the key, so the key could not be verified."
            }
            Self::BadKey => {
                "The provider does not accept the key: check that all of it was copied, and that it was not revoked."
            }
            Self::KeyExpired => "The key has expired: make a new one at the provider.",
            Self::KeyDisabledOrLeaked => {
                "The provider switched the key off: make a new one, and find out where this one was seen."
            }
            Self::KeyMalformed => {
                "The key has characters that no key has: copy it again, without quotes and line breaks."
            }
            Self::KeyWrongRegion => {
                "The key belongs to another region than this endpoint: use the endpoint of the key's region."
            }
            Self::KeyWrongProduct => {
                "The key belongs to another product of this vendor: make one for the API that this endpoint belongs to."
            }
            Self::KeyRestrictedScope => {
                "The key is genuine but restricted: allow it to list models and to call them."
            }
            Self::KeyRestrictedIpOrReferrer => {
                "The key may be used from listed addresses or web pages only: allow this server's address."
            }
            Self::NoPermission => {
                "The key is genuine, but its owner lacks a permission: grant it at the provider."
            }
            Self::ApiNotEnabled => {
                "The key is genuine, but the API is switched off in its project: enable it at the provider."
            }
            Self::ModelNotFound => {
                "The provider has no such model, or does not show it to this key: check the spelling and the key's access."
            }
            Self::ModelNoAccess => {
                "The key is genuine, but may not use this model: ask for access at the provider."
            }
            Self::ModelNeedsInferenceProfile => {
                "This model is called through an inference profile: use its id with the prefix of the region, such as `us.` or `eu.`."
            }
            Self::ModelWrongApi => {
                "The model exists but does not take chat completions: choose another model or another API path."
            }
            Self::DeploymentNotFound => {
                "There is no such deployment: check its name; a new one takes some minutes to appear."
            }
            Self::QuotaExhausted => {
                "The key is genuine, but its quota is used up: raise it or wait for the next period."
            }
            Self::InsufficientCredit => {
                "The key is genuine, but its account has no credit: top it up at the provider."
            }
            Self::RateLimited => "The provider asks for fewer calls at the moment: try again later.",
            Self::UpstreamKeyRejected => {
                "The gateway accepts this key, but the provider behind it refuses the gateway's own: tell who runs the gateway."
            }
            Self::RegionUnsupported => {
                "The provider does not serve the place that this server calls from; the key could not be checked."
            }
            Self::ServerLoading => "The server is still loading the model: try again in a moment.",
            Self::ProviderDown => "The provider has trouble at the moment: try again later.",
            Self::Unreachable => {
                "No connection came about: check the host and port, and that the service runs."
            }
            Self::Timeout => {
                "No answer came in time: check the host and port, and that no firewall is in between."
            }
            Self::ClockSkew => "The provider judges that this server's clock is wrong: set the clock.",
            Self::UnexpectedAnswer => {
                "The provider gave an answer that is not known, so nothing could be told."
            }
            Self::Budget => "The requests that a check may make were used up before this could be told.",
            Self::Depth => "The check was not to go as far.",
            Self::Tls => {
                "The encrypted connection failed: check that the port speaks TLS and that its certificate is valid for the host."
            }
            Self::NotAnLlmApi => {
                "What answers is not an LLM API but, for example, a web page: check the endpoint."
            }
            Self::WrongBasePath => {
                "The server answers, but there is no API under this path: check the endpoint's path."
            }
            Self::Redirected => {
                "The server sends elsewhere, which is not followed: use the address that it sends to, if you trust it."
            }
            Self::BlockedByPolicy => {
                "This address is not allowed by the server's policy, or its name was not found: it must have a public address, or be allowed by the operator."
            }
            Self::ConfigIncomplete => "Something that this provider needs is missing in the configuration.",
            Self::SecretRefused => "The secret reference cannot be used here: ask the operator for a grant.",
            Self::SecretUnavailable => "The store that keeps the secret does not answer: try again later.",
        }
    }
}
