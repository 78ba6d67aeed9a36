//! `POST /llm-config/v1/checks/flashback`

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use llm_config_probe::report::Report;
use llm_config_service::Service;

use crate::http::auth::Authenticated;
use crate::http::error::RequestError;
use crate::http::flashback::llms::create::CreateAiLlm;
use crate::http::llm_config::checks::depth;
use crate::http::llm_config::checks::report_schema;
use crate::http::llm_config::tags;
use crate::http::schema::error_responses::{Forbidden, TooMany};

/// Checks a configuration of a workspace before it is created.
///
/// Runs the check that `POST /ai/llm` with this body and a later `POST /llm-config/v1/configs/{id}/checks`
/// would run. Nothing is stored. The caller needs the rights to create and to ping configurations of the
/// workspace.
#[utoipa::path(
    post, path = "/llm-config/v1/checks/flashback", operation_id = "checkAiLlm", tag = tags::CHECKS,
    request_body = CreateAiLlm,
    responses((status = 200, body = report_schema::Report), Forbidden, TooMany)
)]
pub(crate) async fn handle(
    Authenticated { session, body }: Authenticated<CreateAiLlm>,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<Report>, RequestError> {
    let depth = depth::read(&request)?;
    Ok(Json(service.check_draft(&session, body.scope(), body.into_new_config(), depth).await?))
}
