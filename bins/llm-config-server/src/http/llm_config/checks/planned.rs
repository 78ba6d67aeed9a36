//! `POST /llm-config/v1/configs/{id}/checks/planned`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_core::scope::Scope;
use llm_config_probe::report::Report;
use llm_config_service::Service;

use crate::http::auth::Authenticated;
use crate::http::error::RequestError;
use crate::http::flashback::error::with_field_names;
use crate::http::llm_config::checks::change::Change;
use crate::http::llm_config::checks::depth;
use crate::http::llm_config::checks::report_schema;
use crate::http::llm_config::path_params::ById;
use crate::http::llm_config::tags;
use crate::http::path;
use crate::http::schema::error_responses::{Forbidden, NotFound, TooMany};

/// Checks a change of a configuration before it is made.
///
/// Checks the configuration that would result from `PUT` with this body, which has the form of the API that
/// the configuration belongs to. Nothing is stored.
#[utoipa::path(
    post, path = "/llm-config/v1/configs/{id}/checks/planned", operation_id = "checkPlannedChange",
    tag = tags::CHECKS, params(ById), request_body = Change,
    responses((status = 200, body = report_schema::Report), Forbidden, NotFound, TooMany)
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<Change>,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<Report>, RequestError> {
    let id = path::id(&request)?;
    let mut found = None;
    let checked = service.check_planned(&session, id, |scope| {
        found = Some(scope);
        let depth = depth::read(&request)?;
        Ok((body.into_patch(&scope)?, depth))
    });
    let report = checked.await.map_err(|error| match found {
        Some(Scope::Workspace(_)) => with_field_names(error),
        Some(Scope::Owner(_)) | None => error,
    })?;
    Ok(Json(report))
}
