//! The operations that call models, identified by their paths.

pub(crate) mod request_paths;

use serde_json::Value;
use url::Url;

use crate::error_body::has_error;

/// An operation that generates text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `/chat/completions`, which most servers offer.
    ChatCompletions,
    /// `/completions`, the older one, which takes a text.
    Completions,
    /// `/responses`, the newer one at `OpenAI`.
    Responses,
    /// `/messages` of Anthropic.
    Messages,
    /// `/api/chat` of Ollama.
    OllamaChat,
    /// `/api/generate` of Ollama.
    OllamaGenerate,
    /// `:generateContent` of Gemini and Vertex AI.
    GenerateContent,
    /// `/converse` of Bedrock.
    Converse,
}

impl Operation {
    /// The operation at a URL, if the path names one.
    pub(crate) fn at(url: &Url) -> Option<Self> {
        request_paths::operation(url)
    }

    /// Whether the path names the model, so that the body does not have to. Azure's deployments
    /// are chat completions with the deployment in the path.
    pub(crate) fn is_model_in(self, url: &Url) -> bool {
        match self {
            Self::GenerateContent | Self::Converse => true,
            Self::ChatCompletions
            | Self::Completions
            | Self::Responses
            | Self::Messages
            | Self::OllamaChat
            | Self::OllamaGenerate => url.path().to_ascii_lowercase().contains("/deployments/"),
        }
    }

    /// Whether a body has the form of this operation's response. The content is not checked: a model
    /// with a limit of one token often returns none (DayuanJiang/next-ai-draw-io#883), and many servers
    /// omit documented members (langgenius/dify#14101).
    pub(crate) fn is_completed_by(self, json: &Value) -> bool {
        let is_list = |name: &str| json.get(name).is_some_and(Value::is_array);
        let is_object = |name: &str| json.get(name).is_some_and(Value::is_object);
        let is_expected = match self {
            Self::ChatCompletions | Self::Completions => is_list("choices"),
            Self::Responses => is_list("output"),
            Self::Messages => is_list("content"),
            Self::OllamaChat => is_object("message"),
            Self::OllamaGenerate => json.get("response").is_some_and(Value::is_string),
            // Google's JSON leaves out a list without members.
            Self::GenerateContent => is_list("candidates") || is_object("usageMetadata"),
            Self::Converse => is_object("output"),
        };
        is_expected && !has_error(json) && !json.pointer("/choices/0").is_some_and(has_error)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Option<Operation>) {
        assert_eq!(Operation::at(&url.parse().unwrap()), expected, "{url}");
    }

    #[test]
    fn at_known_path_is_its_operation() {
        check("https://h/v1/chat/completions", Some(Operation::ChatCompletions));
        check("https://h/v1/Chat/Completions/?api-version=1", Some(Operation::ChatCompletions));
        check("https://h/openai/deployments/d/chat/completions", Some(Operation::ChatCompletions));
        check("https://h/v1/completions", Some(Operation::Completions));
        check("https://h/v1/responses", Some(Operation::Responses));
        check("https://h/v1/messages", Some(Operation::Messages));
        check("http://h:11434/api/chat", Some(Operation::OllamaChat));
        check("http://h:11434/api/generate", Some(Operation::OllamaGenerate));
        check("https://h/v1beta/models/m:generateContent", Some(Operation::GenerateContent));
        check("https://h/model/a%3Ab/converse", Some(Operation::Converse));
    }

    #[test]
    fn at_other_path_is_none() {
        check("https://h/v1/chat", None);
        check("https://h", None);
    }

    #[track_caller]
    fn check_body(operation: Operation, json: &Value, expected: bool) {
        assert_eq!(operation.is_completed_by(json), expected, "{operation:?} {json}");
    }

    #[test]
    fn body_of_expected_form_without_content_completes() {
        check_body(Operation::ChatCompletions, &json!({"choices": []}), true);
        check_body(
            Operation::ChatCompletions,
            &json!({"choices": [{"message": {"content": ""}, "finish_reason": "length"}]}),
            true,
        );
        check_body(Operation::ChatCompletions, &json!({"choices": [{}], "error": null}), true);
        check_body(
            Operation::ChatCompletions,
            &json!({"error": "", "choices": [{"message": {"content": "Hi"}, "error": false}]}),
            true,
        );
        check_body(Operation::Messages, &json!({"content": [], "error": []}), true);
        check_body(Operation::Completions, &json!({"choices": [{"text": ""}]}), true);
        check_body(Operation::Responses, &json!({"output": [], "error": null}), true);
        check_body(Operation::Messages, &json!({"content": []}), true);
        check_body(Operation::OllamaChat, &json!({"message": {}}), true);
        check_body(Operation::OllamaGenerate, &json!({"response": ""}), true);
        check_body(Operation::GenerateContent, &json!({"candidates": [{}]}), true);
        check_body(Operation::GenerateContent, &json!({"usageMetadata": {}}), true);
        check_body(Operation::Converse, &json!({"output": {}}), true);
    }

    #[test]
    fn body_of_other_form_does_not_complete() {
        check_body(Operation::ChatCompletions, &json!({"status": "ok"}), false);
        check_body(Operation::ChatCompletions, &json!({"choices": "none"}), false);
        check_body(Operation::ChatCompletions, &json!([{"choices": []}]), false);
        check_body(Operation::ChatCompletions, &json!({"error": "Unexpected endpoint"}), false);
        check_body(Operation::ChatCompletions, &json!({"choices": [], "error": {"code": 402}}), false);
        check_body(Operation::ChatCompletions, &json!({"choices": [{"error": {"code": 502}}]}), false);
        check_body(Operation::Messages, &json!({"content": "text"}), false);
        check_body(Operation::Responses, &json!({"output": [], "error": {"code": "server_error"}}), false);
        check_body(Operation::OllamaChat, &json!({"response": ""}), false);
        check_body(Operation::GenerateContent, &json!({}), false);
        check_body(Operation::Converse, &json!({"message": "no"}), false);
    }
}
