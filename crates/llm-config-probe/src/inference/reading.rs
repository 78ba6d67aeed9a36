//! What an answer to a generation call says about the model, and about the cap of the call.

use serde_json::Value;

use super::question::{Cap, CapName};
use super::{Echo, Operation, Question};
use llm_config_egress::Response;

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The model's answer.
    Model(Echo),
    /// That the cap is called by another name.
    CapNameRefused,
    /// That the cap is too small.
    CapSizeRefused,
    /// That the cap does not go with a budget for thinking, which the call did not ask for. So the
    /// call was let in, and the model is one that thinks; whether it would answer is not known.
    CapWithoutThought,
    /// A failure, which a cap that is too small has caused at Mistral
    /// (mistralai/mistral-inference#122).
    Failure,
    /// Something else.
    Refusal,
}

impl Heard {
    /// Reads an answer to `question`.
    pub(crate) fn of(question: &Question<'_>, answer: &Response) -> Self {
        if answer.is_success() {
            return Self::answered(question, answer.json().as_ref());
        }
        let said = Said::in_answer(answer);
        match answer.status {
            // It began to answer: what stopped it is our cap.
            400 if said.any(&["max_tokens or model output limit was reached"]) => Self::Model(Echo::Silent),
            400 | 422 if is_name_refused(question, &said) => Self::CapNameRefused,
            // Gateways that call `/responses` behind chat completions pass its least cap on.
            400 | 422
                if !question.cap.is_safe()
                    && said.any(&["integer_below_min_value", "integer below minimum value"]) =>
            {
                Self::CapSizeRefused
            }
            400 if said.any(&["thinking", "budget_tokens"]) => Self::CapWithoutThought,
            500 if !question.cap.is_safe() => Self::Failure,
            _ => Self::Refusal,
        }
    }

    fn answered(question: &Question<'_>, json: Option<&Value>) -> Self {
        match json.filter(|it| question.operation.is_answered_by(it)) {
            Some(json) => Self::Model(Echo::of(question.model_in_body(), json)),
            None => Self::Refusal,
        }
    }
}

impl Question<'_> {
    /// The same question with a cap that may be accepted, unless that was tried.
    pub(crate) fn mended(&self, heard: Heard, first: Cap) -> Option<Self> {
        match heard {
            Heard::CapNameRefused if self.cap.name == first.name => Some(self.with_cap(self.cap.renamed())),
            Heard::CapSizeRefused | Heard::Failure => Some(self.with_cap(self.cap.raised())),
            Heard::Model(_) | Heard::CapNameRefused | Heard::CapWithoutThought | Heard::Refusal => None,
        }
    }
}

/// All that an answer says, in lower case. Gateways put what the provider said into a text deep
/// within their own error (vectorize-io/hindsight#58), so the whole body is searched.
struct Said(String);

impl Said {
    fn in_answer(answer: &Response) -> Self {
        Self(String::from_utf8_lossy(&answer.body).to_ascii_lowercase())
    }

    fn any(&self, parts: &[&str]) -> bool {
        parts.iter().any(|it| self.0.contains(it))
    }
}

fn is_name_refused(question: &Question<'_>, said: &Said) -> bool {
    let is_unknown = said.any(&[
        "unsupported_parameter",
        "unsupported parameter",
        "unrecognized request argument",
        "unknown parameter",
        "extra_forbidden",
        "extra inputs are not permitted",
        "is not supported with this model",
    ]);
    let is_about_cap = said.any(&["max_tokens", "max_completion_tokens"]);
    let is_other_named =
        question.cap.name == CapName::MaxTokens && said.any(&[CapName::MaxCompletionTokens.as_str()]);
    question.operation == Operation::ChatCompletions && (is_unknown && is_about_cap || is_other_named)
}

#[cfg(test)]
mod tests {
    use http::header::HeaderMap;
    use llm_config_core::provider::Provider;

    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, headers: HeaderMap::new(), body: body.into(), is_whole: true }
    }

    #[track_caller]
    fn check(url: &str, status: u16, body: &str, expected: Heard) {
        let url = url.parse().unwrap();
        let question = Question::at(Provider::CustomOpenAiCompatible, &url, Some("m"));
        assert_eq!(Heard::of(&question, &answer(status, body)), expected, "{body}");
    }

    const CHAT: &str = "https://h/v1/chat/completions";
    const NEWER: &str = "https://api.openai.com/v1/chat/completions";

    #[test]
    fn a_cap_is_refused_by_its_name() {
        // langgenius/dify-official-plugins#2771
        let older = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#;
        check(CHAT, 400, older, Heard::CapNameRefused);
        // editor-code-assistant/eca#231
        let newer = r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"],"msg":"Extra inputs are not permitted"}]}}"#;
        check(NEWER, 422, newer, Heard::CapNameRefused);
        let azure =
            r#"{"error":{"message":"Unrecognized request argument supplied: max_completion_tokens"}}"#;
        check(NEWER, 400, azure, Heard::CapNameRefused);
        check("https://h/v1/messages", 400, older, Heard::Refusal);
    }

    #[test]
    fn a_refusal_of_something_else_is_not_the_caps() {
        let other =
            r#"{"error":{"message":"Unsupported parameter: 'stream'","code":"unsupported_parameter"}}"#;
        check(CHAT, 400, other, Heard::Refusal);
        check(CHAT, 401, r#"{"error":{"message":"max_completion_tokens"}}"#, Heard::Refusal);
        check(CHAT, 400, r#"{"error":{"message":"max_tokens must be positive"}}"#, Heard::Refusal);
    }

    #[test]
    fn a_cap_may_be_too_small() {
        let small = r#"{"error":{"message":"Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 1 instead.","code":"integer_below_min_value"}}"#;
        check(CHAT, 400, small, Heard::CapSizeRefused);
        // vectorize-io/hindsight#58
        let behind = r#"{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"code\":\"integer_below_min_value\"}}","provider_name":"Azure"}}}"#;
        check(CHAT, 400, behind, Heard::CapSizeRefused);
        check("https://h/v1/responses", 400, small, Heard::Refusal);
        check(CHAT, 500, r#"{"message":"Service unavailable."}"#, Heard::Failure);
        check(CHAT, 500, "", Heard::Failure);
        check("https://h/v1/responses", 500, "", Heard::Refusal);
        check(CHAT, 502, "", Heard::Refusal);
    }

    #[test]
    fn a_model_that_ran_into_the_cap_has_answered() {
        let limit = r#"{"error":{"message":"Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.","type":"invalid_request_error"}}"#;
        check(CHAT, 400, limit, Heard::Model(Echo::Silent));
        // langgenius/dify-official-plugins#2718
        let thought = r#"{"type":"error","error":{"type":"invalid_request_error","message":"`max_tokens` must be greater than `thinking.budget_tokens`."}}"#;
        check("https://h/v1/messages", 400, thought, Heard::CapWithoutThought);
    }

    #[test]
    fn success_needs_the_form() {
        check(CHAT, 200, r#"{"model":"m","choices":[]}"#, Heard::Model(Echo::Same));
        check(CHAT, 200, r#"{"model":"tiny","choices":[]}"#, Heard::Model(Echo::Other));
        check(CHAT, 200, r#"{"error":{"code":402,"message":"Insufficient credits"}}"#, Heard::Refusal);
        check(CHAT, 200, "<!doctype html>", Heard::Refusal);
        check(CHAT, 204, "", Heard::Refusal);
    }

    #[test]
    fn a_cap_is_mended_once_in_each_way() {
        let url = CHAT.parse().unwrap();
        let first = Question::at(Provider::CustomOpenAiCompatible, &url, Some("m"));
        let renamed = first.mended(Heard::CapNameRefused, first.cap).unwrap();
        assert_eq!(renamed.cap, Cap { name: CapName::MaxCompletionTokens, tokens: 1 });
        assert!(renamed.mended(Heard::CapNameRefused, first.cap).is_none());
        let raised = renamed.mended(Heard::CapSizeRefused, first.cap).unwrap();
        assert_eq!(raised.cap, Cap { name: CapName::MaxCompletionTokens, tokens: 16 });
    }
}
