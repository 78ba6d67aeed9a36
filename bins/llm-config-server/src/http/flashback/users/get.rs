//! `GET /organization/users/{id}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::flashback::path_params::{ById, user_id};
use crate::http::flashback::tags;
use crate::http::flashback::users::user::OrgUser;
use crate::http::schema::error_responses::{Forbidden, NotFound};

/// Returns a user.
///
/// The body is the user without an envelope. A user who is hidden from the caller is a 404.
#[utoipa::path(
    get, path = "/organization/users/{id}", operation_id = "getOrganizationUser", tag = tags::USERS,
    params(ById), responses((status = 200, body = OrgUser), Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<OrgUser>, RequestError> {
    let user = service.user(&session, user_id(&request)?).await?;
    Ok(Json(OrgUser::new(user, service.organization())))
}
