//! `DELETE /workspace/{id}/users/{userId}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::flashback::path_params::{ByMember, member_id, workspace_id};
use crate::http::flashback::tags;
use crate::http::flashback::workspaces::done::Done;
use crate::http::schema::error_responses::{Forbidden, NotFound};

/// Ends a membership.
///
/// Needs the role ADMIN in the workspace. The user keeps their account and their other memberships.
#[utoipa::path(
    delete, path = "/workspace/{id}/users/{userId}", operation_id = "removeUserFromWorkspace",
    tag = tags::WORKSPACES, params(ByMember),
    responses((status = 200, body = Done), Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<Done>, RequestError> {
    service.remove_member(&session, workspace_id(&request)?, member_id(&request)?).await?;
    Ok(Json(Done::new()))
}
