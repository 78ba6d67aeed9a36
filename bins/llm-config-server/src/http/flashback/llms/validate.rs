//! `POST /ai/llm/{id}/validate`

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json};
use llm_config_probe::report::{CredentialVerdict, Depth, Reason, Report, Stage};
use llm_config_service::{ScopeFilter, Service};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::flashback::path_params::{ById, config_id};
use crate::http::flashback::tags;
use crate::http::schema::error_responses::{Forbidden, NotFound, TooMany};

/// The result of a validation. A credential that the provider rejects is a result, not an error.
#[derive(Serialize, ToSchema)]
pub(crate) struct Validation {
    /// Whether the check found no problem.
    success: bool,
    /// The result with a hint, the URL that was tested, and the stage that the check reached.
    #[schema(
        example = "AI LLM configuration validated successfully. Connection established and credentials \
            verified. Tested https://api.openai.com/v1 (stage: auth)."
    )]
    message: String,
}

impl From<&Report> for Validation {
    fn from(report: &Report) -> Self {
        let success = report.works();
        let result = if success { success_text(report) } else { failure_text(report) };
        let stage = report.stage.as_str();
        Self { success, message: format!("{result} Tested {} (stage: {stage}).", report.tested_url) }
    }
}

fn success_text(report: &Report) -> String {
    let verdict = match report.credential {
        CredentialVerdict::Verified { .. } => "Connection established and credentials verified.".to_owned(),
        CredentialVerdict::NotRequired
        | CredentialVerdict::NotVerified { .. }
        | CredentialVerdict::Rejected => {
            format!("Connection established. {}", report.hint)
        }
    };
    format!("AI LLM configuration validated successfully. {verdict}")
}

fn failure_text(report: &Report) -> String {
    let suggestion = report.suggested_url.as_ref().map(|url| format!(" Suggested endpoint: {url}."));
    let error = error_name(report);
    format!("Validation failed: {}{} Error: {error}.", report.hint, suggestion.unwrap_or_default())
}

/// The status of the response that decided; without a response, or after a success, the reason in a few
/// words.
fn error_name(report: &Report) -> String {
    match report.http_status.filter(|status| *status >= 300) {
        Some(status) => {
            let known = StatusCode::from_u16(status).ok();
            match known.and_then(|known| known.canonical_reason()) {
                Some(reason) => format!("{status} {reason}"),
                None => status.to_string(),
            }
        }
        None if report.stage == Stage::Dns => "host not found".to_owned(),
        None if report.reason == Reason::Unreachable => "connection failed".to_owned(),
        None if report.reason == Reason::Timeout => "timed out".to_owned(),
        None if report.reason == Reason::Tls => "TLS error".to_owned(),
        None => report.reason.as_str().replace('_', " "),
    }
}

/// Checks a stored configuration against its provider.
///
/// Calls the provider with the stored credential. A credential that the provider rejects is a result, not an
/// error.
#[utoipa::path(
    post, path = "/ai/llm/{id}/validate", operation_id = "validateAiLlm", tag = tags::LLMS, params(ById),
    responses((status = 200, body = Validation), Forbidden, NotFound, TooMany)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<Json<Validation>, RequestError> {
    let id = config_id(&request)?;
    let report = service.check(&session, ScopeFilter::Workspaces, id, Ok(Depth::Credential)).await?;
    Ok(Json(Validation::from(&report)))
}
