//! Errors as `{"error": …, "code": …}`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, HttpResponseBuilder};
use llm_config_core::field::Field;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::error::{Condition, ErrorFormat, Kind};
use crate::http::goodmem::field_names;

/// The most field errors in a response, because clients show the first 500 characters of a body. The
/// others are counted.
const LISTED_ERRORS: usize = 20;

/// The format of this API.
pub(crate) static FORMAT: GoodmemFormat = GoodmemFormat;

/// The format of this API.
pub(crate) struct GoodmemFormat;

/// The body of every error.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
pub(crate) struct Body<'a> {
    /// What is wrong; every error with its field, never with its value.
    error: &'a str,
    /// The gRPC name of the condition.
    #[schema(example = "INVALID_ARGUMENT")]
    code: &'a str,
    /// An addition to the API: the errors of the request's fields as a list.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    violations: &'a [ListedError<'a>],
}

/// An error of one field of a request.
#[derive(Serialize, ToSchema)]
#[schema(as = Violation)]
struct ListedError<'a> {
    /// The path of the field, as `credentials.kind`; empty for the body as a whole.
    field: &'a str,
    message: &'a str,
}

impl ErrorFormat for GoodmemFormat {
    fn status(&self, kind: Kind) -> StatusCode {
        kind.status()
    }

    fn field_name(&self, field: Field) -> &'static str {
        field_names::of(field)
    }

    fn write(&self, mut response: HttpResponseBuilder, condition: &Condition) -> HttpResponse {
        let listed = condition.fields.iter().take(LISTED_ERRORS);
        let violations: Vec<_> =
            listed.map(|error| ListedError { field: &error.field, message: &error.message }).collect();
        let error = condition.sentence(LISTED_ERRORS);
        response.json(Body { error: &error, code: code(condition.kind), violations: &violations })
    }
}

/// The name that gRPC gives to the condition, as this API uses it.
const fn code(kind: Kind) -> &'static str {
    match kind {
        Kind::Invalid | Kind::TooLarge => "INVALID_ARGUMENT",
        Kind::Unauthenticated => "UNAUTHENTICATED",
        Kind::Denied => "PERMISSION_DENIED",
        Kind::NotFound => "NOT_FOUND",
        Kind::UnknownMethod => "UNIMPLEMENTED",
        Kind::Duplicate => "ALREADY_EXISTS",
        Kind::Blocked | Kind::Stale => "FAILED_PRECONDITION",
        Kind::TooMany => "RESOURCE_EXHAUSTED",
        Kind::Unavailable => "UNAVAILABLE",
        Kind::Internal => "INTERNAL",
    }
}
