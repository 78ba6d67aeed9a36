//! An LLM as it is answered, member for member in the order of the original API.

use std::collections::BTreeMap;

use llm_config_core::config::{
    Capabilities, Capability, ClientConfig, ContextLength, InferredCapability, LlmConfig, SamplingParams,
    Settings, UncheckedSampling,
};
use llm_config_core::scope::Scope;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::openapi::names::{ModalityName, ProviderType};

/// The answer to a creation.
#[derive(Serialize, ToSchema)]
#[schema(as = CreateLLMResponse)]
pub(super) struct Created {
    pub(super) llm: Llm,
    /// `null` where nothing was inferred.
    pub(super) statuses: Option<Vec<Status>>,
}

/// The answer to a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ListLLMsResponse)]
pub(super) struct List {
    pub(super) llms: Vec<Llm>,
    /// Ids of rows that cannot be read; an addition to the API, left out while there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) unreadable: Vec<String>,
}

/// Something that the server did on its own.
#[derive(Serialize, ToSchema)]
#[schema(as = Status)]
pub(super) struct Status {
    code: &'static str,
    message: String,
}

impl Status {
    pub(super) fn inferred(inferred: &InferredCapability) -> Self {
        Self { code: "LLM_CAPABILITY_INFERRED", message: inferred.to_string() }
    }
}

/// An LLM. There is no member for credentials.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LLM)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub(super) struct Llm {
    #[schema(format = Uuid)]
    llm_id: String,
    display_name: String,
    description: Option<String>,
    #[schema(value_type = ProviderType)]
    provider_type: &'static str,
    /// As the caller wrote it.
    endpoint_url: String,
    api_path: String,
    /// Required by both clients; configurations of owners always have a model.
    model_identifier: String,
    #[schema(value_type = Vec<ModalityName>)]
    supported_modalities: Vec<&'static str>,
    labels: BTreeMap<String, String>,
    version: Option<String>,
    monitoring_endpoint: Option<String>,
    capabilities: CapabilityFlags,
    default_sampling_params: Option<Sampling>,
    max_context_length: Option<i32>,
    /// The very object that was sent.
    #[schema(value_type = Option<Object>)]
    client_config: Option<ClientConfig>,
    #[schema(format = Uuid)]
    owner_id: String,
    /// Milliseconds since 1970.
    created_at: i64,
    /// Milliseconds since 1970.
    updated_at: i64,
    #[schema(format = Uuid)]
    created_by_id: String,
    #[schema(format = Uuid)]
    updated_by_id: String,
}

/// What an LLM can do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LLMCapabilities)]
#[expect(clippy::struct_excessive_bools, reason = "the API has six flags")]
struct CapabilityFlags {
    supports_chat: bool,
    supports_completion: bool,
    supports_function_calling: bool,
    supports_system_messages: bool,
    supports_streaming: bool,
    supports_sampling_parameters: bool,
}

/// Parameters that were not given are left out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LLMSamplingParams)]
struct Sampling {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Int32)]
    max_tokens: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Int32)]
    top_k: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    frequency_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    presence_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    stop_sequences: Option<Vec<String>>,
}

impl From<LlmConfig> for Llm {
    fn from(config: LlmConfig) -> Self {
        let LlmConfig {
            id,
            incarnation: _,
            scope,
            settings,
            secret: _,
            origin: _,
            revision: _,
            created,
            updated,
        } = config;
        let Settings {
            name,
            provider,
            endpoint,
            api_path,
            model,
            modalities,
            capabilities,
            sampling,
            context_length,
            labels,
            client_config,
            description,
            version,
            monitoring_endpoint,
        } = settings;
        let owner_id = match scope {
            Scope::Owner(owner) => owner.to_string(),
            Scope::Workspace(workspace) => workspace.to_string(),
        };
        Self {
            llm_id: id.to_string(),
            display_name: name.into(),
            description: description.map(Into::into),
            provider_type: provider.as_str(),
            endpoint_url: endpoint.into(),
            api_path: api_path.into(),
            model_identifier: model.map(Into::into).unwrap_or_default(),
            supported_modalities: modalities.as_slice().iter().map(|it| it.as_str()).collect(),
            labels: labels.into(),
            version: version.map(Into::into),
            monitoring_endpoint: monitoring_endpoint.map(Into::into),
            capabilities: CapabilityFlags::from(&capabilities),
            default_sampling_params: sampling.map(Sampling::from),
            max_context_length: context_length.map(ContextLength::tokens),
            client_config,
            owner_id,
            created_at: created.at.as_millis(),
            updated_at: updated.at.as_millis(),
            created_by_id: created.by.to_string(),
            updated_by_id: updated.by.to_string(),
        }
    }
}

impl From<&Capabilities> for CapabilityFlags {
    fn from(capabilities: &Capabilities) -> Self {
        let has = |capability| capabilities.contains(&capability);
        Self {
            supports_chat: has(Capability::Chat),
            supports_completion: has(Capability::Completion),
            supports_function_calling: has(Capability::FunctionCalling),
            supports_system_messages: has(Capability::SystemMessages),
            supports_streaming: has(Capability::Streaming),
            supports_sampling_parameters: has(Capability::SamplingParameters),
        }
    }
}

impl From<SamplingParams> for Sampling {
    fn from(params: SamplingParams) -> Self {
        let UncheckedSampling {
            max_tokens,
            temperature,
            top_p,
            top_k,
            frequency_penalty,
            presence_penalty,
            stop_sequences,
        } = params.into();
        Self { max_tokens, temperature, top_p, top_k, frequency_penalty, presence_penalty, stop_sequences }
    }
}
