//! `DELETE /v1/apikeys/{id}`

use actix_web::HttpRequest;
use actix_web::web::Data;
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::goodmem::path_params::ById;
use crate::http::goodmem::tags;
use crate::http::path;
use crate::http::responder::NoContent;
use crate::http::schema::error_responses::{BadRequest, Conflict, Forbidden, NotFound};

/// Deletes a key.
///
/// Also deletes every key that was issued with it.
#[utoipa::path(
    delete, path = "/v1/apikeys/{id}", operation_id = "deleteApiKey", tag = tags::KEYS, params(ById),
    responses((status = 204), BadRequest, Forbidden, NotFound, Conflict)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<NoContent, RequestError> {
    service.revoke_token(&session, path::id(&request)?).await?;
    Ok(NoContent)
}
