//! Conditions as this dialect answers them: `{"error": …, "code": …}`.

use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use llm_config_core::field::FieldErrors;
use llm_config_service::{Error, MissingReference, Problems};
use llm_config_store::Conflict;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::failure::{CHANGED, Failure, still_holds};
use super::super::json::BodyError;
use super::spelling;

/// How much of the faults fits before the rest is only counted: clients show the first 500
/// characters of a body.
const SHOWN_FAULTS: usize = 20;

/// The name that gRPC gives to the condition that mostly has this status, as this API uses it.
fn code(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 | 413 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        405 => "UNIMPLEMENTED",
        409 => "ALREADY_EXISTS",
        412 => "FAILED_PRECONDITION",
        429 => "RESOURCE_EXHAUSTED",
        503 => "UNAVAILABLE",
        _ => "INTERNAL",
    }
}

/// The body of every error.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
pub(in crate::http) struct Body<'a> {
    /// What is wrong; every fault with the field that has it, never with its value.
    error: &'a str,
    /// The name that gRPC gives to the condition.
    #[schema(example = "INVALID_ARGUMENT")]
    code: &'a str,
    /// An addition to the API: each fault of a request by itself.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    violations: &'a [Fault<'a>],
}

/// One fault of a request.
#[derive(Serialize, ToSchema)]
#[schema(as = Violation)]
struct Fault<'a> {
    /// Its name, as `credentials.kind`; empty for the body as a whole.
    field: &'a str,
    message: &'a str,
}

pub(super) fn response(status: StatusCode, message: &str) -> HttpResponse {
    build(status, 1).json(Body { error: message, code: code(status), violations: &[] })
}

/// The answer where nothing exists twice, but something else is in the way.
fn blocked(message: &str) -> HttpResponse {
    build(StatusCode::CONFLICT, 1).json(Body { error: message, code: "FAILED_PRECONDITION", violations: &[] })
}

/// With `retry_after`, in seconds, for the statuses that have it.
fn build(status: StatusCode, retry_after: u64) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((WWW_AUTHENTICATE, "Bearer"));
    }
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        response.insert_header((RETRY_AFTER, retry_after));
    }
    response
}

/// The answer to a request that came to nothing.
pub(in crate::http) fn answer(request: &HttpRequest, failure: Failure) -> HttpResponse {
    let error = match failure {
        Failure::Service(error) => error,
        Failure::Body(BodyError::TooLarge) => {
            return response(StatusCode::PAYLOAD_TOO_LARGE, "the body must have at most 1 MiB");
        }
        Failure::Body(BodyError::Broken) => {
            return response(StatusCode::BAD_REQUEST, "the body could not be read to its end");
        }
        Failure::TwoTokens => {
            return response(
                StatusCode::UNAUTHORIZED,
                "two different tokens were sent; send one, as `x-api-key` or `Authorization: Bearer`",
            );
        }
    };
    let (status, message) = match error {
        Error::Unauthenticated => (
            StatusCode::UNAUTHORIZED,
            "a valid API key is required, as `x-api-key` or `Authorization: Bearer`".to_owned(),
        ),
        Error::Malformed(problems) => return faults(&problems),
        Error::Invalid(violations) => return faults(&spelled(violations)),
        Error::NotFound(what) => (StatusCode::NOT_FOUND, format!("there is no such {what}")),
        Error::Missing(referred) => {
            let mut problems = Problems::default();
            problems.add(named(referred), "must be the id of a user");
            return faults(&problems);
        }
        Error::Denied(why) => (StatusCode::FORBIDDEN, why.to_owned()),
        Error::Conflict(conflict) => (StatusCode::CONFLICT, taken(conflict).to_owned()),
        Error::Stale => (StatusCode::PRECONDITION_FAILED, format!("it {CHANGED}")),
        Error::InUse(holding) => return blocked(&format!("it {}", still_holds(&holding))),
        Error::LastOwner => {
            return blocked(
                "the last owner of the organisation must stay, and so must the last token with which an owner can \
                 do everything",
            );
        }
        Error::TooMany { retry_after } => {
            let (status, seconds) = (StatusCode::TOO_MANY_REQUESTS, retry_after.as_secs() + 1);
            let message = format!(
                "too many calls to providers by this caller, or for this configuration; try again in {seconds} s"
            );
            return build(status, seconds).json(Body {
                error: &message,
                code: code(status),
                violations: &[],
            });
        }
        Error::Unavailable(error) => {
            Failure::log_unavailable(request, &error);
            (StatusCode::SERVICE_UNAVAILABLE, "the registry is unavailable; try again".to_owned())
        }
        Error::Internal(error) => (StatusCode::INTERNAL_SERVER_ERROR, Failure::log_internal(request, &error)),
    };
    response(status, &message)
}

const fn named(referred: MissingReference) -> &'static str {
    match referred {
        MissingReference::Owner => "ownerId",
        MissingReference::Holder => "subjectPrincipalId",
        MissingReference::Member => "userId",
    }
}

fn taken(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::ConfigId => "an LLM with this llmId exists already",
        Conflict::ConfigFingerprint => {
            "this owner has an LLM with the same provider, endpoint, API path, model and credentials already"
        }
        Conflict::ConfigName => "a configuration with this name exists already",
        Conflict::UserEmail => "a user with this e-mail address exists already",
        Conflict::UserId => "a user with this id exists already",
        Conflict::TokenId => "an API key with this apiKeyId exists already",
        Conflict::Member => "the user is a member already",
        Conflict::WorkspaceId => "a workspace with this id exists already",
    }
}

/// The faults of the library in this API's names.
pub(super) fn spelled(violations: FieldErrors) -> Problems {
    let mut problems = Problems::default();
    for violation in violations {
        problems.add(spelling::of(violation.field), violation.message);
    }
    problems
}

/// All faults in one sentence, and as a list in an extra member.
fn faults(problems: &Problems) -> HttpResponse {
    let line = |field: &str, message: &str| match field {
        "" => message.to_owned(),
        field => format!("{field} {message}"),
    };
    let mut lines: Vec<_> =
        problems.0.iter().take(SHOWN_FAULTS).map(|it| line(&it.field, &it.message)).collect();
    if problems.0.len() > SHOWN_FAULTS {
        lines.push(format!("and {} more", problems.0.len() - SHOWN_FAULTS));
    }
    let shown = problems.0.iter().take(SHOWN_FAULTS);
    let violations: Vec<_> = shown.map(|it| Fault { field: &it.field, message: &it.message }).collect();
    let status = StatusCode::BAD_REQUEST;
    build(status, 1).json(Body { error: &lines.join("; "), code: code(status), violations: &violations })
}
