//! `PUT /workspace/{id}/users/{userId}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::{Parsed, Service};

use crate::http::auth::Authenticated;
use crate::http::body::request_body;
use crate::http::error::RequestError;
use crate::http::flashback::path_params::{ByMember, member_id, workspace_id};
use crate::http::flashback::tags;
use crate::http::flashback::workspaces::done::Done;
use crate::http::schema::enums::WorkspaceRoleName;
use crate::http::schema::error_responses::{Forbidden, NotFound};

request_body! {
    /// A change of a membership.
    open pub(crate) struct ChangeMember {
        role: WorkspaceRoleName,
    }
}

/// Changes the role of a member.
///
/// Needs the role ADMIN in the workspace.
#[utoipa::path(
    put, path = "/workspace/{id}/users/{userId}", operation_id = "updateWorkspaceUserRole",
    tag = tags::WORKSPACES, params(ByMember), request_body = ChangeMember,
    responses((status = 200, body = Done), Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<Parsed<ChangeMember>>,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<Done>, RequestError> {
    let role = body.map(|body| body.role.0);
    service.change_member(&session, workspace_id(&request)?, member_id(&request)?, role).await?;
    Ok(Json(Done::new()))
}
