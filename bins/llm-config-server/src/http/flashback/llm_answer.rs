//! A configuration as it is answered: no `secret` at all, the key masked.

use llm_config_core::config::{LlmConfig, Settings};
use llm_config_core::id::OrganizationId;
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::etag;
use crate::http::schema::enums::AiType;

/// The answer to a creation or a change.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SavedAiLlm)]
pub(super) struct Done {
    success: bool,
    /// Called `aiLlmId` here and `id` in lists.
    #[schema(format = Uuid)]
    ai_llm_id: String,
    message: &'static str,
}

impl Done {
    pub(super) fn created(config: &LlmConfig) -> Self {
        let message = "AI LLM configuration created successfully";
        Self { success: true, ai_llm_id: config.id.to_string(), message }
    }

    pub(super) fn updated(config: &LlmConfig) -> Self {
        let message = "AI LLM configuration updated successfully";
        Self { success: true, ai_llm_id: config.id.to_string(), message }
    }
}

/// The answer to a deletion.
#[derive(Serialize, ToSchema)]
pub(super) struct Deleted {
    pub(super) success: bool,
    pub(super) message: &'static str,
}

/// The answer to a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AiLlmList)]
pub(super) struct List {
    pub(super) success: bool,
    pub(super) ai_llms: Vec<AiLlm>,
    /// Ids of rows that cannot be read; an addition to the API, left out while there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) unreadable: Vec<String>,
}

/// A configuration. There is no member for its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AiLlm {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    org_id: String,
    #[schema(format = Uuid)]
    workspace_id: String,
    /// Who created it.
    #[schema(format = Uuid)]
    user_id: String,
    name: String,
    #[schema(value_type = AiType)]
    ai_type: &'static str,
    /// As the caller wrote it.
    endpoint: String,
    /// The key masked, or null for none.
    #[schema(required = true)]
    key: Option<String>,
    #[schema(format = DateTime, example = "2024-01-15T10:30:00.000Z")]
    created_at: String,
    /// An addition to the API: the state of the configuration, as `ETag` has it in quotes; what
    /// `If-Match` takes.
    #[schema(example = "7-018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a")]
    revision: String,
    /// Links to repositories, which this server does not have: always empty.
    #[schema(value_type = Vec<Object>)]
    repos: [(); 0],
}

impl AiLlm {
    pub(super) fn of(config: LlmConfig, organization: OrganizationId) -> Self {
        let state = etag::revision(&config);
        let LlmConfig {
            id,
            incarnation: _,
            scope,
            settings,
            secret,
            origin: _,
            revision: _,
            created,
            updated: _,
        } = config;
        let Settings {
            name,
            provider,
            endpoint,
            api_path: _,
            model: _,
            modalities: _,
            capabilities: _,
            sampling: _,
            context_length: _,
            labels: _,
            client_config: _,
            description: _,
            version: _,
            monitoring_endpoint: _,
        } = settings;
        let workspace_id = match scope {
            Scope::Workspace(workspace) => workspace.to_string(),
            Scope::Owner(owner) => owner.to_string(),
        };
        Self {
            id: id.to_string(),
            org_id: organization.to_string(),
            workspace_id,
            user_id: created.by.to_string(),
            name: name.into(),
            ai_type: provider.as_str(),
            endpoint: endpoint.into(),
            key: secret.and_then(|it| it.key_id_mask).map(|mask| mask.to_string()),
            created_at: rfc3339(created.at),
            revision: state,
            repos: [],
        }
    }
}

/// `2024-01-15T10:30:00.000Z`
pub(in crate::http) fn rfc3339(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Usage of a configuration: decimal numbers as strings, because they may exceed what JSON
/// numbers hold. Nothing is called through this server yet, so there is nothing to count.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AiLlmStats)]
pub(super) struct Stats {
    #[schema(format = Uuid)]
    ai_llm_id: String,
    total_api_calls: String,
    total_tokens_in: String,
    total_tokens_out: String,
    total_llm_tokens_in: String,
    total_llm_tokens_out: String,
    total_policy_violations: String,
    total_alerts: String,
    total_blocks: String,
}

impl Stats {
    pub(super) fn unused(config: &LlmConfig) -> Self {
        let zero = || 0_u64.to_string();
        Self {
            ai_llm_id: config.id.to_string(),
            total_api_calls: zero(),
            total_tokens_in: zero(),
            total_tokens_out: zero(),
            total_llm_tokens_in: zero(),
            total_llm_tokens_out: zero(),
            total_policy_violations: zero(),
            total_alerts: zero(),
            total_blocks: zero(),
        }
    }
}

/// The answer to the question for usage.
#[derive(Serialize, ToSchema)]
#[schema(as = AiLlmStatsList)]
pub(super) struct StatsList {
    pub(super) success: bool,
    pub(super) stats: Vec<Stats>,
}
