//! `GET /v1/users/me`

use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::goodmem::tags;
use crate::http::goodmem::users::user::User;

/// Returns the user who holds the key of the request.
///
/// Every key may call this.
#[utoipa::path(
    get, path = "/v1/users/me", operation_id = "getCurrentUser", tag = tags::USERS,
    responses((status = 200, body = User))
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    service: Data<Service>,
) -> Result<Json<User>, RequestError> {
    Ok(Json(service.me(&session).await?.into()))
}
