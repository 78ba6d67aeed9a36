//! A configuration in responses: the key is masked, and there is no secret.

use llm_config_core::config::{LlmConfig, Settings};
use llm_config_core::id::OrganizationId;
use llm_config_core::scope::Scope;
use llm_config_store::usage::UsageCounters;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::config_list::ListBody;
use crate::http::etag;
use crate::http::schema::enums::AiType;
use crate::http::timestamp::rfc3339;

/// A list of configurations.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AiLlmList {
    /// Always true.
    success: bool,
    ai_llms: Vec<AiLlm>,
    /// An addition to the API: the ids of configurations that cannot be read; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(format = Uuid)]
    unreadable: Vec<String>,
    /// An addition to the API: the cursor of the next page. Absent at the end of the list, and for a request
    /// with neither `limit` nor `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A configuration. There is no member for its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AiLlm {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    org_id: String,
    #[schema(format = Uuid)]
    workspace_id: String,
    /// The user who created it.
    #[schema(format = Uuid)]
    user_id: String,
    name: String,
    ai_type: AiType,
    /// As in the request.
    endpoint: String,
    /// The masked key, or null if there is none.
    #[schema(required = true)]
    key: Option<String>,
    #[schema(format = DateTime, example = "2024-01-15T10:30:00.000Z")]
    created_at: String,
    /// An addition to the API: the text of the configuration's entity tag. In quotes, it is the value of
    /// `ETag` and a value for `If-Match`.
    #[schema(example = "7-018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a")]
    revision: String,
    /// Links to repositories, which this server does not have: always empty.
    #[schema(value_type = Vec<Object>)]
    repos: [(); 0],
}

impl ListBody for AiLlmList {
    type Element = AiLlm;

    fn new(ai_llms: Vec<AiLlm>, unreadable: Vec<String>, next_cursor: Option<String>) -> Self {
        Self { success: true, ai_llms, unreadable, next_cursor }
    }

    fn element(config: LlmConfig, _: UsageCounters, organization: OrganizationId) -> AiLlm {
        AiLlm::new(config, organization)
    }
}

impl AiLlm {
    fn new(config: LlmConfig, organization: OrganizationId) -> Self {
        let revision = etag::revision(&config);
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
            ai_type: AiType(provider),
            endpoint: endpoint.into(),
            key: secret.and_then(|secret| secret.key_id_mask).map(|mask| mask.to_string()),
            created_at: rfc3339(created.at),
            revision,
            repos: [],
        }
    }
}
