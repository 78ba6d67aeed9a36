//! `GET /workspace`

use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::flashback::tags;
use crate::http::flashback::workspaces::workspace::WorkspaceList;

/// Lists the workspaces that the caller can see.
///
/// Each workspace has its members.
#[utoipa::path(
    get, path = "/workspace", operation_id = "getWorkspaces", tag = tags::WORKSPACES,
    responses((status = 200, body = WorkspaceList))
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    service: Data<Service>,
) -> Result<Json<WorkspaceList>, RequestError> {
    let workspaces = service.list_workspaces_with_members(&session).await?;
    Ok(Json(WorkspaceList::new(workspaces, service.organization())))
}
