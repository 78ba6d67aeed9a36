//! `GET /v1/apikeys/{id}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::goodmem::api_keys::api_key::ApiKey;
use crate::http::goodmem::path_params::ById;
use crate::http::goodmem::tags;
use crate::http::path;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};

/// Returns a key.
///
/// The text of the key is not returned.
#[utoipa::path(
    get, path = "/v1/apikeys/{id}", operation_id = "getApiKey", tag = tags::KEYS, params(ById),
    responses((status = 200, body = ApiKey), BadRequest, Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<ApiKey>, RequestError> {
    let token = service.token(&session, path::id(&request)?).await?;
    Ok(Json(ApiKey::new(token, service.now())))
}
