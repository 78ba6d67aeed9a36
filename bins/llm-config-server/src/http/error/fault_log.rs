//! The log lines of faults that make requests fail.

use std::error::Error as _;

use llm_config_service::Error;

/// Logs the cause of an error that is not the client's: the response does not reveal it.
pub(crate) fn log_fault(error: &Error, request_id: &str) {
    match error {
        Error::Unavailable(error) => {
            tracing::warn!(request_id, error = %error, "the registry is unavailable");
        }
        Error::Internal(error) => {
            let source = error.source().map(ToString::to_string);
            tracing::error!(request_id, error = %error, source, "internal error");
        }
        Error::Unauthenticated
        | Error::Malformed(_)
        | Error::Invalid(_)
        | Error::NotFound(_)
        | Error::Missing(_)
        | Error::Denied(_)
        | Error::RecentSignInRequired
        | Error::Conflict(_)
        | Error::NameTaken(_)
        | Error::Stale
        | Error::InUse(_)
        | Error::LastOwner
        | Error::TooMany { .. }
        | Error::TooManyInvalid { .. }
        | Error::QuotaReached(_)
        | Error::Busy => {}
    }
}
