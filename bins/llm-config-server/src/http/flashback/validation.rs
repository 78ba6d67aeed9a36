//! `POST /ai/llm/{id}/validate`: a check, in this API's two sentences.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_probe::report::{CredentialVerdict, Depth, Reason, Report};
use llm_config_service::{Error, ScopeFilter, Service};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::answer;
use super::request_schema::ById;
use super::tags as openapi;
use crate::http::legacy::session;
use crate::http::path;
use crate::http::schema::error_responses::{Forbidden, NotFound, TooMany};

/// The answer to a validation. That a provider says no is no error.
#[derive(Serialize, ToSchema)]
pub(super) struct Validation {
    /// Whether everything that was checked was found in order.
    success: bool,
    /// What was found and what to do, the URL that was tested, and how far the check came.
    #[schema(
        example = "AI LLM configuration validated successfully. Connection established and credentials verified. Tested https://api.openai.com/v1 (stage: auth)."
    )]
    message: String,
}

impl Validation {
    fn of(report: &Report) -> Self {
        let (success, found) = if report.works() { (true, found(report)) } else { (false, failed(report)) };
        let stage = report.stage.as_str();
        Self { success, message: format!("{found} Tested {} (stage: {stage}).", report.tested_url) }
    }
}

fn found(report: &Report) -> String {
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

fn failed(report: &Report) -> String {
    format!("Validation failed: {} Error: {}.", report.hint, error(report))
}

/// The status of the answer that decided, or in one word why there was none.
fn error(report: &Report) -> String {
    match report.http_status {
        Some(status) => match StatusCode::from_u16(status).ok().and_then(|it| it.canonical_reason()) {
            Some(reason) => format!("{status} {reason}"),
            None => status.to_string(),
        },
        None if report.reason == Reason::Unreachable => "connection failed".to_owned(),
        None if report.reason == Reason::Timeout => "timed out".to_owned(),
        None if report.reason == Reason::Tls => "TLS error".to_owned(),
        None => report.reason.as_str().replace('_', " "),
    }
}

/// Asks the provider whether the stored configuration works; changes nothing.
#[utoipa::path(post, path = "/ai/llm/{id}/validate", operation_id = "validateAiLlm", tag = openapi::LLMS, params(ById), responses((status = 200, body = Validation), Forbidden, NotFound, TooMany))]
pub(super) async fn validate(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let checked = async {
        let session = session(&request, &service).await?;
        let id = path::known_id(&request, "id").ok_or(Error::NotFound("configuration"))?;
        Ok(service.check(&session, ScopeFilter::Workspaces, id, Ok(Depth::Credential)).await?)
    };
    match checked.await {
        Ok(report) => HttpResponse::Ok().json(Validation::of(&report)),
        Err(failure) => answer(&request, failure),
    }
}
