//! The closed list of what can decide a check, and what each says about credential and use.

use super::{CredentialVerdict, Proof, Usable};

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $implied:ident;)+) => {
        /// The one thing that decided a check.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
        pub enum Reason {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $name,)+
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code in reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What it says about the credential and its use, wherever nothing else is known.
            #[must_use]
            pub const fn implied(self) -> Implied {
                match self { $(Self::$name => Implied::$implied,)+ }
            }
        }
    };
}

/// What a reason says about credential and use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implied {
    /// Nothing is in the way.
    Works,
    /// It works, and the credential makes no difference.
    WorksWithout,
    /// The credential is not genuine, or not any more.
    Rejected,
    /// The credential is genuine, and calls fail for another reason.
    GenuineButRefused,
    /// The credential is genuine; whether calls succeed is a matter of the moment.
    GenuineButUnsure,
    /// The configuration must be changed before the credential can be judged.
    Unusable,
    /// Nothing can be said.
    Undecided,
}

impl Implied {
    /// The verdict on the credential.
    #[must_use]
    pub const fn credential(self, why: Reason) -> CredentialVerdict {
        match self {
            Self::Works => CredentialVerdict::Verified { how: Proof::Accepted },
            Self::WorksWithout => CredentialVerdict::NotRequired,
            Self::Rejected => CredentialVerdict::Rejected,
            Self::GenuineButRefused | Self::GenuineButUnsure => {
                CredentialVerdict::Verified { how: Proof::RefusedOtherwise }
            }
            Self::Unusable | Self::Undecided => CredentialVerdict::NotVerified { why },
        }
    }

    /// Whether calls can be expected to succeed.
    #[must_use]
    pub const fn usable(self) -> Usable {
        match self {
            Self::Works | Self::WorksWithout => Usable::Yes,
            Self::Rejected | Self::GenuineButRefused | Self::Unusable => Usable::No,
            Self::GenuineButUnsure | Self::Undecided => Usable::Unknown,
        }
    }
}

reasons! {
    /// Nothing was found against the configuration.
    Ok = "ok", Works;
    /// The server answers whatever key it is shown.
    AuthNotEnforced = "auth_not_enforced", WorksWithout;

    /// The provider does not know the key.
    BadKey = "bad_key", Rejected;
    /// The key was genuine, and has expired.
    KeyExpired = "key_expired", Rejected;
    /// The provider switched the key off, for example because it was published.
    KeyDisabledOrLeaked = "key_disabled_or_leaked", Rejected;
    /// The key cannot be sent: it has characters that no key has.
    KeyMalformed = "key_malformed", Unusable;
    /// The key belongs to another region than the endpoint.
    KeyWrongRegion = "key_wrong_region", Unusable;
    /// The key belongs to another product of the same vendor.
    KeyWrongProduct = "key_wrong_product", Unusable;
    /// The key may not do what the check needs.
    KeyRestrictedScope = "key_restricted_scope", GenuineButRefused;
    /// The key may be used from other addresses or web pages only.
    KeyRestrictedIpOrReferrer = "key_restricted_ip_or_referrer", Undecided;
    /// Whoever the key stands for lacks a permission.
    NoPermission = "no_permission", GenuineButRefused;
    /// The provider's API is switched off in the project of the key.
    ApiNotEnabled = "api_not_enabled", GenuineButRefused;

    /// There is no such model, or none for this key.
    ModelNotFound = "model_not_found", GenuineButRefused;
    /// The key may not use the model.
    ModelNoAccess = "model_no_access", GenuineButRefused;
    /// The model is called through an inference profile only.
    ModelNeedsInferenceProfile = "model_needs_inference_profile", GenuineButRefused;
    /// The model belongs to another API than chat completions.
    ModelWrongApi = "model_wrong_api", GenuineButRefused;
    /// There is no such deployment.
    DeploymentNotFound = "deployment_not_found", GenuineButRefused;

    /// The quota of the key's account is used up.
    QuotaExhausted = "quota_exhausted", GenuineButRefused;
    /// The key's account has no credit.
    InsufficientCredit = "insufficient_credit", GenuineButRefused;
    /// Too many calls at the moment.
    RateLimited = "rate_limited", GenuineButUnsure;
    /// The gateway is in order, but the provider behind it refuses the gateway's own key.
    UpstreamKeyRejected = "upstream_key_rejected", GenuineButRefused;

    /// The provider does not serve the place from which this server calls.
    RegionUnsupported = "region_unsupported", Undecided;
    /// The model is still being loaded.
    ServerLoading = "server_loading", Undecided;
    /// The provider has trouble.
    ProviderDown = "provider_down", Undecided;
    /// No connection came about.
    Unreachable = "unreachable", Undecided;
    /// No answer came in time.
    Timeout = "timeout", Undecided;
    /// The provider judges that this server's clock is wrong.
    ClockSkew = "clock_skew", Undecided;
    /// The answer is none that is known.
    UnexpectedAnswer = "unexpected_answer", Undecided;
    /// The requests that a check may make were used up.
    Budget = "budget", Undecided;
    /// The check was not to go as far.
    Depth = "depth", Undecided;

    /// The encrypted connection failed: the certificate is not trusted, or it is not TLS.
    Tls = "tls", Unusable;
    /// What answers is no LLM API.
    NotAnLlmApi = "not_an_llm_api", Unusable;
    /// Something answers, but there is no API under this path.
    WrongBasePath = "wrong_base_path", Unusable;
    /// The server sends elsewhere; checks do not follow.
    Redirected = "redirected", Unusable;
    /// The rules for outgoing calls forbid this address.
    BlockedByPolicy = "blocked_by_policy", Unusable;
    /// Something is missing in the configuration.
    ConfigIncomplete = "config_incomplete", Unusable;
    /// The secret is a reference that may not be used here, or that leads nowhere.
    SecretRefused = "secret_refused", Unusable;
    /// The store that keeps the secret does not answer.
    SecretUnavailable = "secret_unavailable", Undecided;
}
