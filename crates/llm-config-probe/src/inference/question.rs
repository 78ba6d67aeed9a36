//! What is asked of a model: one short message, and as little of an answer as is possible.

use llm_config_core::provider::Provider;
use serde_json::{Map, Value, json};
use url::Url;

use super::Operation;

/// Hosts where `max_completion_tokens` is tried first. Elsewhere it is not, whatever the
/// configuration calls the provider: llama-cpp-python ignores it and generates until its memory is
/// full, which costs more than one refusal.
const NEWER_CAP: &[&str] = &[
    "openai.com",
    "openai.azure.com",
    "openai.azure.us",
    "cognitiveservices.azure.com",
    "services.ai.azure.com",
];

/// The least that every server accepts: `/responses` refuses less, and Mistral failed with 1
/// (mistralai/mistral-inference#122).
const SAFE_CAP: u32 = 16;

/// How the most tokens of an answer are called in chat completions. Neither name works everywhere:
/// reasoning models refuse the older one (langgenius/dify-official-plugins#2771), Mistral the newer
/// (editor-code-assistant/eca#231).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CapName {
    MaxTokens,
    MaxCompletionTokens,
}

/// The most tokens of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cap {
    pub(crate) name: CapName,
    pub(crate) tokens: u32,
}

impl Cap {
    fn least(operation: Operation, url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default();
        let is_at = |domain: &&str| {
            host.strip_suffix(*domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let name =
            if NEWER_CAP.iter().any(is_at) { CapName::MaxCompletionTokens } else { CapName::MaxTokens };
        let tokens = if operation == Operation::Responses { SAFE_CAP } else { 1 };
        Self { name, tokens }
    }

    pub(crate) const fn renamed(self) -> Self {
        let name = match self.name {
            CapName::MaxTokens => CapName::MaxCompletionTokens,
            CapName::MaxCompletionTokens => CapName::MaxTokens,
        };
        Self { name, ..self }
    }

    pub(crate) const fn raised(self) -> Self {
        Self { tokens: SAFE_CAP, ..self }
    }

    pub(crate) const fn is_safe(self) -> bool {
        self.tokens >= SAFE_CAP
    }
}

impl CapName {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::MaxTokens => "max_tokens",
            Self::MaxCompletionTokens => "max_completion_tokens",
        }
    }
}

/// What is asked, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) operation: Operation,
    pub(crate) cap: Cap,
    /// The model that the body names. A model is never invented: without one, only an operation
    /// whose path names it can be called.
    model: Option<&'a str>,
    is_model_in_path: bool,
    message: &'a str,
}

impl<'a> Question<'a> {
    /// What checks ask.
    pub(crate) const MESSAGE: &'static str = "hi";

    /// The smallest question to the operation at `url`.
    pub(crate) fn at(provider: Provider, url: &Url, model: Option<&'a str>) -> Self {
        let operation = Operation::of(provider, url);
        let (cap, is_model_in_path) = (Cap::least(operation, url), operation.is_model_in(url));
        Self { operation, cap, model, is_model_in_path, message: Self::MESSAGE }
    }

    pub(crate) fn saying(self, message: &'a str) -> Self {
        Self { message, ..self }
    }

    pub(crate) fn with_cap(self, cap: Cap) -> Self {
        Self { cap, ..self }
    }

    /// Whether it is said which model is meant.
    pub(crate) const fn names_model(&self) -> bool {
        self.model.is_some() || self.is_model_in_path
    }

    /// The model, if only the body names it, so that the answer's can be compared.
    pub(crate) fn model_in_body(&self) -> Option<&'a str> {
        self.model.filter(|_| !self.is_model_in_path)
    }

    /// The body: the message, the cap, and that the answer is not to be streamed, which some
    /// gateways do unless told (netease-youdao/LobsterAI#599). Nothing else: each optional member
    /// is refused by some model (CherryHQ/cherry-studio#19171).
    pub(crate) fn body(&self) -> Value {
        let Self { operation, cap: Cap { name, tokens }, message, .. } = *self;
        let chat = json!([{"role": "user", "content": message}]);
        let mut body = match operation {
            Operation::ChatCompletions => json!({"messages": chat, name.as_str(): tokens, "stream": false}),
            Operation::Completions => json!({"prompt": message, "max_tokens": tokens, "stream": false}),
            Operation::Responses => json!({"input": message, "max_output_tokens": tokens, "stream": false}),
            Operation::Messages => json!({"messages": chat, "max_tokens": tokens, "stream": false}),
            Operation::OllamaChat => {
                json!({"messages": chat, "options": {"num_predict": tokens}, "stream": false})
            }
            Operation::OllamaGenerate => {
                json!({"prompt": message, "options": {"num_predict": tokens}, "stream": false})
            }
            Operation::GenerateContent => json!({
                "contents": [{"role": "user", "parts": [{"text": message}]}],
                "generationConfig": {"maxOutputTokens": tokens},
            }),
            Operation::Converse => json!({
                "messages": [{"role": "user", "content": [{"text": message}]}],
                "inferenceConfig": {"maxTokens": tokens},
            }),
        };
        self.name_model(&mut body);
        body
    }

    fn name_model(&self, body: &mut Value) {
        let is_closed = matches!(self.operation, Operation::GenerateContent | Operation::Converse);
        let members: Option<&mut Map<String, Value>> = body.as_object_mut();
        if let (Some(members), Some(model), false) = (members, self.model, is_closed) {
            members.insert("model".to_owned(), model.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question<'a>(url: &str, model: Option<&'a str>) -> Question<'a> {
        Question::at(Provider::CustomOpenAiCompatible, &url.parse().unwrap(), model)
    }

    #[track_caller]
    fn check(url: &str, expected: &Value) {
        assert_eq!(question(url, Some("m")).body(), *expected, "{url}");
    }

    #[test]
    fn a_body_has_the_message_and_the_cap_and_no_more() {
        let chat = json!([{"role": "user", "content": "hi"}]);
        check(
            "https://h/v1/chat/completions",
            &json!({"model": "m", "messages": chat, "max_tokens": 1, "stream": false}),
        );
        check(
            "https://api.openai.com/v1/chat/completions",
            &json!({"model": "m", "messages": chat, "max_completion_tokens": 1, "stream": false}),
        );
        check(
            "https://h/v1/completions",
            &json!({"model": "m", "prompt": "hi", "max_tokens": 1, "stream": false}),
        );
        check(
            "https://h/v1/responses",
            &json!({"model": "m", "input": "hi", "max_output_tokens": 16, "stream": false}),
        );
        check(
            "https://h/v1/messages",
            &json!({"model": "m", "messages": chat, "max_tokens": 1, "stream": false}),
        );
        check(
            "http://h/api/chat",
            &json!({"model": "m", "messages": chat, "options": {"num_predict": 1}, "stream": false}),
        );
        check(
            "http://h/api/generate",
            &json!({"model": "m", "prompt": "hi", "options": {"num_predict": 1}, "stream": false}),
        );
        check(
            "https://h/v1beta/models/m:generateContent",
            &json!({
                "contents": [{"role": "user", "parts": [{"text": "hi"}]}],
                "generationConfig": {"maxOutputTokens": 1},
            }),
        );
        check(
            "https://h/model/m/converse",
            &json!({
                "messages": [{"role": "user", "content": [{"text": "hi"}]}],
                "inferenceConfig": {"maxTokens": 1},
            }),
        );
    }

    #[track_caller]
    fn check_cap(host: &str, expected: CapName) {
        let url = format!("https://{host}/v1/chat/completions");
        assert_eq!(question(&url, None).cap.name, expected, "{host}");
    }

    #[test]
    fn only_the_hosts_that_know_the_newer_cap_are_sent_it_first() {
        check_cap("api.openai.com", CapName::MaxCompletionTokens);
        check_cap("eu.api.openai.com", CapName::MaxCompletionTokens);
        check_cap("me.openai.azure.com", CapName::MaxCompletionTokens);
        check_cap("me.services.ai.azure.com", CapName::MaxCompletionTokens);
        check_cap("openrouter.ai", CapName::MaxTokens);
        check_cap("notopenai.com", CapName::MaxTokens);
        check_cap("openai.com.example", CapName::MaxTokens);
    }

    #[test]
    fn a_model_is_named_by_the_body_or_the_path_and_never_invented() {
        assert!(!question("https://h/v1/chat/completions", None).names_model());
        assert!(question("https://h/v1/chat/completions", Some("m")).names_model());
        for url in ["https://h/openai/deployments/d/chat/completions", "https://h/model/m/converse"] {
            assert!(question(url, None).names_model(), "{url}");
            assert_eq!(question(url, Some("m")).model_in_body(), None, "{url}");
            assert_eq!(question(url, None).body().get("model"), None, "{url}");
        }
    }
}
