//! `GET /ai/llm/stats`

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use llm_config_core::config::LlmConfig;
use llm_config_core::id::{ConfigId, OrganizationId};
use llm_config_service::{ListConfigs, Service};
use llm_config_store::usage::UsageCounters;
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

    fn element(config: LlmConfig, usage: UsageCounters, _: OrganizationId) -> Stats {
        Stats::new(config.id, usage)
    }
}

/// The usage of a configuration since its creation: decimal numbers as strings, because they may exceed the
/// range of JSON numbers. They are at most some seconds old.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AiLlmStats)]
pub(crate) struct Stats {
    #[schema(format = Uuid)]
    ai_llm_id: String,
    /// Calls of models that may have reached the provider. Validations and pings do not count.
    total_api_calls: String,
    /// The same as `totalLlmTokensIn`: this server neither caches nor rewrites.
    total_tokens_in: String,
    /// The same as `totalLlmTokensOut`.
    total_tokens_out: String,
    /// Tokens of prompts, as providers reported them.
    total_llm_tokens_in: String,
    /// Tokens of answers, as providers reported them.
    total_llm_tokens_out: String,
    /// Calls that were refused because the configuration or the token does not allow them.
    total_policy_violations: String,
    /// Always zero: this server raises no alerts.
    total_alerts: String,
    /// Calls that were refused by a limit of this server.
    total_blocks: String,
}

impl Stats {
    fn new(config: ConfigId, usage: UsageCounters) -> Self {
        let UsageCounters {
            calls,
            ok: _,
            upstream_errors: _,
            faults: _,
            client_gone: _,
            refused,
            blocked,
            calls_without_usage: _,
            input,
            cached: _,
            cache_write: _,
            output,
            reasoning: _,
            audio_in: _,
            audio_out: _,
            bytes_in: _,
            bytes_out: _,
            ms: _,
            ms_first_byte: _,
        } = usage;
        Self {
            ai_llm_id: config.to_string(),
            total_api_calls: calls.to_string(),
            total_tokens_in: input.to_string(),
            total_tokens_out: output.to_string(),
            total_llm_tokens_in: input.to_string(),
            total_llm_tokens_out: output.to_string(),
            total_policy_violations: refused.to_string(),
            total_alerts: 0_u64.to_string(),
            total_blocks: blocked.to_string(),
        }
    }
}

/// Returns the usage of configurations.
///
/// One element for every configuration that the caller can see, or for one of them.
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
    let list = ListConfigs::UsageOfWorkspaces { config: ai_llm_id.0.map(|id| id.0) };
    config_list::respond::<StatsList>(&request, &service, session, list, None).await
}
