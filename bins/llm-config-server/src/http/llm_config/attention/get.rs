//! `GET /llm-config/v1/attention`

use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::llm_config::attention::response::AttentionResponse;
use crate::http::llm_config::tags;

/// Returns what needs attention: failing configurations, expiring API keys, unreadable rows.
///
/// Each list has at most the first 20 entries of what the caller may list, and is empty without rights.
#[utoipa::path(
    get, path = "/llm-config/v1/attention", operation_id = "getAttention", tag = tags::ATTENTION,
    responses((status = 200, body = AttentionResponse))
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    service: Data<Service>,
) -> Result<Json<AttentionResponse>, RequestError> {
    Ok(Json(service.attention(&session).await?.into()))
}
