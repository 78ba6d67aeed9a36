//! The forms of errors that identify a vendor's API.

use serde_json::Value;

use crate::error_body::ErrorBody;
use crate::response::Response;

/// A form of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `OpenAI`'s, which most servers use, so that it identifies none.
    OpenAi,
    /// Anthropic's.
    Anthropic,
    /// Google's.
    Google,
    /// That of AWS.
    Amazon,
}

impl Form {
    /// The form of a response that identifies a vendor's API.
    pub(super) fn of(response: &Response) -> Option<Self> {
        let error = response.error();
        let amazon_kind = || response.json().and_then(|json| json.get("__type")).is_some();
        if response.header("x-amzn-errortype").is_some() || amazon_kind() || is_amazon_error(error) {
            Some(Self::Amazon)
        } else if is_google_error(error) {
            Some(Self::Google)
        } else if is_anthropic_error(response) {
            Some(Self::Anthropic)
        } else {
            None
        }
    }
}

/// Whether an error has a type that only Bedrock uses. Any API Gateway has others, such as
/// `MissingAuthenticationTokenException`.
pub(crate) fn is_amazon_error(error: &ErrorBody) -> bool {
    const KINDS: &[&str] = &[
        "AccessDeniedException",
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "IncompleteSignatureException",
        "ValidationException",
    ];
    KINDS.contains(&error.kind.as_str())
}

/// Whether a body has the form of Anthropic's errors.
pub(crate) fn is_anthropic_error(response: &Response) -> bool {
    response.json().and_then(|json| json.get("type")).and_then(Value::as_str) == Some("error")
}

/// Whether an error has the form of Google's: the name of a status of `google.rpc.Code`
/// (googleapis/googleapis: google/rpc/code.proto). Other servers have names of their own, such as `ERROR`.
pub(crate) fn is_google_error(error: &ErrorBody) -> bool {
    const NAMES: &[&str] = &[
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "UNAUTHENTICATED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
    ];
    NAMES.contains(&error.status.as_str())
}
