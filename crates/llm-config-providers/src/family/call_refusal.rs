//! The meaning of the refusal of a call: for the stored credential, and for a retry.

use url::Url;

use crate::family::ProviderTarget;
use crate::reason::Reason;
use crate::response::Response;

/// Which statuses make a refusal one of the credential.
enum RefusedAt {
    /// Any status of a refused request: the reason names the credential.
    AnyStatus,
    /// 401 and 403: the credential is missing, or may lack a right of its own.
    Unauthorized,
    /// 401 only: nothing else is known, and what is refused so is no fault of the caller.
    Status401,
    /// None: the reason is another one, whatever the status.
    Never,
}

impl ProviderTarget<'_> {
    /// Whether a provider's response to a call of `url` refuses the stored credential, by status, code and
    /// vendor. Access to a model, a used-up quota and a limit are no refusals of the credential.
    #[must_use]
    pub fn refuses_credential(&self, url: &Url, response: &Response) -> bool {
        let status = response.effective_status();
        if !matches!(status, 400..=499) {
            return false;
        }
        let class = self.classify(url, response);
        match refused_at(class.reason) {
            RefusedAt::AnyStatus => class.is_conclusive || matches!(status, 401 | 403),
            RefusedAt::Unauthorized => matches!(status, 401 | 403),
            RefusedAt::Status401 => status == 401,
            RefusedAt::Never => false,
        }
    }

    /// Whether a retry of a refused call is useless, because credit or quota of the account are used up:
    /// status 402, and 429 with a reason that waiting for some seconds does not change.
    #[must_use]
    pub fn is_spent(&self, url: &Url, response: &Response) -> bool {
        match response.effective_status() {
            402 => true,
            429 => {
                let reason = self.classify(url, response).reason;
                matches!(reason, Reason::QuotaExhausted | Reason::InsufficientCredit)
            }
            _ => false,
        }
    }
}

const fn refused_at(reason: Reason) -> RefusedAt {
    match reason {
        Reason::BadKey
        | Reason::KeyExpired
        | Reason::KeyDisabledOrLeaked
        | Reason::KeyMalformed
        | Reason::KeyWrongRegion
        | Reason::KeyWrongProduct
        | Reason::KeyRestrictedScope
        | Reason::KeyRestrictedIpOrReferrer => RefusedAt::AnyStatus,
        Reason::ConfigIncomplete => RefusedAt::Unauthorized,
        Reason::NoPermission
        | Reason::ApiNotEnabled
        | Reason::UpstreamKeyRejected
        | Reason::ClockSkew
        | Reason::UnexpectedAnswer
        | Reason::ProviderDown
        | Reason::NotAnLlmApi
        | Reason::WrongBasePath
        | Reason::Ok
        | Reason::AuthNotEnforced
        | Reason::Unreachable
        | Reason::Timeout
        | Reason::Busy
        | Reason::Budget
        | Reason::Depth
        | Reason::Tls
        | Reason::Redirected
        | Reason::BlockedByPolicy
        | Reason::SecretRefused
        | Reason::SecretUnavailable => RefusedAt::Status401,
        Reason::ModelNotFound
        | Reason::ModelNoAccess
        | Reason::ModelNeedsInferenceProfile
        | Reason::ModelWrongApi
        | Reason::DeploymentNotFound
        | Reason::QuotaExhausted
        | Reason::InsufficientCredit
        | Reason::RateLimited
        | Reason::RegionUnsupported
        | Reason::ServerLoading => RefusedAt::Never,
    }
}
