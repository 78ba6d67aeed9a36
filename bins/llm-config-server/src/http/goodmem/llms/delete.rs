//! `DELETE /v1/llms/{id}`

use actix_web::HttpRequest;
use actix_web::web::Data;
use llm_config_service::{ScopeFilter, Service};

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::etag::{self, IfMatch};
use crate::http::goodmem::path_params::ById;
use crate::http::goodmem::tags;
use crate::http::path;
use crate::http::responder::NoContent;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound, PreconditionFailed};

/// Deletes an LLM permanently.
///
/// Its credential and its history are deleted with it.
#[utoipa::path(
    delete, path = "/v1/llms/{id}", operation_id = "deleteLlm", tag = tags::LLMS, params(ById, IfMatch),
    responses((status = 204), BadRequest, Forbidden, NotFound, PreconditionFailed)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<NoContent, RequestError> {
    let id = path::id(&request)?;
    service.delete_config(&session, ScopeFilter::Owners, id, etag::precondition(&request)).await?;
    Ok(NoContent)
}
