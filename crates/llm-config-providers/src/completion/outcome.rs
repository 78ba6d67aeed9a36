//! The outcome of a completion request, and corrections of its output limit.

use serde_json::Value;

use super::request::{OutputLimit, OutputLimitName};
use super::{CompletionRequest, ModelEcho, Operation};
use crate::response::Response;

/// The outcome of a completion request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionOutcome {
    /// The model responded, or was stopped by the output limit alone.
    Completed(ModelEcho),
    /// The output limit has another name.
    LimitNameRefused,
    /// The output limit is too small.
    LimitTooSmall,
    /// The output limit does not fit the model's budget for thinking, which the request does not set. The
    /// request was accepted until then; whether the model would respond is not known.
    LimitBelowThinking,
    /// Status 500, which too small an output limit causes at Mistral (mistralai/mistral-inference#122).
    ServerError,
    /// Any other response.
    Refused,
}

impl CompletionOutcome {
    /// The outcome of `request`, given its response.
    #[must_use]
    pub fn new(request: &CompletionRequest<'_>, response: &Response) -> Self {
        if response.is_success() {
            return Self::of_success(request, response.json());
        }
        let text = ErrorText::new(response);
        match response.status {
            // The model began to respond, and only the limit stopped it.
            400 if text.contains_any(&["max_tokens or model output limit was reached"]) => {
                Self::Completed(ModelEcho::Absent)
            }
            400 | 422 if is_name_refused(request, &text) => Self::LimitNameRefused,
            // Gateways that call `/responses` behind chat completions pass its minimum on.
            400 | 422
                if !request.limit.is_safe()
                    && text.contains_any(&["integer_below_min_value", "integer below minimum value"]) =>
            {
                Self::LimitTooSmall
            }
            400 if text.contains_any(&["thinking", "budget_tokens"]) => Self::LimitBelowThinking,
            500 if !request.limit.is_safe() => Self::ServerError,
            _ => Self::Refused,
        }
    }

    fn of_success(request: &CompletionRequest<'_>, json: Option<&Value>) -> Self {
        match json.filter(|json| request.operation.is_completed_by(json)) {
            Some(json) => Self::Completed(ModelEcho::new(request.model_in_body(), json)),
            None => Self::Refused,
        }
    }
}

impl CompletionRequest<'_> {
    /// The same request with an output limit that may be accepted. `None` if that was tried already;
    /// `first` is the limit of the first request.
    #[must_use]
    pub fn corrected(&self, outcome: CompletionOutcome, first: OutputLimit) -> Option<Self> {
        match outcome {
            CompletionOutcome::LimitNameRefused if self.limit.name == first.name => {
                Some(self.with_limit(self.limit.renamed()))
            }
            CompletionOutcome::LimitTooSmall | CompletionOutcome::ServerError => {
                Some(self.with_limit(self.limit.raised()))
            }
            CompletionOutcome::Completed(_)
            | CompletionOutcome::LimitNameRefused
            | CompletionOutcome::LimitBelowThinking
            | CompletionOutcome::Refused => None,
        }
    }
}

/// The whole body in lower case. Gateways embed the provider's message deep within their own error
/// (vectorize-io/hindsight#58).
struct ErrorText(String);

impl ErrorText {
    fn new(response: &Response) -> Self {
        Self(String::from_utf8_lossy(&response.body).to_ascii_lowercase())
    }

    fn contains_any(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.0.contains(part))
    }
}

fn is_name_refused(request: &CompletionRequest<'_>, text: &ErrorText) -> bool {
    let is_unknown = text.contains_any(&[
        "unsupported_parameter",
        "unsupported parameter",
        "unrecognized request argument",
        "unknown parameter",
        "extra_forbidden",
        "extra inputs are not permitted",
        "is not supported with this model",
    ]);
    let is_about_limit = text.contains_any(&["max_tokens", "max_completion_tokens"]);
    let is_other_named = request.limit.name == OutputLimitName::MaxTokens
        && text.contains_any(&[OutputLimitName::MaxCompletionTokens.as_str()]);
    request.operation == Operation::ChatCompletions && (is_unknown && is_about_limit || is_other_named)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::vendors;

    fn request(url: &str) -> CompletionRequest<'static> {
        let url: Url = url.parse().unwrap();
        let limit = vendors::output_limit(url.host_str().unwrap());
        CompletionRequest::new(Operation::at(&url).unwrap(), &url, Some("m"), limit)
    }

    #[track_caller]
    fn check(url: &str, status: u16, body: &str, expected: CompletionOutcome) {
        let response = Response::of(status, body);
        assert_eq!(CompletionOutcome::new(&request(url), &response), expected, "{body}");
    }

    const CHAT: &str = "https://h/v1/chat/completions";
    const NEWER: &str = "https://api.openai.com/v1/chat/completions";

    #[test]
    fn outcome_with_refused_limit_name_is_recognised() {
        // langgenius/dify-official-plugins#2771
        let older = concat!(
            r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with "#,
            r#"this model. Use 'max_completion_tokens' instead.","#,
            r#""type":"invalid_request_error","param":"max_tokens","#,
            r#""code":"unsupported_parameter"}}"#,
        );
        check(CHAT, 400, older, CompletionOutcome::LimitNameRefused);
        // editor-code-assistant/eca#231
        let newer = concat!(
            r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","#,
            r#""max_completion_tokens"],"msg":"Extra inputs are not permitted"}]}}"#,
        );
        check(NEWER, 422, newer, CompletionOutcome::LimitNameRefused);
        let azure =
            r#"{"error":{"message":"Unrecognized request argument supplied: max_completion_tokens"}}"#;
        check(NEWER, 400, azure, CompletionOutcome::LimitNameRefused);
        check("https://h/v1/messages", 400, older, CompletionOutcome::Refused);
    }

    #[test]
    fn outcome_with_other_refusal_is_refused() {
        let other =
            r#"{"error":{"message":"Unsupported parameter: 'stream'","code":"unsupported_parameter"}}"#;
        check(CHAT, 400, other, CompletionOutcome::Refused);
        check(CHAT, 401, r#"{"error":{"message":"max_completion_tokens"}}"#, CompletionOutcome::Refused);
        check(
            CHAT,
            400,
            r#"{"error":{"message":"max_tokens must be positive"}}"#,
            CompletionOutcome::Refused,
        );
    }

    #[test]
    fn outcome_with_too_small_limit_is_recognised() {
        let small = concat!(
            r#"{"error":{"message":"Invalid 'max_output_tokens': integer below minimum value. "#,
            r#"Expected a value >= 16, but got 1 instead.","code":"integer_below_min_value"}}"#,
        );
        check(CHAT, 400, small, CompletionOutcome::LimitTooSmall);
        // vectorize-io/hindsight#58
        let behind = concat!(
            r#"{"error":{"message":"Provider returned error","code":400,"#,
            r#""metadata":{"raw":"{\"error\":{\"code\":\"integer_below_min_value\"}}","#,
            r#""provider_name":"Azure"}}}"#,
        );
        check(CHAT, 400, behind, CompletionOutcome::LimitTooSmall);
        check("https://h/v1/responses", 400, small, CompletionOutcome::Refused);
        check(CHAT, 500, r#"{"message":"Service unavailable."}"#, CompletionOutcome::ServerError);
        check(CHAT, 500, "", CompletionOutcome::ServerError);
        check("https://h/v1/responses", 500, "", CompletionOutcome::Refused);
        check(CHAT, 502, "", CompletionOutcome::Refused);
    }

    #[test]
    fn outcome_at_reached_limit_is_completed() {
        let limit = concat!(
            r#"{"error":{"message":"Could not finish the message because max_tokens or model "#,
            r#"output limit was reached. Please try again with higher max_tokens.","#,
            r#""type":"invalid_request_error"}}"#,
        );
        check(CHAT, 400, limit, CompletionOutcome::Completed(ModelEcho::Absent));
        // langgenius/dify-official-plugins#2718
        let thought = concat!(
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"`max_tokens` "#,
            r#"must be greater than `thinking.budget_tokens`."}}"#,
        );
        check("https://h/v1/messages", 400, thought, CompletionOutcome::LimitBelowThinking);
    }

    #[test]
    fn outcome_of_success_without_output_is_refused() {
        check(CHAT, 200, r#"{"model":"m","choices":[]}"#, CompletionOutcome::Completed(ModelEcho::Same));
        check(CHAT, 200, r#"{"model":"tiny","choices":[]}"#, CompletionOutcome::Completed(ModelEcho::Other));
        check(
            CHAT,
            200,
            r#"{"error":{"code":402,"message":"Insufficient credits"}}"#,
            CompletionOutcome::Refused,
        );
        check(CHAT, 200, "<!doctype html>", CompletionOutcome::Refused);
        check(CHAT, 204, "", CompletionOutcome::Refused);
    }

    #[test]
    fn corrected_limit_is_renamed_once_and_raised_once() {
        let first = request(CHAT);
        let renamed = first.corrected(CompletionOutcome::LimitNameRefused, first.limit).unwrap();
        assert_eq!(renamed.limit, OutputLimit { name: OutputLimitName::MaxCompletionTokens, tokens: 1 });
        assert!(renamed.corrected(CompletionOutcome::LimitNameRefused, first.limit).is_none());
        let raised = renamed.corrected(CompletionOutcome::LimitTooSmall, first.limit).unwrap();
        assert_eq!(raised.limit, OutputLimit { name: OutputLimitName::MaxCompletionTokens, tokens: 16 });
    }
}
