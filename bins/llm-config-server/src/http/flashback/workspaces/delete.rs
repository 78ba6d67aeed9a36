//! `DELETE /workspace/{id}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::flashback::path_params::{ById, workspace_id};
use crate::http::flashback::tags;
use crate::http::flashback::workspaces::done::Done;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};

/// Deletes a workspace.
///
/// A workspace that still has configurations cannot be deleted: the 400 lists the configurations.
#[utoipa::path(
    delete, path = "/workspace/{id}", operation_id = "deleteWorkspace", tag = tags::WORKSPACES, params(ById),
    responses((status = 200, body = Done), BadRequest, Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<Done>, RequestError> {
    service.delete_workspace(&session, workspace_id(&request)?).await?;
    Ok(Json(Done::new()))
}
