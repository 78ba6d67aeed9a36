//! Errors as `{"success": false, "message": …}`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, HttpResponseBuilder};
use llm_config_core::field::Field;
use llm_config_service::Error;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::error::{Condition, ErrorFormat, Kind};
use crate::http::flashback::field_names;

/// The most field errors in a response; the others are counted.
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
    /// What is wrong, in a sentence; every error with its field, never with its value.
    message: &'a str,
}

impl ErrorFormat for FlashbackFormat {
    fn status(&self, kind: Kind) -> StatusCode {
        match kind {
            Kind::Duplicate | Kind::Blocked => StatusCode::BAD_REQUEST,
            Kind::Invalid
            | Kind::TooLarge
            | Kind::Unauthenticated
            | Kind::Denied
            | Kind::NotFound
            | Kind::UnknownMethod
            | Kind::Stale
            | Kind::TooMany
            | Kind::Unavailable
            | Kind::Internal => kind.status(),
        }
    }

    fn field_name(&self, field: Field) -> &'static str {
        field_names::of(field)
    }

    fn write(&self, mut response: HttpResponseBuilder, condition: &Condition) -> HttpResponse {
        let sentence = condition.sentence(LISTED_ERRORS);
        let message = if condition.kind == Kind::Denied {
            format!("Insufficient permissions: {sentence}")
        } else if condition.fields.is_empty() {
            capitalized(&sentence)
        } else {
            // It begins with the name of a field.
            sentence
        };
        response.json(Body { success: false, message: &message })
    }
}

fn capitalized(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default() + letters.as_str()
}

/// Gives the fields of a service error this API's names, for routes with bodies of this API and the error
/// format of another one.
pub(crate) fn with_field_names(error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    errors.renamed(|field| field_names::of(field).to_owned()).into()
}
