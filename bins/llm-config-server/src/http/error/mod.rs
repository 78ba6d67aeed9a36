//! Request errors. Every error becomes a [`Condition`]; each API decides the status and the body of a
//! condition in its [`ErrorFormat`].
//!
//! The application registers its [`ErrorFormats`] as `app_data`. Handlers return
//! `Result<_, RequestError>`, and `resource` writes the error in the format of the request's path.

mod condition;
mod fault_log;
mod format;

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use llm_config_core::field::FieldErrors;
use llm_config_service::{Dependents, Error, MemoryFull, MissingReference, QuotaReached};
use llm_config_store::Conflict;

use crate::http::body::BodyError;
use crate::http::request_id::RequestId;
use crate::settings::quota_variable;
pub(crate) use condition::{Condition, ConditionKind};
pub(crate) use fault_log::log_fault;
pub(crate) use format::{ErrorFormat, ErrorFormats};

/// The reason why a request failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestError {
    /// A use case failed.
    #[error(transparent)]
    Service(Error),
    /// The body could not be read.
    #[error("{_0}")]
    Body(BodyError),
    /// Requests hold as much memory as they may.
    #[error(transparent)]
    MemoryFull(#[from] MemoryFull),
    /// The request has two different tokens, and the server does not choose between them.
    #[error("two different tokens were sent; send one, as `Authorization: Bearer` or `x-api-key`")]
    TwoTokens,
    /// The handler panicked.
    #[error("the handler panicked")]
    Panic,
    /// Any other reason, with the message for the client.
    #[error("{_1}")]
    Other(ConditionKind, Cow<'static, str>),
}

impl RequestError {
    pub(crate) fn new(kind: ConditionKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Other(kind, message.into())
    }

    /// The response to an error outside of a handler, in the format of the request's path.
    pub(crate) fn respond(&self, request: &HttpRequest) -> HttpResponse {
        self.respond_in(request, formats(request).and_then(|formats| formats.for_path(request.path())))
    }

    /// The response to an error that a handler or an extractor returned.
    pub(crate) fn respond_for_handler(&self, request: &HttpRequest) -> HttpResponse {
        self.respond_in(request, formats(request).and_then(|formats| formats.for_handler(request.path())))
    }

    fn respond_in(&self, request: &HttpRequest, format: Option<&'static dyn ErrorFormat>) -> HttpResponse {
        let Some(format) = format else { return self.error_response() };
        let condition = self.condition(request, format);
        let mut response = HttpResponse::build(format.status(condition.kind));
        match condition.kind {
            ConditionKind::Unauthenticated => {
                response.insert_header((WWW_AUTHENTICATE, "Bearer"));
            }
            ConditionKind::TooMany | ConditionKind::Unavailable => {
                response.insert_header((RETRY_AFTER, condition.retry_after));
            }
            ConditionKind::Invalid
            | ConditionKind::QuotaReached
            | ConditionKind::TooLarge
            | ConditionKind::TooSlow
            | ConditionKind::Denied
            | ConditionKind::PreflightRejected
            | ConditionKind::SignInTooOld
            | ConditionKind::NotFound
            | ConditionKind::UnknownMethod
            | ConditionKind::Duplicate
            | ConditionKind::Blocked
            | ConditionKind::Stale
            | ConditionKind::Internal => {}
        }
        format.write(response, &condition, request)
    }

    /// Converts the error. An internal error is logged, and its message does not reveal the cause.
    fn condition(&self, request: &HttpRequest, format: &dyn ErrorFormat) -> Condition {
        match self {
            Self::Service(error) => service_condition(error, request, format),
            Self::Body(BodyError::TooLarge(_)) => Condition::new(ConditionKind::TooLarge, self.to_string()),
            Self::Body(BodyError::TooSlow(_)) => Condition::new(ConditionKind::TooSlow, self.to_string()),
            Self::Body(BodyError::Incomplete) => Condition::new(ConditionKind::Invalid, self.to_string()),
            Self::Body(BodyError::MemoryFull(full)) | Self::MemoryFull(full) => memory_full(*full),
            Self::TwoTokens => Condition::new(ConditionKind::Unauthenticated, self.to_string()),
            Self::Panic => Condition::new(ConditionKind::Internal, internal_error_message(request)),
            Self::Other(kind, message) => Condition::new(*kind, message.clone()),
        }
    }
}

fn memory_full(full: MemoryFull) -> Condition {
    let kind = match full {
        MemoryFull::OfUser => ConditionKind::TooMany,
        MemoryFull::OfServer => ConditionKind::Unavailable,
    };
    Condition { retry_after: MEMORY_RETRY_AFTER, ..Condition::new(kind, full.to_string()) }
}

fn formats(request: &HttpRequest) -> Option<&ErrorFormats> {
    request.app_data()
}

fn service_condition(error: &Error, request: &HttpRequest, format: &dyn ErrorFormat) -> Condition {
    match error {
        Error::Unauthenticated => Condition::new(
            ConditionKind::Unauthenticated,
            "a valid access token or API key is required, as `Authorization: Bearer` or `x-api-key`",
        ),
        Error::Malformed(errors) => Condition::invalid(errors.clone()),
        Error::Invalid(errors) => {
            Condition::invalid(errors.clone().renamed(|field| format.field_name(field).to_owned()))
        }
        Error::NotFound(object) => {
            Condition::new(ConditionKind::NotFound, format!("the {object} does not exist"))
        }
        Error::Missing(reference) => {
            Condition::invalid(FieldErrors::one(reference_name(*reference), "must be the id of a user"))
        }
        Error::Denied(message) => Condition::new(ConditionKind::Denied, message.clone()),
        Error::RecentSignInRequired => Condition::new(ConditionKind::SignInTooOld, error.to_string()),
        Error::Conflict(conflict) => Condition::new(ConditionKind::Duplicate, duplicate_message(*conflict)),
        Error::NameTaken(_) => {
            Condition::new(ConditionKind::Duplicate, "a workspace with this name already exists")
        }
        Error::Stale => Condition::new(
            ConditionKind::Stale,
            "the object was changed since it was read, or `If-Match` does not match its ETag; read it again",
        ),
        Error::InUse(dependents) => Condition::new(ConditionKind::Blocked, in_use_message(dependents)),
        Error::LastOwner => Condition::new(
            ConditionKind::Blocked,
            "the last owner, and the last unrestricted token of an owner, cannot be removed or restricted; \
             create another one first",
        ),
        Error::TooMany { retry_after } => {
            let retry_after = retry_after.as_secs() + 1;
            let message = format!(
                "too many calls to providers by this caller, for this configuration or to its host; try \
                 again in {retry_after} s"
            );
            Condition { retry_after, ..Condition::new(ConditionKind::TooMany, message) }
        }
        Error::TooManyInvalid { retry_after } => {
            let retry_after = retry_after.as_secs() + 1;
            let message = format!(
                "the token is unknown, expired or revoked, as were many others of this address; try again in \
                 {retry_after} s, or send a valid one now"
            );
            Condition { retry_after, ..Condition::new(ConditionKind::TooMany, message) }
        }
        Error::QuotaReached(reached) => Condition::new(ConditionKind::QuotaReached, quota_message(*reached)),
        Error::Busy => Condition {
            retry_after: BUSY_RETRY_AFTER,
            ..Condition::new(
                ConditionKind::Unavailable,
                "this server makes too many lookups of host names at the moment, so nothing was checked; try \
                 again",
            )
        },
        Error::Unavailable(_) => {
            log_fault(error, &request_id(request));
            Condition::new(ConditionKind::Unavailable, "the registry is unavailable; try again")
        }
        Error::Internal(_) => {
            log_fault(error, &request_id(request));
            Condition::new(ConditionKind::Internal, internal_error_message(request))
        }
    }
}

pub(crate) fn request_id(request: &HttpRequest) -> String {
    RequestId::from_request(request).map(|id| id.0).unwrap_or_default()
}

/// The message about a quota that is used up: the limit, and the setting that raises it.
pub(crate) fn quota_message(reached: QuotaReached) -> String {
    format!(
        "{}: delete some, or ask the operator of this server to raise {}",
        Error::from(reached),
        quota_variable(reached.quota)
    )
}

/// The message of every internal error: it refers to the log and does not reveal the cause.
fn internal_error_message(request: &HttpRequest) -> String {
    format!("internal error; the server's log has the details under the request id {}", request_id(request))
}

/// The `Retry-After` of a server that is busy with lookups, in seconds. A lookup that hangs ends after some
/// ten seconds.
const BUSY_RETRY_AFTER: u64 = 5;

/// The `Retry-After` of requests that hold as much memory as they may, in seconds. Clients that take nothing
/// lose their connections after a minute.
const MEMORY_RETRY_AFTER: u64 = 5;

/// The member of a body that refers to a user.
const fn reference_name(reference: MissingReference) -> &'static str {
    match reference {
        MissingReference::Owner => "ownerId",
        MissingReference::Holder => "subjectPrincipalId",
        MissingReference::Member => "userId",
    }
}

const fn duplicate_message(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::ConfigId => "an LLM with this llmId already exists",
        Conflict::ConfigFingerprint => {
            "this owner already has an LLM with the same provider, endpoint, API path, model and credentials"
        }
        Conflict::ConfigName => "a configuration with this name already exists in this workspace",
        Conflict::UserEmail => "a user with this email already exists",
        Conflict::UserId => "a user with this id already exists",
        Conflict::TokenId => "an API key with this apiKeyId already exists",
        Conflict::Member => "the user with this userId is already a member of this workspace",
        Conflict::WorkspaceId => "a workspace with this id already exists",
    }
}

fn in_use_message(dependents: &Dependents) -> Cow<'static, str> {
    match dependents {
        Dependents::Named(names) => {
            format!("the object still contains configurations: {}", names.join(", ")).into()
        }
        Dependents::Unnamed => {
            "the object still contains configurations, which this token may not list".into()
        }
        Dependents::Other => "the object is still in use".into(),
    }
}

/// Required of the errors of handlers and extractors. `resource` replaces this response, because the
/// format and the request id depend on the request.
impl ResponseError for RequestError {
    fn status_code(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

impl From<Error> for RequestError {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

impl From<FieldErrors<String>> for RequestError {
    fn from(errors: FieldErrors<String>) -> Self {
        Self::Service(errors.into())
    }
}

impl From<BodyError> for RequestError {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}
