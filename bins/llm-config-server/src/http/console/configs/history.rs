//! The last checks of a configuration.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::id::ConfigId;
use llm_config_core::time::Timestamp;
use llm_config_service::{CheckTrigger, ScopeFilter, Service};

use super::facts::user_name;
use crate::http::console::api_call::ApiCall;
use crate::http::console::browser::Viewer;
use crate::http::console::frame::{Frame, Section};
use crate::http::console::link::id;
use crate::http::console::page::page;
use crate::http::console::verdict::Verdict;
use crate::http::error::RequestError;

#[derive(Template)]
#[template(path = "console/configs/history.html")]
struct HistoryPage {
    frame: Frame,
    id: ConfigId,
    name: String,
    rows: Vec<Row>,
    call: ApiCall,
}

/// A past check.
struct Row {
    at: Timestamp,
    /// `None` if the stored report cannot be read.
    verdict: Option<Verdict>,
    who: String,
}

/// Lists the last checks, newest first.
pub(crate) async fn handle(
    request: HttpRequest,
    service: Data<Service>,
    viewer: Viewer,
) -> Result<HttpResponse, RequestError> {
    let (id, session, now) = (id(&request, "id")?, &viewer.session, service.now());
    let config = service.config(session, ScopeFilter::All, id).await?;
    let checks = service.checks(session, id).await?;
    let users = checks.iter().map(|check| check.checked_by).collect();
    let emails = service.user_emails(session, users).await?;
    let row = |check: &llm_config_service::Check| Row {
        at: check.at,
        verdict: Verdict::from_check(check, now),
        who: match check.trigger {
            CheckTrigger::Request => user_name(check.checked_by, &emails),
            CheckTrigger::Background => "the schedule".to_owned(),
        },
    };
    page(&HistoryPage {
        frame: Frame::new(&request, Section::Configs),
        id,
        name: config.settings.name.as_str().to_owned(),
        rows: checks.iter().map(row).collect(),
        call: ApiCall::get(format!("/llm-config/v1/configs/{id}/checks")),
    })
}
