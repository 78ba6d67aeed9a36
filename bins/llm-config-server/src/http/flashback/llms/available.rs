//! `GET /ai/llm/available`

use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::flashback::llms::ai_llm::AiLlmList;
use crate::http::flashback::tags;

/// Lists the configurations that work.
///
/// Those whose last check succeeded and is not older than their last change of type, endpoint, credential or
/// workspace.
#[utoipa::path(
    get, path = "/ai/llm/available", operation_id = "getAvailableAiLlms", tag = tags::LLMS,
    responses((status = 200, body = AiLlmList))
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    service: Data<Service>,
) -> Result<Json<AiLlmList>, RequestError> {
    let listing = service.list_available(&session).await?;
    Ok(Json(AiLlmList::new(listing, service.organization())))
}
