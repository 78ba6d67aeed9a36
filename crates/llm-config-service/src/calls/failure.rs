//! Why a call has no answer of the provider.

use llm_config_core::id::ConfigId;
use llm_config_egress::CallError;
use llm_config_gateway::error::{GatewayError, TokenFault};
use llm_config_providers::ProviderTarget;

use crate::error::Error;

/// Why a call has no answer of the provider.
#[derive(Debug)]
pub struct CallFailure {
    /// The configuration, where the request names one that the caller may call.
    pub config: Option<ConfigId>,
    /// The error.
    pub error: GatewayError,
    /// The fault of this server behind it, for the log.
    pub cause: Option<Box<Error>>,
}

impl From<GatewayError> for CallFailure {
    fn from(error: GatewayError) -> Self {
        Self { config: None, error, cause: None }
    }
}

impl From<Error> for CallFailure {
    fn from(cause: Error) -> Self {
        let error = match &cause {
            Error::Unauthenticated => GatewayError::TokenInvalid(TokenFault::Unknown),
            Error::Denied(_) => GatewayError::CallNotAllowed,
            Error::TooMany { retry_after } => GatewayError::GatewayLimit {
                retry_after: *retry_after,
                what: "the limit of calls to this provider is reached".to_owned(),
            },
            Error::TooManyInvalid { retry_after } => GatewayError::GatewayLimit {
                retry_after: *retry_after,
                what: "this address has sent too many invalid tokens".to_owned(),
            },
            Error::Busy | Error::Unavailable(_) => {
                GatewayError::Unavailable { retry_after: GatewayError::RETRY_AFTER }
            }
            // No call of a model makes these: it changes nothing and names no other object.
            Error::NotFound(_)
            | Error::Malformed(_)
            | Error::Invalid(_)
            | Error::Missing(_)
            | Error::RecentSignInRequired
            | Error::Conflict(_)
            | Error::NameTaken(_)
            | Error::Stale
            | Error::InUse(_)
            | Error::LastOwner
            | Error::QuotaReached(_)
            | Error::Internal(_) => GatewayError::Internal,
        };
        Self { config: None, error, cause: Some(Box::new(cause)) }
    }
}

/// The error of a call, or of a list of models, whose credential the provider refuses.
pub(super) const fn credential_error(target: &ProviderTarget<'_>) -> GatewayError {
    if target.auth.is_none() { GatewayError::CredentialMissing } else { GatewayError::CredentialRefused }
}

/// The error of a call without a response.
pub(super) const fn exchange_error(error: CallError) -> GatewayError {
    match error {
        CallError::Refused => GatewayError::DestinationRefused,
        CallError::Busy => GatewayError::Unavailable { retry_after: GatewayError::RETRY_AFTER },
        CallError::Dns
        | CallError::Connect
        | CallError::ConnectTimeout
        | CallError::Tls
        | CallError::TlsExpected
        | CallError::TlsUnexpected => GatewayError::ProviderUnreachable,
        CallError::Timeout => GatewayError::ProviderTimeout,
        CallError::Reset => GatewayError::ProviderConnectionLost,
        CallError::Protocol => GatewayError::NotAnApiAnswer,
    }
}
