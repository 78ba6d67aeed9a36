//! Configurations of scripted providers, and the calls of each API to them.

use llm_config_core::id::ConfigId;
use llm_config_service::{CallSlotLimits, CallTimes};
use llm_config_store::usage::UsageCounters;
use serde_json::{Value, json};

use super::{Client, StreamProvider, TestApp, VALID_KEY, api_key_credentials, merge_patch};

/// The model of the provider.
pub(crate) const MODEL: &str = "tiny-1";

/// A server, and the workspace of its configurations without a model.
pub(crate) struct Gateway {
    pub(crate) app: TestApp,
    /// The servers whose settings the tests change use the database of the first.
    _first: Option<TestApp>,
    pub(crate) workspace: String,
}

/// A configuration that the tests call.
#[derive(Clone, Debug)]
pub(crate) struct CalledConfig {
    pub(crate) id: ConfigId,
    /// What `model` says where it names the configuration.
    pub(crate) by_name: String,
}

/// Where a request names the configuration: the two base URLs of each API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NamedIn {
    Model,
    Url,
}

impl NamedIn {
    pub(crate) const ALL: [Self; 2] = [Self::Model, Self::Url];
}

impl CalledConfig {
    /// The path of a route, such as `/openai/v1/embeddings`.
    pub(crate) fn path(&self, named_in: NamedIn, route: &str) -> String {
        match named_in {
            NamedIn::Model => route.to_owned(),
            NamedIn::Url => format!("/llm-config/v1/configs/{}{route}", self.id),
        }
    }

    /// What `model` says.
    pub(crate) fn model(&self, named_in: NamedIn) -> &str {
        match named_in {
            NamedIn::Model => &self.by_name,
            NamedIn::Url => MODEL,
        }
    }
}

impl Gateway {
    pub(crate) fn new(app: TestApp) -> Self {
        let workspace = app.root().create_workspace("gateway");
        Self { app, _first: None, workspace }
    }

    /// With other limits of calls.
    pub(crate) fn with_limits(app: TestApp, limits: CallSlotLimits) -> Self {
        let limited = app.second_server_with_call_limits(limits);
        Self { _first: Some(app), ..Self::new(limited) }
    }

    /// With other time limits of calls.
    pub(crate) fn with_times(app: TestApp, times: CallTimes) -> Self {
        Self::with_limits(app, CallSlotLimits { times, ..CallSlotLimits::default() })
    }

    pub(crate) fn root(&self) -> Client {
        self.app.root()
    }

    /// A configuration of root at the OpenAI-compatible API of a provider, with a model and a key.
    pub(crate) fn config(&self, name: &str, kind: &str, provider: &StreamProvider) -> CalledConfig {
        self.config_with(name, kind, provider, &json!({}))
    }

    /// The same with changes of the body.
    pub(crate) fn config_with(
        &self,
        name: &str,
        kind: &str,
        provider: &StreamProvider,
        changes: &Value,
    ) -> CalledConfig {
        let body = json!({
            "displayName": name, "providerType": kind, "endpointUrl": format!("{}/v1", provider.base()),
            "modelIdentifier": MODEL, "credentials": api_key_credentials(VALID_KEY),
        });
        let created = self.root().create_llm(&merge_patch(body, changes));
        let id = created["llmId"].as_str().expect("the id is a string").parse().expect("a UUID");
        CalledConfig { id, by_name: name.to_owned() }
    }

    /// A configuration of the workspace, without a model.
    pub(crate) fn workspace_config(&self, name: &str, kind: &str, provider: &StreamProvider) -> CalledConfig {
        self.workspace_config_in(&self.workspace, name, kind, provider)
    }

    pub(crate) fn workspace_config_in(
        &self,
        workspace: &str,
        name: &str,
        kind: &str,
        provider: &StreamProvider,
    ) -> CalledConfig {
        let endpoint = match kind {
            "ANTHROPIC" | "GOOGLE" => provider.base(),
            _ => format!("{}/v1", provider.base()),
        };
        let id = self.root().create_ai_llm(&json!({
            "name": name, "aiType": kind, "endpoint": endpoint, "secret": VALID_KEY,
            "workspaceId": workspace,
        }));
        CalledConfig { id, by_name: format!("{name}/{MODEL}") }
    }

    /// What is counted of the calls of a configuration on this server.
    pub(crate) fn usage(&self, config: &CalledConfig) -> UsageCounters {
        self.app.block_on(self.app.service.flush_usage()).expect("usage is written");
        let id = config.id;
        let totals = self.app.store.read(move |tx| tx.usage_totals(&[id]));
        self.app.block_on(totals).expect("usage is read").remove(&id).unwrap_or_default()
    }
}

/// An API whose answers are streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    Chat,
    Responses,
    Messages,
    Gemini,
}

impl Api {
    pub(crate) const ALL: [Self; 4] = [Self::Chat, Self::Responses, Self::Messages, Self::Gemini];

    /// A configuration that speaks the API.
    pub(crate) fn config(self, gateway: &Gateway, provider: &StreamProvider) -> CalledConfig {
        match self {
            Self::Chat | Self::Responses => gateway.config("gpt", "CUSTOM_OPENAI_COMPATIBLE", provider),
            Self::Messages => gateway.workspace_config("claude", "ANTHROPIC", provider),
            Self::Gemini => gateway.workspace_config("gemini", "GOOGLE", provider),
        }
    }

    /// The path of a streamed call.
    pub(crate) fn path(self, config: &CalledConfig, named_in: NamedIn) -> String {
        let route = match self {
            Self::Chat => "/openai/v1/chat/completions",
            Self::Responses => "/openai/v1/responses",
            Self::Messages => "/anthropic/v1/messages",
            Self::Gemini => {
                let model = config.model(named_in);
                let route = format!("/gemini/v1beta/models/{model}:streamGenerateContent?alt=sse");
                return config.path(named_in, &route);
            }
        };
        config.path(named_in, route)
    }

    /// The body of a streamed call.
    pub(crate) fn body(self, config: &CalledConfig, named_in: NamedIn) -> String {
        match self {
            Self::Gemini => r#"{"contents":[{"parts":[{"text":"hi"}]}]}"#.to_owned(),
            Self::Responses => {
                format!(r#"{{"model":"{}","input":"hi","stream":true}}"#, config.model(named_in))
            }
            Self::Chat | Self::Messages => {
                format!(
                    r#"{{"model":"{}","max_tokens":9,"messages":[],"stream":true}}"#,
                    config.model(named_in)
                )
            }
        }
    }

    /// The events of an answer, whose last one is the mark of the end.
    pub(crate) const fn events(self) -> &'static [&'static str] {
        match self {
            Self::Chat => &[
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}\n\n",
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo\"}}]}\n\n",
                "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
                "data: [DONE]\n\n",
            ],
            Self::Responses => &[
                "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\
                 \"response\":{\"id\":\"r\"}}\n\n",
                "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\
                 \"sequence_number\":1,\"delta\":\"Hello\"}\n\n",
                "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":2,\
                 \"response\":{\"id\":\"r\",\"usage\":{\"input_tokens\":7,\"output_tokens\":5,\
                 \"total_tokens\":12}}}\n\n",
            ],
            Self::Messages => &[
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\
                 \"usage\":{\"input_tokens\":7,\"cache_read_input_tokens\":2,\"output_tokens\":1}}}\n\n",
                "event: ping\ndata: {\"type\": \"ping\"}\n\n",
                "event: content_block_delta\r\ndata: {\"type\":\"content_block_delta\",\"index\":0,\
                 \"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\r\n\r\n",
                "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\
                 \"end_turn\"},\"usage\":{\"output_tokens\":5}}\n\n",
                "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
            ],
            Self::Gemini => &[
                "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"Hel\"}]}}]}\r\n\r\n",
                "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"lo\"}]},\
                 \"finishReason\": \"STOP\"}],\"usageMetadata\": {\"promptTokenCount\": 7,\
                 \"candidatesTokenCount\": 5}}\r\n\r\n",
            ],
        }
    }

    /// The begin of the event with which a stream of this API fails.
    pub(crate) const fn fault(self) -> &'static str {
        match self {
            Self::Chat => "data: {\"error\":{\"message\":",
            Self::Responses => "event: error\ndata: {\"type\":\"error\",\"code\":",
            Self::Messages => {
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":"
            }
            Self::Gemini => "data: {\"error\":{\"code\":",
        }
    }
}
