//! The operations that models are called through, told apart by their paths.

use llm_config_core::provider::Provider;
use serde_json::Value;
use url::Url;

/// An operation that generates text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
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

/// How the paths of operations end. The first that fits counts.
const ENDINGS: &[(&[&str], Operation)] = &[
    (&["chat", "completions"], Operation::ChatCompletions),
    (&["completions"], Operation::Completions),
    (&["responses"], Operation::Responses),
    (&["messages"], Operation::Messages),
    (&["api", "chat"], Operation::OllamaChat),
    (&["api", "generate"], Operation::OllamaGenerate),
    (&["converse"], Operation::Converse),
];

impl Operation {
    /// The operation at a URL. A path that tells nothing is taken for the one that the provider
    /// is known for.
    pub(crate) fn of(provider: Provider, url: &Url) -> Self {
        let path = url.path().to_ascii_lowercase();
        if path.trim_end_matches('/').ends_with(":generatecontent") {
            return Self::GenerateContent;
        }
        let segments: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
        let known = ENDINGS.iter().find(|(ending, _)| segments.ends_with(ending));
        known.map_or_else(|| Self::usual(provider), |(_, operation)| *operation)
    }

    const fn usual(provider: Provider) -> Self {
        match provider {
            Provider::Anthropic => Self::Messages,
            Provider::OpenAi
            | Provider::Google
            | Provider::Aws
            | Provider::Other
            | Provider::LiteLlmProxy
            | Provider::OpenRouter
            | Provider::Vllm
            | Provider::Ollama
            | Provider::LlamaCpp
            | Provider::CustomOpenAiCompatible => Self::ChatCompletions,
        }
    }

    /// Whether the path names the model, so that the body does not have to. Azure's deployments
    /// are chat completions, and in the path as well.
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

    /// Whether an answer has the form of this operation's. Of its content nothing is asked: a
    /// model that may say one word often says none (DayuanJiang/next-ai-draw-io#883), and many
    /// servers leave out what the documents call required (langgenius/dify#14101).
    pub(crate) fn is_answered_by(self, json: &Value) -> bool {
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

/// Whether there is an error besides the answer: `OpenRouter` puts one into an answer of 200, or
/// into its first choice; an answer of `/responses` always has the member, mostly with null.
fn has_error(json: &Value) -> bool {
    json.get("error").is_some_and(|it| !it.is_null())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(provider: Provider, url: &str, expected: Operation) {
        assert_eq!(Operation::of(provider, &url.parse().unwrap()), expected, "{url}");
    }

    #[test]
    fn the_path_tells_the_operation() {
        let any = Provider::CustomOpenAiCompatible;
        check(any, "https://h/v1/chat/completions", Operation::ChatCompletions);
        check(any, "https://h/v1/Chat/Completions/?api-version=1", Operation::ChatCompletions);
        check(any, "https://h/openai/deployments/d/chat/completions", Operation::ChatCompletions);
        check(any, "https://h/v1/completions", Operation::Completions);
        check(any, "https://h/v1/responses", Operation::Responses);
        check(any, "https://h/v1/messages", Operation::Messages);
        check(Provider::Ollama, "http://h:11434/api/chat", Operation::OllamaChat);
        check(Provider::Ollama, "http://h:11434/api/generate", Operation::OllamaGenerate);
        check(Provider::Google, "https://h/v1beta/models/m:generateContent", Operation::GenerateContent);
        check(Provider::Aws, "https://h/model/a%3Ab/converse", Operation::Converse);
    }

    #[test]
    fn a_path_that_tells_nothing_is_the_usual_one() {
        for provider in Provider::ALL {
            let is_anthropic = *provider == Provider::Anthropic;
            let expected = if is_anthropic { Operation::Messages } else { Operation::ChatCompletions };
            check(*provider, "https://h/v1/chat", expected);
            check(*provider, "https://h", expected);
        }
    }

    #[track_caller]
    fn check_answer(operation: Operation, json: &Value, expected: bool) {
        assert_eq!(operation.is_answered_by(json), expected, "{operation:?} {json}");
    }

    #[test]
    fn the_form_counts_and_the_content_does_not() {
        check_answer(Operation::ChatCompletions, &json!({"choices": []}), true);
        check_answer(
            Operation::ChatCompletions,
            &json!({"choices": [{"message": {"content": ""}, "finish_reason": "length"}]}),
            true,
        );
        check_answer(Operation::ChatCompletions, &json!({"choices": [{}], "error": null}), true);
        check_answer(Operation::Completions, &json!({"choices": [{"text": ""}]}), true);
        check_answer(Operation::Responses, &json!({"output": [], "error": null}), true);
        check_answer(Operation::Messages, &json!({"content": []}), true);
        check_answer(Operation::OllamaChat, &json!({"message": {}}), true);
        check_answer(Operation::OllamaGenerate, &json!({"response": ""}), true);
        check_answer(Operation::GenerateContent, &json!({"candidates": [{}]}), true);
        check_answer(Operation::GenerateContent, &json!({"usageMetadata": {}}), true);
        check_answer(Operation::Converse, &json!({"output": {}}), true);
    }

    #[test]
    fn another_form_is_no_answer() {
        check_answer(Operation::ChatCompletions, &json!({"status": "ok"}), false);
        check_answer(Operation::ChatCompletions, &json!({"choices": "none"}), false);
        check_answer(Operation::ChatCompletions, &json!([{"choices": []}]), false);
        check_answer(Operation::ChatCompletions, &json!({"error": "Unexpected endpoint"}), false);
        check_answer(Operation::ChatCompletions, &json!({"choices": [], "error": {"code": 402}}), false);
        check_answer(Operation::ChatCompletions, &json!({"choices": [{"error": {"code": 502}}]}), false);
        check_answer(Operation::Messages, &json!({"content": "text"}), false);
        check_answer(Operation::Responses, &json!({"output": [], "error": {"code": "server_error"}}), false);
        check_answer(Operation::OllamaChat, &json!({"response": ""}), false);
        check_answer(Operation::GenerateContent, &json!({}), false);
        check_answer(Operation::Converse, &json!({"message": "no"}), false);
    }
}
