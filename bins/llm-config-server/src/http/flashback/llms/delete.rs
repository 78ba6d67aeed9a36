//! `DELETE /ai/llm/{id}`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::{ScopeFilter, Service};

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::etag::{self, IfMatch};
use crate::http::flashback::deleted::Deleted;
use crate::http::flashback::path_params::{ById, config_id};
use crate::http::flashback::tags;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound, PreconditionFailed};

/// Deletes a configuration permanently.
///
/// Its credential and its history are deleted with it.
#[utoipa::path(
    delete, path = "/ai/llm/{id}", operation_id = "deleteAiLlm", tag = tags::LLMS, params(ById, IfMatch),
    responses((status = 200, body = Deleted), BadRequest, Forbidden, NotFound, PreconditionFailed)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<Deleted>, RequestError> {
    let id = config_id(&request)?;
    service.delete_config(&session, ScopeFilter::Workspaces, id, etag::precondition(&request)).await?;
    Ok(Json(Deleted::new("AI LLM configuration deleted successfully")))
}
