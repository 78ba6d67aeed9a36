//! Errors in the form of the dialect of the path.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use llm_config_core::field::Field;
use llm_config_gateway::error::{GatewayError, error_body};
use llm_config_gateway::{Dialect, headers};
use llm_config_service::CallFailure;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::error::{Condition, ConditionKind, ErrorFormat, log_fault, request_id};

/// The format of a dialect, for the errors that are raised outside the handlers of calls: by routing, CORS, a
/// panic.
pub(crate) struct GatewayFormat(Dialect);

pub(crate) static OPENAI: GatewayFormat = GatewayFormat(Dialect::OpenAi);
pub(crate) static ANTHROPIC: GatewayFormat = GatewayFormat(Dialect::Anthropic);
pub(crate) static GEMINI: GatewayFormat = GatewayFormat(Dialect::Gemini);

/// An error in the form of the API that was called.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
pub(crate) struct ErrorBody {
    /// What is wrong, in the form of the API.
    error: serde_json::Value,
}

impl ErrorFormat for GatewayFormat {
    fn status(&self, kind: ConditionKind) -> StatusCode {
        status(&error_of(&Condition::new(kind, "")))
    }

    fn field_name(&self, field: Field) -> &'static str {
        field.as_str()
    }

    fn write(
        &self,
        response: HttpResponseBuilder,
        condition: &Condition,
        request: &HttpRequest,
    ) -> HttpResponse {
        complete(response, self.0, &error_of(condition), &request_id(request))
    }
}

/// The error of the gateway for a condition outside of its handlers.
fn error_of(condition: &Condition) -> GatewayError {
    match condition.kind {
        ConditionKind::NotFound => GatewayError::UnknownPath,
        ConditionKind::UnknownMethod => GatewayError::MethodNotAllowed,
        ConditionKind::PreflightRejected => GatewayError::OriginNotAllowed,
        ConditionKind::Unavailable => GatewayError::Unavailable { retry_after: GatewayError::RETRY_AFTER },
        // The memory of the user's requests: what is beyond the limits of calls, handlers refuse.
        ConditionKind::TooMany => GatewayError::GatewayLimit {
            retry_after: Duration::from_secs(condition.retry_after),
            what: condition.message.to_string(),
        },
        // Raised by the handlers of other APIs, but for the last, which is a panic.
        ConditionKind::Invalid
        | ConditionKind::Unauthenticated
        | ConditionKind::TooLarge
        | ConditionKind::TooSlow
        | ConditionKind::QuotaReached
        | ConditionKind::Denied
        | ConditionKind::SignInTooOld
        | ConditionKind::Duplicate
        | ConditionKind::Blocked
        | ConditionKind::Stale
        | ConditionKind::Internal => GatewayError::Internal,
    }
}

/// The response to a call that has failed.
pub(super) fn respond(request: &HttpRequest, dialect: Dialect, failure: &CallFailure) -> HttpResponse {
    let CallFailure { config, error, cause } = failure;
    let id = request_id(request);
    if let Some(cause) = cause {
        log_fault(cause, &id);
    }
    let mut response = HttpResponse::build(status(error));
    if let Some(config) = config {
        response.insert_header((headers::CONFIG_ID, config.to_string()));
    }
    complete(response, dialect, error, &id)
}

fn complete(
    mut response: HttpResponseBuilder,
    dialect: Dialect,
    error: &GatewayError,
    request_id: &str,
) -> HttpResponse {
    response
        .insert_header((headers::SOURCE, headers::SOURCE_GATEWAY))
        .insert_header((headers::ERROR, error.code()))
        .insert_header((CONTENT_TYPE, "application/json"));
    if let Some(retry) = error.should_retry() {
        response.insert_header((headers::SHOULD_RETRY, if retry { "true" } else { "false" }));
    }
    if let Some(wait) = error.retry_after() {
        // Rounded up: a client that waits a shorter time would be refused again.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        response.insert_header((RETRY_AFTER, seconds.max(1)));
    }
    if error.status() == 401 {
        response.insert_header((WWW_AUTHENTICATE, "Bearer"));
    }
    if matches!(error, GatewayError::BodyTooSlow { .. } | GatewayError::BodyTooLarge { .. }) {
        // The client must not go on to send the body.
        response.force_close();
    }
    response.body(error_body(dialect, error, request_id))
}

fn status(error: &GatewayError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
