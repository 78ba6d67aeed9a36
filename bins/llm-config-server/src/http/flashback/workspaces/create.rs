//! `POST /workspace`

use actix_web::web::{Data, Json};
use llm_config_core::text::DisplayName;
use llm_config_service::{DuplicateNames, Service};

use crate::http::auth::Authenticated;
use crate::http::body::request_body;
use crate::http::error::RequestError;
use crate::http::flashback::tags;
use crate::http::flashback::workspaces::workspace::WorkspaceResponse;
use crate::http::schema::error_responses::Forbidden;

request_body! {
    /// A new workspace.
    open pub(crate) struct CreateWorkspace {
        name: DisplayName,
    }
    example {"name": "Research"}
}

/// Creates a workspace.
///
/// Needs the organisation role WORKSPACES, ADMINISTRATORS or OWNER. The caller does not become a member.
#[utoipa::path(
    post, path = "/workspace", operation_id = "createWorkspace", tag = tags::WORKSPACES,
    request_body = CreateWorkspace, responses((status = 200, body = WorkspaceResponse), Forbidden)
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<CreateWorkspace>,
    service: Data<Service>,
) -> Result<Json<WorkspaceResponse>, RequestError> {
    let workspace = service.create_workspace(&session, body.name, DuplicateNames::Allow).await?;
    Ok(Json(WorkspaceResponse::without_members(workspace, service.organization())))
}
