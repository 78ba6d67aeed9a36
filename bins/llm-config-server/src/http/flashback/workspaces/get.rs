//! `GET /workspace/{id}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::flashback::path_params::{ById, workspace_id};
use crate::http::flashback::tags;
use crate::http::flashback::workspaces::workspace::WorkspaceResponse;
use crate::http::schema::error_responses::{Forbidden, NotFound};

/// Returns a workspace with its members.
///
/// A workspace that is hidden from the caller is a 404.
#[utoipa::path(
    get, path = "/workspace/{id}", operation_id = "getWorkspace", tag = tags::WORKSPACES, params(ById),
    responses((status = 200, body = WorkspaceResponse), Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<WorkspaceResponse>, RequestError> {
    let workspace = service.workspace(&session, workspace_id(&request)?).await?;
    Ok(Json(WorkspaceResponse::with_members(workspace, service.organization())))
}
