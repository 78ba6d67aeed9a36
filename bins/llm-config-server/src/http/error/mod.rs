//! Request errors as conditions. An API only chooses the status and the shape of a condition.
//!
//! The application registers, by `app_data`, which [`ErrorFormat`] the paths of each API have. Handlers
//! return `Result<_, RequestError>`; `resource` renders the error in
//! the format of the request's path.

use std::borrow::Cow;
use std::error::Error as _;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use llm_config_core::field::{Field, FieldErrors};
use llm_config_service::{Dependents, Error, MissingReference};
use llm_config_store::Conflict;

use crate::http::body::BodyError;
use crate::http::request_id::RequestId;

/// Why a request failed.
#[derive(Debug)]
pub(crate) enum RequestError {
    /// A use case failed.
    Service(Error),
    /// The body could not be read.
    Body(BodyError),
    /// The request carries two different tokens, and the server does not choose between them.
    TwoTokens,
    /// The handler panicked.
    Panic,
    /// Any other reason, with the sentence to answer.
    Other(Kind, Cow<'static, str>),
}

/// The kinds of conditions that APIs answer with different statuses or codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The request is malformed or breaks a rule.
    Invalid,
    /// The body is too large.
    TooLarge,
    /// There is no valid token.
    Unauthenticated,
    /// The caller may not do this.
    Denied,
    /// The object does not exist, or is hidden from the caller.
    NotFound,
    /// The path does not have the method.
    UnknownMethod,
    /// The object already exists.
    Duplicate,
    /// Another object is in the way.
    Blocked,
    /// The precondition does not hold.
    Stale,
    /// The caller must wait.
    TooMany,
    /// The database or the keys are unavailable.
    Unavailable,
    /// A fault of the server.
    Internal,
}

impl Kind {
    /// The status in HTTP's own terms.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Invalid => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Denied => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::UnknownMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Duplicate | Self::Blocked => StatusCode::CONFLICT,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// A request error as all APIs describe it.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) kind: Kind,
    /// A sentence without a capital letter and a full stop; empty if `fields` say it all.
    pub(crate) message: Cow<'static, str>,
    /// The errors of the request's fields.
    pub(crate) fields: FieldErrors<String>,
    /// When the client may try again, in seconds, for the kinds that have it.
    retry_after: u64,
}

impl Condition {
    /// The message, or the errors of the fields in one sentence: the first `most`, and how many more.
    pub(crate) fn sentence(&self, most: usize) -> String {
        if self.fields.is_empty() {
            return self.message.to_string();
        }
        let errors = self.fields.iter().take(most).map(|error| match error.field.as_str() {
            "" => error.message.clone(),
            field => format!("{field} {}", error.message),
        });
        let mut parts: Vec<_> = errors.collect();
        if self.fields.len() > most {
            parts.push(format!("and {} more", self.fields.len() - most));
        }
        parts.join("; ")
    }
}

/// How an API writes conditions.
pub(crate) trait ErrorFormat: Sync {
    /// The status of a kind.
    fn status(&self, kind: Kind) -> StatusCode;

    /// The API's name of a field of a configuration.
    fn field_name(&self, field: Field) -> &'static str;

    /// Completes the response with a body.
    fn write(&self, response: HttpResponseBuilder, condition: &Condition) -> HttpResponse;
}

/// The formats of the application by path; the first path that the request's path is below counts.
#[derive(Clone, Copy)]
pub(crate) struct Formats(pub(crate) &'static [(&'static str, &'static dyn ErrorFormat)]);

impl Formats {
    fn for_path(&self, path: &str) -> Option<&'static dyn ErrorFormat> {
        let is_below =
            |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.0.iter().find(|(root, _)| is_below(root)).map(|(_, format)| *format)
    }
}

impl RequestError {
    pub(crate) fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Other(kind, message.into())
    }

    /// The response in the format of the request's path.
    pub(crate) fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let format = request.app_data::<Formats>().and_then(|formats| formats.for_path(request.path()));
        let Some(format) = format else { return self.error_response() };
        let condition = self.condition(request, format);
        let status = format.status(condition.kind);
        let mut response = HttpResponse::build(status);
        match condition.kind {
            Kind::Unauthenticated => {
                response.insert_header((WWW_AUTHENTICATE, "Bearer"));
            }
            Kind::TooMany | Kind::Unavailable => {
                response.insert_header((RETRY_AFTER, condition.retry_after));
            }
            Kind::Invalid
            | Kind::TooLarge
            | Kind::Denied
            | Kind::NotFound
            | Kind::UnknownMethod
            | Kind::Duplicate
            | Kind::Blocked
            | Kind::Stale
            | Kind::Internal => {}
        }
        format.write(response, &condition)
    }

    /// The one rendering of request errors. Writes the log where the caller must not learn the cause.
    fn condition(&self, request: &HttpRequest, format: &dyn ErrorFormat) -> Condition {
        let condition = |kind, message: Cow<'static, str>| Condition {
            kind,
            message,
            fields: FieldErrors::<String>::default(),
            retry_after: 1,
        };
        let invalid = |fields| Condition { fields, ..condition(Kind::Invalid, "".into()) };
        let error = match self {
            Self::Service(error) => error,
            Self::Body(BodyError::TooLarge) => {
                return condition(Kind::TooLarge, "the body must have at most 1 MiB".into());
            }
            Self::Body(BodyError::Broken) => {
                return condition(Kind::Invalid, "the body could not be read to its end".into());
            }
            Self::TwoTokens => {
                let message =
                    "two different tokens were sent; send one, as `Authorization: Bearer` or `x-api-key`";
                return condition(Kind::Unauthenticated, message.into());
            }
            Self::Panic => return condition(Kind::Internal, see_log(request).into()),
            Self::Other(kind, message) => return condition(*kind, message.clone()),
        };
        match error {
            Error::Unauthenticated => {
                let message =
                    "a valid access token or API key is required, as `Authorization: Bearer` or `x-api-key`";
                condition(Kind::Unauthenticated, message.into())
            }
            Error::Malformed(problems) => invalid(problems.clone()),
            Error::Invalid(violations) => invalid(named(violations, format)),
            Error::NotFound(what) => condition(Kind::NotFound, format!("there is no such {what}").into()),
            Error::Missing(referred) => {
                let mut problems = FieldErrors::<String>::default();
                problems.add(member(*referred), "must be the id of a user");
                invalid(problems)
            }
            Error::Denied(why) => condition(Kind::Denied, why.clone().into()),
            Error::Conflict(conflict) => condition(Kind::Duplicate, duplicate(*conflict).into()),
            Error::Stale => {
                let message =
                    "it was changed since it was last read, or `If-Match` does not match it; read it again";
                condition(Kind::Stale, message.into())
            }
            Error::InUse(holding) => condition(Kind::Blocked, in_use(holding)),
            Error::LastOwner => {
                let message = "the last owner of the organisation must stay, and so must the last token with \
                    which an owner can do everything";
                condition(Kind::Blocked, message.into())
            }
            Error::TooMany { retry_after } => {
                let seconds = retry_after.as_secs() + 1;
                let message = format!(
                    "too many calls to providers by this caller, or for this configuration; try again in \
                     {seconds} s"
                );
                Condition { retry_after: seconds, ..condition(Kind::TooMany, message.into()) }
            }
            Error::Unavailable(error) => {
                tracing::warn!(request_id = id(request), error = %error, "the registry is unavailable");
                condition(Kind::Unavailable, "the registry is unavailable; try again".into())
            }
            Error::Internal(error) => {
                let source = error.source().map(ToString::to_string);
                tracing::error!(request_id = id(request), error = %error, source, "internal error");
                condition(Kind::Internal, see_log(request).into())
            }
        }
    }
}

/// The field errors of the core library under the API's names.
fn named(violations: &FieldErrors, format: &dyn ErrorFormat) -> FieldErrors<String> {
    violations.clone().renamed(|field| format.field_name(field).to_owned())
}

fn id(request: &HttpRequest) -> String {
    RequestId::of(request).map(|id| id.0).unwrap_or_default()
}

/// All that a caller learns about a fault of the server.
fn see_log(request: &HttpRequest) -> String {
    format!("internal error; the server's log has the details under the request id {}", id(request))
}

/// The member that names a user, in the APIs that have it.
const fn member(referred: MissingReference) -> &'static str {
    match referred {
        MissingReference::Owner => "ownerId",
        MissingReference::Holder => "subjectPrincipalId",
        MissingReference::Member => "userId",
    }
}

const fn duplicate(conflict: Conflict) -> &'static str {
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

fn in_use(holding: &Dependents) -> Cow<'static, str> {
    match holding {
        Dependents::Named(names) => format!("it still holds configurations: {}", names.join(", ")).into(),
        Dependents::Unnamed => "it still holds configurations, which this token may not list".into(),
        Dependents::Other => "it is still in use".into(),
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(error) => write!(f, "{error}"),
            Self::Body(error) => write!(f, "{error:?}"),
            Self::TwoTokens => f.write_str("two different tokens"),
            Self::Panic => f.write_str("the handler panicked"),
            Self::Other(_, message) => f.write_str(message),
        }
    }
}

/// Lets handlers and extractors return the error. `resource` replaces this response, because only it
/// knows the request, and so the format and the request id.
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
    fn from(problems: FieldErrors<String>) -> Self {
        Self::Service(problems.into())
    }
}

impl From<BodyError> for RequestError {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}
