//! Error conditions: kind, message and field errors, before an API writes them.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use llm_config_core::field::FieldErrors;

/// The kinds of conditions to which APIs assign different statuses or codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConditionKind {
    /// The request is malformed or breaks a rule.
    Invalid,
    /// The body is too large.
    TooLarge,
    /// The body took too long.
    TooSlow,
    /// There is no valid token.
    Unauthenticated,
    /// The caller lacks a right.
    Denied,
    /// The person signed in too long ago for this.
    SignInTooOld,
    /// The CORS settings do not allow a web page's request.
    PreflightRejected,
    /// The object does not exist, or is hidden from the caller.
    NotFound,
    /// The path does not have the method.
    UnknownMethod,
    /// The object already exists.
    Duplicate,
    /// Other objects depend on the object.
    Blocked,
    /// The precondition does not hold.
    Stale,
    /// A rate limit is exceeded.
    TooMany,
    /// A quota of what is stored is used up. Waiting does not help.
    QuotaReached,
    /// The database or the keys are unavailable.
    Unavailable,
    /// A fault of the server.
    Internal,
}

impl ConditionKind {
    /// The status that HTTP defines for the kind. An API may use another one.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Invalid => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Denied | Self::PreflightRejected | Self::SignInTooOld => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::UnknownMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Duplicate | Self::Blocked => StatusCode::CONFLICT,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::TooMany | Self::QuotaReached => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// A request error in the form that is common to all APIs.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) kind: ConditionKind,
    /// A sentence without capital letter and full stop; empty if `fields` is not.
    pub(crate) message: Cow<'static, str>,
    /// The errors of the request's fields.
    pub(crate) fields: FieldErrors<String>,
    /// The value of `Retry-After` in seconds, for the kinds `TooMany` and `Unavailable`.
    pub(crate) retry_after: u64,
}

impl Condition {
    /// A condition without field errors.
    pub(crate) fn new(kind: ConditionKind, message: impl Into<Cow<'static, str>>) -> Self {
        let fields = FieldErrors::<String>::default();
        Self { kind, message: message.into(), fields, retry_after: 1 }
    }

    /// Errors of the request's fields.
    pub(crate) fn invalid(fields: FieldErrors<String>) -> Self {
        Self { fields, ..Self::new(ConditionKind::Invalid, "") }
    }

    /// The message, or the first `limit` field errors and the number of the others in one sentence.
    pub(crate) fn sentence(&self, limit: usize) -> String {
        if self.fields.is_empty() {
            return self.message.to_string();
        }
        let errors = self.fields.iter().take(limit).map(|error| match error.path().as_str() {
            "" => error.message.clone(),
            path => format!("{path} {}", error.message),
        });
        let mut parts: Vec<_> = errors.collect();
        if self.fields.len() > limit {
            parts.push(format!("and {} more", self.fields.len() - limit));
        }
        parts.join("; ")
    }
}
