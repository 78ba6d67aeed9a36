//! The bodies of errors in each dialect.

use llm_config_providers::Dialect;
use serde_json::json;

use crate::error::GatewayError;

/// The `type` of our errors in the `OpenAI` dialect, which tells them from the provider's.
pub(crate) const OPENAI_TYPE: &str = "llm_config_error";

/// The JSON body of an error, in the form that the clients of the dialect read.
#[must_use]
pub fn error_body(dialect: Dialect, error: &GatewayError, request_id: &str) -> String {
    let message = if matches!(error, GatewayError::Internal) {
        format!("{error}; the server's log has the details under the request id {request_id}")
    } else {
        error.message()
    };
    let status = error.status();
    let body = match dialect {
        Dialect::OpenAi => json!({
            "error": {
                "message": message,
                "type": OPENAI_TYPE,
                "param": error.field(),
                "code": error.code(),
            },
        }),
        Dialect::Anthropic => json!({
            "type": "error",
            "error": { "type": anthropic_type(status), "message": message },
            "request_id": request_id,
        }),
        Dialect::Gemini => json!({
            "error": { "code": status, "message": message, "status": gemini_status(status) },
        }),
    };
    body.to_string()
}

/// The error type that Anthropic documents for a status (<https://docs.claude.com/en/api/errors>); for others
/// that of its class.
const fn anthropic_type(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        400..=499 => "invalid_request_error",
        _ => "api_error",
    }
}

/// The canonical name that Google gives a status
/// (<https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto>); for others that of the
/// closest meaning.
pub(crate) const fn gemini_status(status: u16) -> &'static str {
    match status {
        401 => "UNAUTHENTICATED",
        402 => "FAILED_PRECONDITION",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        405 | 501 => "UNIMPLEMENTED",
        408 | 504 => "DEADLINE_EXCEEDED",
        429 => "RESOURCE_EXHAUSTED",
        400..=499 => "INVALID_ARGUMENT",
        502 | 503 | 529 => "UNAVAILABLE",
        _ => "INTERNAL",
    }
}
