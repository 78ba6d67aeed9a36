//! The smallest completion request: one short message and the lowest accepted output limit.

use serde_json::{Map, Value, json};
use url::Url;

use super::Operation;

/// The lowest output limit that every server accepts: `/responses` refuses less, and Mistral failed with
/// 1 (mistralai/mistral-inference#122).
const SAFE_LIMIT: u32 = 16;

/// The name of a model that no server has; recognisable in a provider's logs.
const UNKNOWN_MODEL: &str = "llm-config-probe-control-0000";

/// The name of the output limit in chat completions. Neither name works everywhere: reasoning models
/// refuse the older one (langgenius/dify-official-plugins#2771), Mistral the newer
/// (editor-code-assistant/eca#231).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputLimitName {
    /// `max_tokens`.
    MaxTokens,
    /// `max_completion_tokens`.
    MaxCompletionTokens,
}

/// The most tokens of a completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputLimit {
    pub(crate) name: OutputLimitName,
    /// The number of tokens.
    pub tokens: u32,
}

impl OutputLimit {
    const fn lowest(operation: Operation, name: OutputLimitName) -> Self {
        let tokens = if matches!(operation, Operation::Responses) { SAFE_LIMIT } else { 1 };
        Self { name, tokens }
    }

    pub(crate) const fn renamed(self) -> Self {
        let name = match self.name {
            OutputLimitName::MaxTokens => OutputLimitName::MaxCompletionTokens,
            OutputLimitName::MaxCompletionTokens => OutputLimitName::MaxTokens,
        };
        Self { name, ..self }
    }

    /// The limit with at least this many tokens; without a number, with as many as every server accepts.
    pub(crate) const fn raised(self, least: Option<u32>) -> Self {
        let tokens = match least {
            Some(least) => least,
            None => SAFE_LIMIT,
        };
        Self { tokens, ..self }
    }

    pub(crate) const fn is_safe(self) -> bool {
        self.tokens >= SAFE_LIMIT
    }
}

impl OutputLimitName {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::MaxTokens => "max_tokens",
            Self::MaxCompletionTokens => "max_completion_tokens",
        }
    }
}

/// The member `stream` of a completion request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Streaming {
    Off,
    On,
    /// The member is left out.
    Unnamed,
}

/// A completion request, without URL and credential.
#[derive(Clone, Copy, Debug)]
pub struct CompletionRequest<'a> {
    pub(crate) operation: Operation,
    /// The output limit.
    pub limit: OutputLimit,
    /// The model in the body. A model is never invented: without one, only an operation whose path names
    /// the model can be called.
    model: Option<&'a str>,
    is_model_in_path: bool,
    message: &'a str,
    streaming: Streaming,
    /// Whether a message of the system precedes.
    has_system: bool,
}

impl<'a> CompletionRequest<'a> {
    /// The message of checks.
    pub const MESSAGE: &'static str = "hi";

    /// The message of the system, where a server demands one.
    const SYSTEM: &'static str = "Be brief.";

    /// The smallest request of `operation` at `url`; `limit` is the name of the output limit to try first.
    pub(crate) fn new(
        operation: Operation,
        url: &Url,
        model: Option<&'a str>,
        limit: OutputLimitName,
    ) -> Self {
        Self {
            operation,
            limit: OutputLimit::lowest(operation, limit),
            model,
            is_model_in_path: operation.is_model_in(url),
            message: Self::MESSAGE,
            streaming: Streaming::Off,
            has_system: false,
        }
    }

    /// The same request with another message.
    #[must_use]
    pub const fn with_message(self, message: &'a str) -> Self {
        Self { message, ..self }
    }

    /// The same request for a model that no server has. A model in the path stays.
    #[must_use]
    pub fn with_unknown_model(self) -> Self {
        Self { model: self.model.map(|_| UNKNOWN_MODEL), ..self }
    }

    pub(crate) const fn with_limit(self, limit: OutputLimit) -> Self {
        Self { limit, ..self }
    }

    pub(crate) const fn streamed(self) -> Self {
        Self { streaming: Streaming::On, ..self }
    }

    pub(crate) const fn without_stream_member(self) -> Self {
        Self { streaming: Streaming::Unnamed, ..self }
    }

    pub(crate) const fn with_system(self) -> Self {
        Self { has_system: true, ..self }
    }

    /// Whether the request asks for a response that is not streamed, and could ask for a streamed one.
    pub(crate) const fn is_unstreamed(&self) -> bool {
        !self.is_closed() && matches!(self.streaming, Streaming::Off | Streaming::Unnamed)
    }

    /// Whether the body has the member `stream`.
    pub(crate) const fn names_stream(&self) -> bool {
        !self.is_closed() && !matches!(self.streaming, Streaming::Unnamed)
    }

    /// Whether a message of the system precedes, or cannot.
    pub(crate) const fn has_system(&self) -> bool {
        self.has_system || self.is_closed()
    }

    /// Whether the output limit has two names.
    pub(crate) const fn has_two_limit_names(&self) -> bool {
        matches!(self.operation, Operation::ChatCompletions)
    }

    /// Whether the operation takes members of its own form only. Streaming is another operation there.
    const fn is_closed(&self) -> bool {
        matches!(self.operation, Operation::GenerateContent | Operation::Converse)
    }

    /// Whether body or path names the model.
    #[must_use]
    pub const fn names_model(&self) -> bool {
        self.model.is_some() || self.is_model_in_path
    }

    /// The model, if only the body names it, so that it can be compared with the response's.
    pub(crate) fn model_in_body(&self) -> Option<&'a str> {
        self.model.filter(|_| !self.is_model_in_path)
    }

    /// The body: the message, the output limit, and `stream: false`, because some gateways stream unless
    /// they are instructed not to (netease-youdao/LobsterAI#599). Nothing else: each optional member is
    /// refused by some model (CherryHQ/cherry-studio#19171). A server that refuses one of the members, or
    /// needs another one, gets the request again as it demands.
    #[must_use]
    pub fn body(&self) -> Value {
        let Self { operation, limit: OutputLimit { name, tokens }, message, .. } = *self;
        let chat = json!([{"role": "user", "content": message}]);
        let mut body = match operation {
            Operation::ChatCompletions => json!({"messages": chat, name.as_str(): tokens}),
            Operation::Completions => json!({"prompt": message, "max_tokens": tokens}),
            Operation::Responses => json!({"input": message, "max_output_tokens": tokens}),
            Operation::Messages => json!({"messages": chat, "max_tokens": tokens}),
            Operation::OllamaChat => json!({"messages": chat, "options": {"num_predict": tokens}}),
            Operation::OllamaGenerate => json!({"prompt": message, "options": {"num_predict": tokens}}),
            Operation::GenerateContent => json!({
                "contents": [{"role": "user", "parts": [{"text": message}]}],
                "generationConfig": {"maxOutputTokens": tokens},
            }),
            Operation::Converse => json!({
                "messages": [{"role": "user", "content": [{"text": message}]}],
                "inferenceConfig": {"maxTokens": tokens},
            }),
        };
        if let Some(members) = body.as_object_mut().filter(|_| !self.is_closed()) {
            self.insert_optional(members);
        }
        body
    }

    fn insert_optional(&self, members: &mut Map<String, Value>) {
        if let Some(model) = self.model {
            members.insert("model".to_owned(), model.into());
        }
        match self.streaming {
            Streaming::Off => drop(members.insert("stream".to_owned(), false.into())),
            Streaming::On => drop(members.insert("stream".to_owned(), true.into())),
            Streaming::Unnamed => {}
        }
        if self.has_system {
            self.insert_system(members);
        }
    }

    /// The message of the system, where the operation takes it.
    fn insert_system(&self, members: &mut Map<String, Value>) {
        let text = Value::from(Self::SYSTEM);
        match self.operation {
            Operation::ChatCompletions | Operation::OllamaChat => {
                let message = json!({"role": "system", "content": text});
                if let Some(messages) = members.get_mut("messages").and_then(Value::as_array_mut) {
                    messages.insert(0, message);
                }
            }
            Operation::Responses => drop(members.insert("instructions".to_owned(), text)),
            Operation::Messages | Operation::OllamaGenerate => {
                drop(members.insert("system".to_owned(), text));
            }
            Operation::Completions | Operation::GenerateContent | Operation::Converse => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendors;

    fn request<'a>(url: &str, model: Option<&'a str>) -> CompletionRequest<'a> {
        let url: Url = url.parse().unwrap();
        let operation = Operation::at(&url).unwrap();
        CompletionRequest::new(operation, &url, model, vendors::output_limit(url.host_str().unwrap()))
    }

    #[track_caller]
    fn check(url: &str, expected: &Value) {
        assert_eq!(request(url, Some("m")).body(), *expected, "{url}");
    }

    #[test]
    fn body_contains_message_and_limit_only() {
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

    #[test]
    fn body_as_a_server_demands_it_contains_what_it_demands() {
        let user = json!({"role": "user", "content": "hi"});
        let system = json!({"role": "system", "content": "Be brief."});
        assert_eq!(
            request("https://h/v1/chat/completions", None).streamed().with_system().body(),
            json!({"messages": [system, user], "max_tokens": 1, "stream": true})
        );
        assert_eq!(
            request("https://h/v1/responses", None).without_stream_member().with_system().body(),
            json!({"input": "hi", "instructions": "Be brief.", "max_output_tokens": 16})
        );
        assert_eq!(
            request("https://h/v1/messages", None).with_system().body(),
            json!({"messages": [user], "system": "Be brief.", "max_tokens": 1, "stream": false})
        );
        assert_eq!(request("https://h/model/m/converse", None).streamed().body().get("stream"), None);
    }

    #[track_caller]
    fn check_limit_name(host: &str, expected: OutputLimitName) {
        let url = format!("https://{host}/v1/chat/completions");
        assert_eq!(request(&url, None).limit.name, expected, "{host}");
    }

    #[test]
    fn limit_name_is_the_newer_one_at_hosts_that_know_it() {
        check_limit_name("api.openai.com", OutputLimitName::MaxCompletionTokens);
        check_limit_name("eu.api.openai.com", OutputLimitName::MaxCompletionTokens);
        check_limit_name("me.openai.azure.com", OutputLimitName::MaxCompletionTokens);
        check_limit_name("me.services.ai.azure.com", OutputLimitName::MaxCompletionTokens);
        check_limit_name("openrouter.ai", OutputLimitName::MaxTokens);
        check_limit_name("notopenai.com", OutputLimitName::MaxTokens);
        check_limit_name("openai.com.example", OutputLimitName::MaxTokens);
    }

    #[test]
    fn model_is_in_body_or_path_and_never_invented() {
        assert!(!request("https://h/v1/chat/completions", None).names_model());
        assert!(request("https://h/v1/chat/completions", Some("m")).names_model());
        for url in ["https://h/openai/deployments/d/chat/completions", "https://h/model/m/converse"] {
            assert!(request(url, None).names_model(), "{url}");
            assert_eq!(request(url, Some("m")).model_in_body(), None, "{url}");
            assert_eq!(request(url, None).body().get("model"), None, "{url}");
        }
    }
}
