//! `GET /v1/users/email/{email}`

use actix_web::web::{Data, Json, Path};
use llm_config_core::user::Email;
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::goodmem::path_params::ByEmail;
use crate::http::goodmem::tags;
use crate::http::goodmem::users::user::User;
use crate::http::path;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};

/// Returns the user with an e-mail address.
///
/// The case of the letters does not matter. A user who is hidden from the caller is a 404.
#[utoipa::path(
    get, path = "/v1/users/email/{email}", operation_id = "getUserByEmail", tag = tags::USERS,
    params(ByEmail),
    responses((status = 200, body = User), BadRequest, Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    // `Path` decodes all characters: one of the clients sends the `+` of an address as `%2B`.
    email: Path<String>,
    service: Data<Service>,
) -> Result<Json<User>, RequestError> {
    let email = path::parse("email", &email, Email::from_stored)?;
    Ok(Json(service.user_by_email(&session, email).await?.into()))
}
