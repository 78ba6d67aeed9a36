//! An LLM in responses, with its members in the order of the original API.

use std::collections::BTreeMap;

use llm_config_core::config::{ClientConfig, ContextLength, InferredCapability, LlmConfig, Settings};
use llm_config_core::id::OrganizationId;
use llm_config_core::scope::Scope;
use llm_config_store::usage::UsageCounters;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::config_list::ListBody;
use crate::http::goodmem::llms::capabilities::CapabilityFlags;
use crate::http::goodmem::llms::sampling::Sampling;
use crate::http::schema::enums::{ModalityName, ProviderType};

/// The response to a creation.
#[derive(Serialize, ToSchema)]
#[schema(as = CreateLLMResponse)]
pub(crate) struct CreatedLlm {
    pub(crate) llm: Llm,
    /// The inferred capabilities; null if none was inferred.
    pub(crate) statuses: Option<Vec<Status>>,
}

/// A list of LLMs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ListLlmsResponse)]
pub(crate) struct LlmList {
    llms: Vec<Llm>,
    /// An addition to the API: the ids of LLMs that cannot be read; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(format = Uuid)]
    unreadable: Vec<String>,
    /// An addition to the API: the cursor of the next page. Absent at the end of the list, and for a request
    /// with neither `limit` nor `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl ListBody for LlmList {
    type Element = Llm;

    fn new(llms: Vec<Llm>, unreadable: Vec<String>, next_cursor: Option<String>) -> Self {
        Self { llms, unreadable, next_cursor }
    }

    fn element(config: LlmConfig, _: UsageCounters, _: OrganizationId) -> Llm {
        config.into()
    }
}

/// A change that the server made on its own.
#[derive(Serialize, ToSchema)]
#[schema(as = Status)]
pub(crate) struct Status {
    code: &'static str,
    message: String,
}

impl Status {
    pub(crate) fn inferred(inferred: &InferredCapability) -> Self {
        Self { code: "LLM_CAPABILITY_INFERRED", message: inferred.to_string() }
    }
}

/// An LLM. There is no member for credentials.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LLM)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub(crate) struct Llm {
    #[schema(format = Uuid)]
    llm_id: String,
    display_name: String,
    description: Option<String>,
    provider_type: ProviderType,
    /// As in the request.
    endpoint_url: String,
    api_path: String,
    /// Required by both clients; configurations of owners always have a model.
    model_identifier: String,
    supported_modalities: Vec<ModalityName>,
    labels: BTreeMap<String, String>,
    version: Option<String>,
    monitoring_endpoint: Option<String>,
    capabilities: CapabilityFlags,
    default_sampling_params: Option<Sampling>,
    max_context_length: Option<i32>,
    /// The object exactly as in the request.
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
            provider_type: ProviderType(provider),
            endpoint_url: endpoint.into(),
            api_path: api_path.into(),
            model_identifier: model.map(Into::into).unwrap_or_default(),
            supported_modalities: modalities.as_slice().iter().copied().map(ModalityName).collect(),
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
