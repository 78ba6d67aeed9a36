//! The outcome of a completion request, and corrections of its parameters.

use serde_json::Value;

use super::parameters::{self, MOST, RefusedParameter};
use super::request::OutputLimit;
use super::{CompletionRequest, ModelEcho};
use crate::response::Response;

/// The outcome of a completion request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionOutcome {
    /// The model responded, or was stopped by the output limit alone.
    Completed(ModelEcho),
    /// A parameter of the request was refused, which the configuration does not set. Whether the model would
    /// respond is not known.
    ParameterRefused(RefusedParameter),
    /// Status 500, which too small an output limit causes at Mistral (mistralai/mistral-inference#122).
    ServerError,
    /// Any other response.
    Refused,
}

impl CompletionOutcome {
    /// The outcome of `request`, given its response.
    #[must_use]
    pub fn new(request: &CompletionRequest<'_>, response: &Response) -> Self {
        if let Some(completed) = Self::of_success(request, response) {
            return completed;
        }
        if let Some(parameter) = parameters::refused(request, response) {
            return Self::ParameterRefused(parameter);
        }
        match response.status {
            500 if !request.limit.is_safe() => Self::ServerError,
            _ => Self::Refused,
        }
    }

    fn of_success(request: &CompletionRequest<'_>, response: &Response) -> Option<Self> {
        // The model began to respond, and only the limit stopped it.
        const LIMIT_REACHED: &str = "max_tokens or model output limit was reached";
        if response.status == 400 && String::from_utf8_lossy(&response.body).contains(LIMIT_REACHED) {
            return Some(Self::Completed(ModelEcho::Absent));
        }
        let is_completed = |json: &&Value| request.operation.is_completed_by(json);
        let json = response.json().filter(|_| response.is_success()).filter(is_completed)?;
        Some(Self::Completed(ModelEcho::new(request.model_in_body(), json)))
    }
}

impl CompletionRequest<'_> {
    /// The same request as the server demands it. `None` if that was tried already, or costs too much;
    /// `first` is the limit of the first request.
    #[must_use]
    pub fn corrected(&self, outcome: CompletionOutcome, first: OutputLimit) -> Option<Self> {
        match outcome {
            CompletionOutcome::ParameterRefused(parameter) => self.with_parameter(parameter, first),
            CompletionOutcome::ServerError => Some(self.with_limit(self.limit.raised(None))),
            CompletionOutcome::Completed(_) | CompletionOutcome::Refused => None,
        }
    }

    fn with_parameter(&self, parameter: RefusedParameter, first: OutputLimit) -> Option<Self> {
        match parameter {
            RefusedParameter::LimitName => {
                let renamed = self.limit.renamed();
                let is_untried = self.has_two_limit_names() && self.limit.name == first.name;
                is_untried.then(|| self.with_limit(renamed))
            }
            RefusedParameter::LimitSize { least } => {
                let raised = self.limit.raised(least);
                let is_cheap = raised.tokens <= MOST && raised.tokens > self.limit.tokens;
                is_cheap.then(|| self.with_limit(raised))
            }
            RefusedParameter::NotStreamed => Some(self.streamed()),
            RefusedParameter::StreamName => Some(self.without_stream_member()),
            RefusedParameter::SystemMissing => Some(self.with_system()),
            RefusedParameter::LimitTooLarge | RefusedParameter::LimitBelowThinking => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::completion::{Operation, OutputLimitName};
    use crate::vendors;

    const LIMIT_NAME: CompletionOutcome = CompletionOutcome::ParameterRefused(RefusedParameter::LimitName);
    const NOT_STREAMED: CompletionOutcome =
        CompletionOutcome::ParameterRefused(RefusedParameter::NotStreamed);

    fn size(least: Option<u32>) -> CompletionOutcome {
        CompletionOutcome::ParameterRefused(RefusedParameter::LimitSize { least })
    }

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
        check(CHAT, 400, older, LIMIT_NAME);
        // editor-code-assistant/eca#231
        let newer = concat!(
            r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","#,
            r#""max_completion_tokens"],"msg":"Extra inputs are not permitted"}]}}"#,
        );
        check(NEWER, 422, newer, LIMIT_NAME);
        let azure =
            r#"{"error":{"message":"Unrecognized request argument supplied: max_completion_tokens"}}"#;
        check(NEWER, 400, azure, LIMIT_NAME);
        check("https://h/v1/messages", 400, older, CompletionOutcome::Refused);
    }

    #[test]
    fn outcome_with_other_refusal_is_refused() {
        let other =
            r#"{"error":{"message":"Unsupported parameter: 'stream'","code":"unsupported_parameter"}}"#;
        check(CHAT, 400, other, CompletionOutcome::ParameterRefused(RefusedParameter::StreamName));
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
        check(CHAT, 400, small, size(Some(16)));
        // vectorize-io/hindsight#58
        let behind = concat!(
            r#"{"error":{"message":"Provider returned error","code":400,"#,
            r#""metadata":{"raw":"{\"error\":{\"code\":\"integer_below_min_value\"}}","#,
            r#""provider_name":"Azure"}}}"#,
        );
        check(CHAT, 400, behind, size(None));
        check("https://h/v1/responses", 400, small, CompletionOutcome::Refused);
        check(CHAT, 500, r#"{"message":"Service unavailable."}"#, CompletionOutcome::ServerError);
        check(CHAT, 500, "", CompletionOutcome::ServerError);
        check("https://h/v1/responses", 500, "", CompletionOutcome::Refused);
        check(CHAT, 502, "", CompletionOutcome::Refused);
    }

    #[track_caller]
    fn check_message(message: &str, expected: CompletionOutcome) {
        let body = serde_json::json!({"error": {"message": message}}).to_string();
        check(CHAT, 400, &body, expected);
    }

    #[test]
    fn outcome_with_stated_least_limit_has_its_number() {
        // langgenius/dify-official-plugins#3255
        check_message("max_tokens must be at least 16 for sonar.", size(Some(16)));
        check_message("max_tokens must be at least 100, got 1", size(Some(100)));
        check_message("Range of max_tokens should be [20, 8192]", size(Some(20)));
        check_message("max_tokens must be between 32 and 4096", size(Some(32)));
        check_message(r"max_tokens must be greater than or equal to 1024", size(Some(1024)));
        check_message("max_tokens 不能小于 16", size(Some(16)));
        check_message("max_tokens must be greater than thinking.budget_tokens (1024)", size(Some(1025)));
        check_message(
            "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
            size(Some(1025)),
        );
        check_message("max_tokens is too small", size(None));
        check_message("max_tokens must be in [20, 4096]", size(Some(20)));
        check_message("max_tokens is less than the minimum allowed value of 16", size(Some(16)));
        check(
            CHAT,
            422,
            r#"{"detail":[{"loc":["body","max_tokens"],"msg":"Input should be \u003e= 16"}]}"#,
            size(Some(16)),
        );
    }

    #[test]
    fn outcome_with_refused_name_in_other_words_is_recognised() {
        for message in [
            "This model does not support the 'max_tokens' parameter",
            "max_tokens is not supported",
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            "max_tokens is deprecated, use max_completion_tokens",
            "Unknown name \"max_tokens\": Cannot find field.",
            "该模型不支持 max_tokens 参数",
        ] {
            check_message(message, LIMIT_NAME);
        }
    }

    #[test]
    fn outcome_with_limit_that_is_large_enough_is_refused() {
        // infiniflow/ragflow#10235: the context is full.
        check_message("max_tokens must be at least 1, got -950.", CompletionOutcome::Refused);
        check_message("1 is less than the minimum of 1 - 'max_tokens'", CompletionOutcome::Refused);
        check_message(
            "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]",
            CompletionOutcome::Refused,
        );
        check_message("thinking is not supported by this model", CompletionOutcome::Refused);
        check_message("Unknown thinking mode; budget_tokens is unknown", CompletionOutcome::Refused);
    }

    #[test]
    fn outcome_of_model_that_only_streams_is_recognised() {
        for message in [
            "This model only support stream mode, please enable the stream parameter to access the model. ",
            "parameter.enable_thinking must be set to false for non-streaming calls",
            "This model does not support non-streaming output.",
            "Stream must be set to true",
            "`stream` must be true",
            "Unsupported value: 'stream' does not support false with this model.",
            "Anthropic non-streaming is not supported in v1. Please set stream=true.",
            "Validation error: Invalid input: expected true at \"params.stream\"",
            "qwq-plus 仅支持流式调用，请设置 stream=true",
            "该模型不支持非流式输出",
            "stream=false is not supported for this model",
            "The stream parameter must be set to true for this model",
            "This model can only be called in stream mode",
            "streaming mode required",
            "请使用流式接口调用",
            "Dieses Modell unterstützt nur Streaming",
            "Este modelo solo admite streaming",
            "Модель поддерживает только потоковый режим (stream)",
            "このモデルはストリーミングのみ対応しています",
        ] {
            check_message(message, NOT_STREAMED);
        }
        check(CHAT, 501, "stream must be true", NOT_STREAMED);
        check("https://h/v1/responses", 400, r#"{"detail":"Stream must be set to true"}"#, NOT_STREAMED);
        check(CHAT, 200, r#"{"error":{"message":"only supports streaming"}}"#, NOT_STREAMED);
    }

    #[test]
    fn outcome_with_other_words_about_streams_is_refused() {
        check_message("stream must be true or false", CompletionOutcome::Refused);
        check_message("该模型不支持流式输出", CompletionOutcome::Refused);
        check_message("Unsupported value: 'stream' does not support true", CompletionOutcome::Refused);
        check_message("The stream of events was interrupted", CompletionOutcome::Refused);
        check_message("Upstream error: connection closed", CompletionOutcome::Refused);
        check(CHAT, 401, r#"{"error":{"message":"stream must be true"}}"#, CompletionOutcome::Refused);
        check(
            "https://h/model/m/converse",
            400,
            r#"{"message":"only supports streaming"}"#,
            CompletionOutcome::Refused,
        );
        let streamed = request(CHAT).streamed();
        let response = Response::of(400, r#"{"error":{"message":"only supports streaming"}}"#);
        assert_eq!(CompletionOutcome::new(&streamed, &response), CompletionOutcome::Refused);
    }

    #[test]
    fn outcome_of_streamed_success_is_completed() {
        let text =
            "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: [DONE]\n\n";
        check(CHAT, 200, text, CompletionOutcome::Completed(ModelEcho::Same));
        let error = "data: {\"error\":{\"message\":\"No credit\"}}\n\n";
        check(CHAT, 200, error, CompletionOutcome::Refused);
        check(CHAT, 200, "data: [DONE]\n\n", CompletionOutcome::Refused);
        let role = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n";
        check(CHAT, 200, role, CompletionOutcome::Refused);
    }

    #[test]
    fn outcome_of_large_hostile_refusal_is_found_in_linear_time() {
        for part in ["[", "between ", "stream ", "at least ", "max_tokens", "stream must be "] {
            let text = part.repeat(200_000 / part.len());
            let error = serde_json::json!({"error": {"message": format!("max_tokens unsupported {text}")}});
            for body in [text, error.to_string()] {
                let outcome = CompletionOutcome::new(&request(CHAT), &Response::of(400, &body));
                assert!(!matches!(outcome, CompletionOutcome::Completed(_)), "{part}");
            }
        }
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
        check(
            "https://h/v1/messages",
            400,
            thought,
            CompletionOutcome::ParameterRefused(RefusedParameter::LimitBelowThinking),
        );
    }

    #[test]
    fn outcome_of_success_without_output_is_refused() {
        check(CHAT, 200, r#"{"model":"m","choices":[]}"#, CompletionOutcome::Completed(ModelEcho::Same));
        let empty_error = r#"{"error":"","choices":[{"message":{"content":"Hi"}}]}"#;
        check(CHAT, 200, empty_error, CompletionOutcome::Completed(ModelEcho::Absent));
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
    fn corrected_limit_is_renamed_once_and_raised_to_what_is_cheap() {
        let first = request(CHAT);
        let renamed = first.corrected(LIMIT_NAME, first.limit).unwrap();
        assert_eq!(renamed.limit, OutputLimit { name: OutputLimitName::MaxCompletionTokens, tokens: 1 });
        assert!(renamed.corrected(LIMIT_NAME, first.limit).is_none());
        let raised = renamed.corrected(size(None), first.limit).unwrap();
        assert_eq!(raised.limit, OutputLimit { name: OutputLimitName::MaxCompletionTokens, tokens: 16 });
        let stated = raised.corrected(size(Some(1025)), first.limit).unwrap();
        assert_eq!(stated.limit.tokens, 1025);
        assert!(first.corrected(size(Some(4096)), first.limit).is_none());
        let responses = request("https://h/v1/responses");
        assert!(responses.corrected(LIMIT_NAME, responses.limit).is_none());
    }

    #[test]
    fn corrected_request_is_streamed_or_has_no_such_member() {
        let first = request(CHAT);
        let streamed = first.corrected(NOT_STREAMED, first.limit).unwrap();
        assert_eq!(streamed.body()["stream"], true);
        let unnamed = CompletionOutcome::ParameterRefused(RefusedParameter::StreamName);
        assert_eq!(first.corrected(unnamed, first.limit).unwrap().body().get("stream"), None);
        let system = CompletionOutcome::ParameterRefused(RefusedParameter::SystemMissing);
        assert_eq!(first.corrected(system, first.limit).unwrap().body()["messages"][0]["role"], "system");
    }
}
