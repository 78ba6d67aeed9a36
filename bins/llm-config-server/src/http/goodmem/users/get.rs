//! `GET /v1/users/{id}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::goodmem::path_params::ById;
use crate::http::goodmem::tags;
use crate::http::goodmem::users::user::User;
use crate::http::path;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};

/// Returns a user.
///
/// A user who is hidden from the caller is a 404.
#[utoipa::path(
    get, path = "/v1/users/{id}", operation_id = "getUser", tag = tags::USERS, params(ById),
    responses((status = 200, body = User), BadRequest, Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<User>, RequestError> {
    Ok(Json(service.user(&session, path::id(&request)?).await?.into()))
}
