//! `GET /llm-config/v1/configs/{id}/checks`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::llm_config::checks::check_list::CheckList;
use crate::http::llm_config::path_params::ById;
use crate::http::llm_config::tags;
use crate::http::path;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound};

/// Lists the last checks of a configuration.
///
/// Newest first, those that the server started by itself included. The server keeps 20 reports for each
/// configuration.
#[utoipa::path(
    get, path = "/llm-config/v1/configs/{id}/checks", operation_id = "listChecks", tag = tags::CHECKS,
    params(ById), responses((status = 200, body = CheckList), BadRequest, Forbidden, NotFound)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<CheckList>, RequestError> {
    let checks = service.checks(&session, path::id(&request)?).await?;
    Ok(Json(CheckList::new(checks)))
}
