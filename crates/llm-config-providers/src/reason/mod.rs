//! The reasons that can decide a check or a call, and their consequences for credential and use.

mod hint;

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $implied:ident;)+) => {
        /// The reason that decided a check or a call.
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

            /// Its consequence for the credential and its use, unless more is known.
            #[must_use]
            pub const fn implied(self) -> Implied {
                match self { $(Self::$name => Implied::$implied,)+ }
            }
        }
    };
}

/// The consequence of a reason for credential and use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implied {
    /// Calls work.
    Works,
    /// Calls work with any credential.
    WorksWithout,
    /// The credential is not genuine, or not any more.
    Rejected,
    /// The credential is genuine, and calls fail for another reason.
    GenuineButRefused,
    /// The credential is genuine; calls fail only for the moment.
    GenuineButUnsure,
    /// The configuration must be changed before the credential can be judged.
    Unusable,
    /// Neither credential nor use can be judged.
    Undecided,
}

impl Implied {
    /// Whether the credential is judged.
    #[must_use]
    pub const fn judges_credential(self) -> bool {
        match self {
            Self::Unusable | Self::Undecided => false,
            Self::Works
            | Self::WorksWithout
            | Self::Rejected
            | Self::GenuineButRefused
            | Self::GenuineButUnsure => true,
        }
    }
}

reasons! {
    /// No problem was found.
    Ok = "ok", Works;
    /// The server accepts any key.
    AuthNotEnforced = "auth_not_enforced", WorksWithout;

    /// The provider does not know the key.
    BadKey = "bad_key", Rejected;
    /// The key was genuine, and has expired.
    KeyExpired = "key_expired", Rejected;
    /// The provider disabled the key, for example because it was published.
    KeyDisabledOrLeaked = "key_disabled_or_leaked", Rejected;
    /// The key cannot be sent: it has characters that no key has.
    KeyMalformed = "key_malformed", Unusable;
    /// The key belongs to another region than the endpoint.
    KeyWrongRegion = "key_wrong_region", Unusable;
    /// The key belongs to another product of the same vendor.
    KeyWrongProduct = "key_wrong_product", Unusable;
    /// The key lacks a right that the check needs.
    KeyRestrictedScope = "key_restricted_scope", GenuineButRefused;
    /// The key may be used from other addresses or web pages only.
    KeyRestrictedIpOrReferrer = "key_restricted_ip_or_referrer", Undecided;
    /// The key's owner lacks a permission.
    NoPermission = "no_permission", GenuineButRefused;
    /// The provider's API is switched off in the project of the key.
    ApiNotEnabled = "api_not_enabled", GenuineButRefused;

    /// The model does not exist, or is hidden from this key.
    ModelNotFound = "model_not_found", GenuineButRefused;
    /// The key may not use the model.
    ModelNoAccess = "model_no_access", GenuineButRefused;
    /// The model is called through an inference profile only.
    ModelNeedsInferenceProfile = "model_needs_inference_profile", GenuineButRefused;
    /// The model belongs to another API than chat completions.
    ModelWrongApi = "model_wrong_api", GenuineButRefused;
    /// The deployment does not exist.
    DeploymentNotFound = "deployment_not_found", GenuineButRefused;

    /// The quota of the key's account is used up.
    QuotaExhausted = "quota_exhausted", GenuineButRefused;
    /// The key's account has no credit.
    InsufficientCredit = "insufficient_credit", GenuineButRefused;
    /// The rate limit was exceeded.
    RateLimited = "rate_limited", GenuineButUnsure;
    /// The gateway works, but the provider behind it rejects the gateway's own key.
    UpstreamKeyRejected = "upstream_key_rejected", GenuineButRefused;

    /// The provider does not serve this server's region.
    RegionUnsupported = "region_unsupported", Undecided;
    /// The model is still being loaded.
    ServerLoading = "server_loading", Undecided;
    /// The provider fails.
    ProviderDown = "provider_down", Undecided;
    /// The host does not resolve, or the connection failed.
    Unreachable = "unreachable", Undecided;
    /// No response arrived in time.
    Timeout = "timeout", Undecided;
    /// The provider considers this server's clock wrong.
    ClockSkew = "clock_skew", Undecided;
    /// The response is not understood.
    UnexpectedAnswer = "unexpected_answer", Undecided;
    /// This server makes too many lookups at the moment, so nothing was found out.
    Busy = "busy", Undecided;
    /// The request budget of the check was used up.
    Budget = "budget", Undecided;
    /// Not checked at this depth.
    Depth = "depth", Undecided;

    /// The encrypted connection failed: the certificate is not trusted, or it is not TLS.
    Tls = "tls", Unusable;
    /// The server is not an LLM API.
    NotAnLlmApi = "not_an_llm_api", Unusable;
    /// The server has no API under this path.
    WrongBasePath = "wrong_base_path", Unusable;
    /// The server redirects; checks do not follow.
    Redirected = "redirected", Unusable;
    /// The network policy forbids this address, or the host's name has no address.
    BlockedByPolicy = "blocked_by_policy", Unusable;
    /// The configuration lacks a value that the provider needs.
    ConfigIncomplete = "config_incomplete", Unusable;
    /// The secret reference is not granted, or does not resolve.
    SecretRefused = "secret_refused", Unusable;
    /// The secret store does not respond.
    SecretUnavailable = "secret_unavailable", Undecided;
}
