//! Checks a configuration as it is stored, and keeps the report.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::id::ConfigId;
use llm_config_probe::report::Depth;
use llm_config_service::{ScopeFilter, Service};

use super::draft::Checked;
use crate::http::console::form::Submission;
use crate::http::console::frame::base;
use crate::http::console::link::id;
use crate::http::console::page::{is_from_htmx, page, see_other};
use crate::http::error::RequestError;

/// The part of the page with the verdict.
#[derive(Template)]
#[template(path = "console/configs/checked_part.html")]
struct CheckedPart {
    checked: Checked,
}

/// Checks a configuration. The page that follows shows the verdict.
pub(crate) async fn handle(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form }: Submission,
) -> Result<HttpResponse, RequestError> {
    let id: ConfigId = id(&request, "id")?;
    let depth = if form.value("depth") == "inference" { Depth::Inference } else { Depth::Credential };
    let report = service.check(&viewer.session, ScopeFilter::All, id, Ok(depth)).await;
    if is_from_htmx(&request) {
        return page(&CheckedPart { checked: Checked::new(report)? });
    }
    report?;
    Ok(see_other(&request, &format!("{}/configs/{id}", base(&request))))
}
