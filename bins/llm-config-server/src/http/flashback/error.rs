//! Errors as `{"success": false, "message": …}`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use llm_config_core::field::Field;
use llm_config_service::Error;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::error::{Condition, ConditionKind, ErrorFormat};
use crate::http::flashback::field_names;

/// The maximum number of field errors in a message, which ends with the number of the others.
const LISTED_ERRORS: usize = 20;

/// The format of this API.
pub(crate) static FORMAT: FlashbackFormat = FlashbackFormat;

/// The format of this API.
pub(crate) struct FlashbackFormat;

/// The body of every error.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
pub(crate) struct Body<'a> {
    /// Always false.
    success: bool,
    /// The error as a sentence. It has the path of every invalid field and quotes no value.
    message: &'a str,
}

impl ErrorFormat for FlashbackFormat {
    fn status(&self, kind: ConditionKind) -> StatusCode {
        match kind {
            ConditionKind::Duplicate | ConditionKind::Blocked => StatusCode::BAD_REQUEST,
            ConditionKind::Invalid
            | ConditionKind::TooLarge
            | ConditionKind::TooSlow
            | ConditionKind::Unauthenticated
            | ConditionKind::Denied
            | ConditionKind::PreflightRejected
            | ConditionKind::SignInTooOld
            | ConditionKind::NotFound
            | ConditionKind::UnknownMethod
            | ConditionKind::Stale
            | ConditionKind::TooMany
            | ConditionKind::QuotaReached
            | ConditionKind::Unavailable
            | ConditionKind::Internal => kind.status(),
        }
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
        let sentence = condition.sentence(LISTED_ERRORS);
        let message = if condition.kind == ConditionKind::Denied {
            format!("Insufficient permissions: {sentence}")
        } else if condition.fields.is_empty() {
            capitalized(&sentence)
        } else {
            // The sentence begins with the name of a field, whose case must stay.
            sentence
        };
        response.json(Body { success: false, message: &message })
    }
}

fn capitalized(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default() + letters.as_str()
}

/// Replaces the fields in a service error by their names in this API. For routes that read bodies of this API
/// and write errors in the format of another one.
pub(crate) fn with_field_names(error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    errors.renamed(|field| field_names::field_name(field).to_owned()).into()
}
