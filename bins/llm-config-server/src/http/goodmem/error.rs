//! Errors as `{"error": …, "code": …}`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use llm_config_core::field::Field;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::error::{Condition, ConditionKind, ErrorFormat};
use crate::http::goodmem::field_names;

/// The maximum number of field errors in a response: clients show only the first 500 characters of a body.
/// The message ends with the number of the others.
const LISTED_ERRORS: usize = 20;

/// The format of this API.
pub(crate) static FORMAT: GoodmemFormat = GoodmemFormat;

/// The format of this API.
pub(crate) struct GoodmemFormat;

/// The body of every error.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
pub(crate) struct Body<'a> {
    /// The error as a sentence. It has the path of every invalid field and quotes no value.
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
    /// The path of the field, such as `credentials.kind`; empty for the body as a whole.
    field: String,
    message: &'a str,
}

impl ErrorFormat for GoodmemFormat {
    fn status(&self, kind: ConditionKind) -> StatusCode {
        kind.status()
    }

    fn field_name(&self, field: Field) -> &'static str {
        field_names::field_name(field)
    }

    fn write(
        &self,
        mut response: HttpResponseBuilder,
        condition: &Condition,
        _: &HttpRequest,
    ) -> HttpResponse {
        let listed = condition.fields.iter().take(LISTED_ERRORS);
        let violations: Vec<_> =
            listed.map(|error| ListedError { field: error.path(), message: &error.message }).collect();
        let error = condition.sentence(LISTED_ERRORS);
        response.json(Body { error: &error, code: code(condition.kind), violations: &violations })
    }
}

/// The name of the gRPC status that this API uses for the condition.
const fn code(kind: ConditionKind) -> &'static str {
    match kind {
        ConditionKind::Invalid | ConditionKind::TooLarge => "INVALID_ARGUMENT",
        ConditionKind::TooSlow => "DEADLINE_EXCEEDED",
        ConditionKind::Unauthenticated => "UNAUTHENTICATED",
        ConditionKind::Denied | ConditionKind::PreflightRejected | ConditionKind::SignInTooOld => {
            "PERMISSION_DENIED"
        }
        ConditionKind::NotFound => "NOT_FOUND",
        ConditionKind::UnknownMethod => "UNIMPLEMENTED",
        ConditionKind::Duplicate => "ALREADY_EXISTS",
        ConditionKind::Blocked | ConditionKind::Stale => "FAILED_PRECONDITION",
        ConditionKind::TooMany | ConditionKind::QuotaReached => "RESOURCE_EXHAUSTED",
        ConditionKind::Unavailable => "UNAVAILABLE",
        ConditionKind::Internal => "INTERNAL",
    }
}
