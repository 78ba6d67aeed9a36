//! Conditions as this dialect answers them: `{"success": false, "message": …}`.

use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse};
use llm_config_core::field::FieldErrors;
use llm_config_service::{Error, MissingReference, Problem, Problems};
use llm_config_store::Conflict;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::failure::{CHANGED, Failure, still_holds};
use super::super::json::BodyError;
use super::spelling;

/// The body of every error.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
pub(in crate::http) struct Body<'a> {
    /// Always false.
    success: bool,
    /// What is wrong, in a sentence; every fault with the field that has it, never with its value.
    message: &'a str,
}

pub(super) fn response(status: StatusCode, message: &str) -> HttpResponse {
    respond(status, message, 1)
}

/// With `retry_after`, in seconds, for the statuses that have it.
fn respond(status: StatusCode, message: &str, retry_after: u64) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((WWW_AUTHENTICATE, "Bearer"));
    }
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        response.insert_header((RETRY_AFTER, retry_after));
    }
    response.json(Body { success: false, message })
}

/// The answer to a request that came to nothing.
pub(super) fn answer(request: &HttpRequest, failure: Failure) -> HttpResponse {
    let error = match failure {
        Failure::Service(error) => error,
        Failure::Body(BodyError::TooLarge) => {
            return response(StatusCode::PAYLOAD_TOO_LARGE, "The body must have at most 1 MiB");
        }
        Failure::Body(BodyError::Broken) => {
            return response(StatusCode::BAD_REQUEST, "The body could not be read to its end");
        }
        Failure::TwoTokens => {
            return response(
                StatusCode::UNAUTHORIZED,
                "Two different tokens were sent; send one, as `Authorization: Bearer`",
            );
        }
    };
    let (status, message) = match error {
        Error::Unauthenticated => (
            StatusCode::UNAUTHORIZED,
            "A valid access token is required, as `Authorization: Bearer`".to_owned(),
        ),
        Error::Malformed(problems) => (StatusCode::BAD_REQUEST, sentence(&problems)),
        Error::Invalid(violations) => (StatusCode::BAD_REQUEST, sentence(&spelled(violations))),
        Error::NotFound(what) => (StatusCode::NOT_FOUND, format!("There is no such {what}")),
        Error::Missing(MissingReference::Owner | MissingReference::Holder | MissingReference::Member) => {
            (StatusCode::BAD_REQUEST, "userId must be the id of a user".to_owned())
        }
        Error::Denied(why) => (StatusCode::FORBIDDEN, format!("Insufficient permissions: {why}")),
        Error::Conflict(conflict) => (StatusCode::BAD_REQUEST, taken(conflict).to_owned()),
        Error::Stale => (StatusCode::PRECONDITION_FAILED, format!("It {CHANGED}")),
        Error::InUse(holding) => (StatusCode::BAD_REQUEST, format!("It {}", still_holds(&holding))),
        Error::LastOwner => (
            StatusCode::BAD_REQUEST,
            "The last owner of the organization must stay, and so must the last token with which an owner \
             can do everything"
                .to_owned(),
        ),
        Error::TooMany { retry_after } => {
            let seconds = retry_after.as_secs() + 1;
            let message = format!(
                "Too many calls to providers by this caller, or for this configuration; try again in \
                 {seconds} s"
            );
            return respond(StatusCode::TOO_MANY_REQUESTS, &message, seconds);
        }
        Error::Unavailable(error) => {
            Failure::log_unavailable(request, &error);
            (StatusCode::SERVICE_UNAVAILABLE, "The registry is unavailable; try again".to_owned())
        }
        Error::Internal(error) => (StatusCode::INTERNAL_SERVER_ERROR, Failure::log_internal(request, &error)),
    };
    response(status, &message)
}

fn taken(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::ConfigName => "A configuration with this name already exists in this workspace",
        Conflict::ConfigId | Conflict::ConfigFingerprint => "This configuration already exists",
        Conflict::UserEmail => "A user with this email already exists",
        Conflict::UserId => "A user with this id already exists",
        Conflict::TokenId => "A token with this id already exists",
        Conflict::Member => "userId is a member of this workspace already",
        Conflict::WorkspaceId => "A workspace with this id already exists",
    }
}

/// All faults in one sentence.
fn sentence(problems: &Problems) -> String {
    let line = |it: &Problem| match it.field.as_str() {
        "" => it.message.clone(),
        field => format!("{field} {}", it.message),
    };
    problems.0.iter().take(20).map(line).collect::<Vec<_>>().join("; ")
}

/// The faults of the library in this API's names.
pub(super) fn spelled(violations: FieldErrors) -> Problems {
    let spelled = violations
        .into_iter()
        .map(|it| Problem { field: spelling::of(it.field).to_owned(), message: it.message });
    Problems(spelled.collect())
}
