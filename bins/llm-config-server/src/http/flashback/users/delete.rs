//! `DELETE /organization/users/{id}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::flashback::deleted::Deleted;
use crate::http::flashback::path_params::{ById, user_id};
use crate::http::flashback::tags;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};

/// Deletes a user permanently.
///
/// Also deletes their memberships and their tokens, with all tokens that were issued by using them. A user
/// who still owns configurations cannot be deleted: the 400 lists the configurations.
#[utoipa::path(
    delete, path = "/organization/users/{id}", operation_id = "deleteOrganizationUser", tag = tags::USERS,
    params(ById), responses((status = 200, body = Deleted), BadRequest, Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<Deleted>, RequestError> {
    service.delete_user(&session, user_id(&request)?).await?;
    Ok(Json(Deleted::new("User deleted successfully")))
}
