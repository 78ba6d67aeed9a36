//! Deletes a configuration, after a page that names what is deleted.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::access::ConfigAction;
use llm_config_core::config::{LlmConfig, Precondition};
use llm_config_core::id::ConfigId;
use llm_config_service::{ConfigDetails, Error, ScopeFilter, Service};

use super::fields::REVISION;
use super::list::ScopeCell;
use super::words::credential_line;
use crate::http::console::api_call::{ApiCall, vendor_path};
use crate::http::console::browser::Viewer;
use crate::http::console::form::Submission;
use crate::http::console::frame::{Frame, Section, base};
use crate::http::console::link::id;
use crate::http::console::notice::Notice;
use crate::http::console::page::{page_with, see_other};
use crate::http::error::RequestError;
use crate::http::etag::revision;

#[derive(Template)]
#[template(path = "console/configs/delete.html")]
struct DeletePage {
    frame: Frame,
    config: LlmConfig,
    revision: String,
    scope: ScopeCell,
    credential: Option<String>,
    /// Whether the configuration has changed since the person saw it.
    is_stale: bool,
    call: ApiCall,
}

/// Asks whether to delete a configuration.
pub(crate) async fn ask(
    request: HttpRequest,
    service: Data<Service>,
    viewer: Viewer,
) -> Result<HttpResponse, RequestError> {
    page(&request, &service, &viewer, false).await
}

/// Deletes a configuration, if it is still the one that the page named.
pub(crate) async fn delete(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form }: Submission,
) -> Result<HttpResponse, RequestError> {
    let (id, session): (ConfigId, _) = (id(&request, "id")?, &viewer.session);
    let current = service.config_details_for(session, id, ConfigAction::Delete).await?.config;
    if form.value(REVISION) != revision(&current) {
        return page(&request, &service, &viewer, true).await;
    }
    let precondition = Precondition::OneOf(vec![current.version()]);
    match service.delete_config(session, ScopeFilter::All, id, Ok(precondition)).await {
        Ok(()) => {
            let list = format!("{}/configs", base(&request));
            Ok(see_other(&request, &Notice::ConfigDeleted.on(&list)))
        }
        Err(Error::Stale) => page(&request, &service, &viewer, true).await,
        Err(other) => Err(other.into()),
    }
}

async fn page(
    request: &HttpRequest,
    service: &Service,
    viewer: &Viewer,
    is_stale: bool,
) -> Result<HttpResponse, RequestError> {
    let id: ConfigId = id(request, "id")?;
    let details = service.config_details_for(&viewer.session, id, ConfigAction::Delete).await?;
    let ConfigDetails { config, scope, last_check: _, origin: _, reference: _ } = details;
    let status = if is_stale { StatusCode::PRECONDITION_FAILED } else { StatusCode::OK };
    let page = DeletePage {
        frame: Frame::new(request, Section::Configs),
        revision: revision(&config),
        scope: ScopeCell::from(&scope),
        credential: config.secret.as_ref().map(credential_line),
        is_stale,
        call: ApiCall { method: "DELETE", path: vendor_path(&config.scope, id), body: None },
        config,
    };
    page_with(status, &page)
}
