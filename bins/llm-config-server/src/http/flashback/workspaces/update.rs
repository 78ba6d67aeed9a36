//! `PUT /workspace/{id}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_core::text::DisplayName;
use llm_config_service::{DuplicateNames, Parsed, Service};

use crate::http::auth::Authenticated;
use crate::http::body::request_body;
use crate::http::error::RequestError;
use crate::http::flashback::path_params::{ById, workspace_id};
use crate::http::flashback::tags;
use crate::http::flashback::workspaces::workspace::WorkspaceResponse;
use crate::http::schema::error_responses::{Forbidden, NotFound};

request_body! {
    /// A change of a workspace.
    open pub(crate) struct UpdateWorkspace {
        name: Option<DisplayName>,
    }
    example {"name": "Research and development"}
}

/// Renames a workspace.
///
/// Needs the role ADMIN in the workspace. Without `name` nothing changes.
#[utoipa::path(
    put, path = "/workspace/{id}", operation_id = "updateWorkspace", tag = tags::WORKSPACES, params(ById),
    request_body = UpdateWorkspace,
    responses((status = 200, body = WorkspaceResponse), Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<Parsed<UpdateWorkspace>>,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<WorkspaceResponse>, RequestError> {
    let name = body.map(|body| body.name);
    let workspace =
        service.rename_workspace(&session, workspace_id(&request)?, name, DuplicateNames::Allow).await?;
    Ok(Json(WorkspaceResponse::without_members(workspace, service.organization())))
}
