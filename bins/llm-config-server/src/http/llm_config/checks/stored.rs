//! `POST /llm-config/v1/configs/{id}/checks`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_probe::report::Report;
use llm_config_service::{ScopeFilter, Service};

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::llm_config::checks::depth;
use crate::http::llm_config::checks::report_schema;
use crate::http::llm_config::path_params::ById;
use crate::http::llm_config::tags;
use crate::http::path;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound, TooMany};

/// Checks a stored configuration.
///
/// Calls the provider with the stored credential, at most three times, and keeps the report. A credential
/// that the provider rejects is a result, not an error.
#[utoipa::path(
    post, path = "/llm-config/v1/configs/{id}/checks", operation_id = "checkConfig", tag = tags::CHECKS,
    params(ById),
    responses((status = 200, body = report_schema::Report), BadRequest, Forbidden, NotFound, TooMany)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<Report>, RequestError> {
    let id = path::id(&request)?;
    Ok(Json(service.check(&session, ScopeFilter::All, id, depth::read(&request)).await?))
}
