//! The refusal of an empty call for its missing content.

use crate::error_body::ErrorBody;

/// The missing content of an empty call, after the key was accepted.
const MISSING_CONTENT: &[&str] = &[
    "messages",
    "missing required",
    "missing field",
    "field required",
    "is required",
    "required property",
    "validation",
    "prompt",
    "too short",
    "input_value",
];

/// Words about the key or a header, which an error about missing content does not have.
const ABOUT_KEY: &[&str] = &[
    "api key",
    "api_key",
    "api-key",
    "apikey",
    "\"header\"",
    "query parameter",
    "api-version",
    "api version",
    "authorization",
    "authenti",
    "unauthorized",
    "credential",
];

/// Whether an error concerns the missing content of an empty call, so that the key was accepted.
pub(crate) fn is_about_missing_content(error: &ErrorBody) -> bool {
    error.contains_any(MISSING_CONTENT) && !error.contains_any(ABOUT_KEY)
}
