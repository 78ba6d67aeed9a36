//! `POST /llm-config/v1/checks/goodmem`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_probe::report::Report;
use llm_config_service::Service;

use crate::http::auth::Authenticated;
use crate::http::error::RequestError;
use crate::http::goodmem::llms::create::CreateLlm;
use crate::http::llm_config::checks::depth;
use crate::http::llm_config::checks::report_schema;
use crate::http::llm_config::tags;
use crate::http::schema::error_responses::{Forbidden, TooMany};

/// Checks an LLM before it is created.
///
/// Runs the check that `POST /v1/llms` with this body and a later `POST /llm-config/v1/configs/{id}/checks`
/// would run. Nothing is stored. The caller needs the rights to create and to ping LLMs of the owner.
#[utoipa::path(
    post, path = "/llm-config/v1/checks/goodmem", operation_id = "checkLlm", tag = tags::CHECKS,
    request_body = CreateLlm,
    responses((status = 200, body = report_schema::Report), Forbidden, TooMany)
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<CreateLlm>,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<Report>, RequestError> {
    let depth = depth::read(&request)?;
    let scope = body.scope(&session);
    Ok(Json(service.check_draft(&session, Some(scope), body.into_new_config(), depth).await?))
}
