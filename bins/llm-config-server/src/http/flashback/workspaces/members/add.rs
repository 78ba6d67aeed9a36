//! `POST /workspace/{id}/users`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_core::id::PrincipalId;
use llm_config_service::{Parsed, Service};

use crate::http::auth::Authenticated;
use crate::http::body::request_body;
use crate::http::error::RequestError;
use crate::http::flashback::path_params::{ById, workspace_id};
use crate::http::flashback::tags;
use crate::http::flashback::workspaces::done::Done;
use crate::http::schema::enums::WorkspaceRoleName;
use crate::http::schema::error_responses::{Forbidden, NotFound};

request_body! {
    /// A new member of a workspace.
    open pub(crate) struct AddMember {
        user_id: PrincipalId,
        role: WorkspaceRoleName,
    }
}

/// Makes a user a member of a workspace.
///
/// Needs the role ADMIN in the workspace. The user is named by id and belongs to the organisation already.
#[utoipa::path(
    post, path = "/workspace/{id}/users", operation_id = "addUserToWorkspace", tag = tags::WORKSPACES,
    params(ById), request_body = AddMember,
    responses((status = 200, body = Done), Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<Parsed<AddMember>>,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<Done>, RequestError> {
    let member = body.map(|AddMember { user_id, role }| (user_id, role.0));
    service.add_member(&session, workspace_id(&request)?, member).await?;
    Ok(Json(Done::new()))
}
