//! `GET /ai/llm/stats`

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use llm_config_core::config::LlmConfig;
use llm_config_core::id::{ConfigId, OrganizationId};
use llm_config_service::{ListConfigs, Service};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::auth::Caller;
use crate::http::body::Unchecked;
use crate::http::config_list::{self, ListBody};
use crate::http::error::RequestError;
use crate::http::flashback::tags;
use crate::http::query::{self, First, query_params};

query_params! {
    pub(super) struct StatsQuery {
        /// Only this configuration; none if there is none with this id or the
        /// caller cannot see it.
        ai_llm_id: First<Unchecked<ConfigId>>,
    }
}

/// The response to a request for usage.
#[derive(Serialize, ToSchema)]
#[schema(as = AiLlmStatsList)]
pub(crate) struct StatsList {
    /// Always true.
    success: bool,
    stats: Vec<Stats>,
}

impl ListBody for StatsList {
    type Element = Stats;

    // The original API names neither rows that cannot be read nor pages.
    fn new(stats: Vec<Stats>, _: Vec<String>, _: Option<String>) -> Self {
        Self { success: true, stats }
    }

    fn element(config: LlmConfig, _: OrganizationId) -> Stats {
        config.into()
    }
}

/// The usage of a configuration: decimal numbers as strings, because they may exceed the range of JSON
/// numbers. All are zero, because this server does not forward calls of models.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AiLlmStats)]
pub(crate) struct Stats {
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

impl From<LlmConfig> for Stats {
    fn from(config: LlmConfig) -> Self {
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

/// Returns the usage of configurations.
///
/// One element for every configuration that the caller can see, or for one of them. All numbers are zero,
/// because this server does not forward calls of models.
#[utoipa::path(
    get, path = "/ai/llm/stats", operation_id = "getAiLlmStats", tag = tags::LLMS,
    responses((status = 200, body = StatsList))
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let StatsQuery { ai_llm_id } = query::read(&request)?;
    let list = ListConfigs::OfWorkspaces { workspace: None, config: ai_llm_id.0.map(|id| id.0) };
    config_list::respond::<StatsList>(&request, &service, session, list, None).await
}
