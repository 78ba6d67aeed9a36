//! `GET /ai/llm`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_core::id::WorkspaceId;
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::body::Unchecked;
use crate::http::error::RequestError;
use crate::http::flashback::llms::ai_llm::AiLlmList;
use crate::http::flashback::tags;
use crate::http::query::{self, First, query_params};

query_params! {
    pub(super) struct ListQuery {
        /// Only configurations of this workspace; none if there is none with this id or the
        /// caller cannot see it.
        workspace_id: First<Unchecked<WorkspaceId>>,
    }
}

/// Lists configurations, newest first.
///
/// Those of one workspace, or of all workspaces that the caller can see.
#[utoipa::path(
    get, path = "/ai/llm", operation_id = "getAiLlms", tag = tags::LLMS,
    responses((status = 200, body = AiLlmList))
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<AiLlmList>, RequestError> {
    let ListQuery { workspace_id } = query::read(&request)?;
    let workspace_id = workspace_id.0.map(|id| id.0);
    let listing = service.list_in_workspaces(&session, workspace_id.as_deref()).await?;
    Ok(Json(AiLlmList::new(listing, service.organization())))
}
