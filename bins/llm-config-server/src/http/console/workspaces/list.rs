//! The list of workspaces, with the form for a new one.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::field::FieldErrors;
use llm_config_core::text::DisplayName;
use llm_config_service::{DuplicateNames, Error, Service, WorkspaceSummary};
use serde_json::json;

use crate::http::console::api_call::ApiCall;
use crate::http::console::browser::Viewer;
use crate::http::console::form::{FormView, Submission, field_errors};
use crate::http::console::frame::{Frame, Section, base};
use crate::http::console::notice::Notice;
use crate::http::console::page::{page_with, see_other};
use crate::http::error::RequestError;

pub(super) const LABELS: &[(&str, &str)] = &[("name", "Name"), ("email", "E-mail"), ("role", "Role")];

#[derive(Template)]
#[template(path = "console/workspaces/list.html")]
struct WorkspacesPage {
    frame: Frame,
    workspaces: Vec<WorkspaceSummary>,
    form: FormView,
    may_create: bool,
    call: ApiCall,
}

/// Shows the workspaces that the person may see.
pub(crate) async fn handle(
    request: HttpRequest,
    viewer: Viewer,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    list_page(&request, &viewer, &service, StatusCode::OK, FormView::new(LABELS, [])).await
}

/// Creates a workspace.
pub(crate) async fn create(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form }: Submission,
) -> Result<HttpResponse, RequestError> {
    let created = match name(&form.filled("name").unwrap_or_default()) {
        Ok(name) => service.create_workspace(&viewer.session, name, DuplicateNames::Refuse).await,
        Err(errors) => Err(errors.into()),
    };
    match created {
        Ok(workspace) => {
            let location = format!("{}/workspaces/{}", base(&request), workspace.id);
            Ok(see_other(&request, &Notice::WorkspaceCreated.on(&location)))
        }
        Err(error) => {
            let form = FormView::from_posted(LABELS, &form, name_errors(error)?);
            list_page(&request, &viewer, &service, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
    }
}

/// The name in a form.
pub(super) fn name(text: &str) -> Result<DisplayName, FieldErrors<String>> {
    text.parse().map_err(|error| FieldErrors::one("name", error))
}

/// The errors of the field, or the error that is not about it.
pub(super) fn name_errors(error: Error) -> Result<FieldErrors<String>, RequestError> {
    if let Error::NameTaken(_) = error {
        return Ok(FieldErrors::one("name", "is the name of another workspace; choose another one"));
    }
    Ok(field_errors(error)?)
}

async fn list_page(
    request: &HttpRequest,
    viewer: &Viewer,
    service: &Service,
    status: StatusCode,
    form: FormView,
) -> Result<HttpResponse, RequestError> {
    let workspaces = service.list_workspace_summaries(&viewer.session).await?;
    let page = WorkspacesPage {
        frame: Frame::new(request, Section::Workspaces),
        workspaces,
        form,
        may_create: service.may_create_workspace(&viewer.session),
        call: ApiCall {
            method: "POST",
            path: "/workspace".to_owned(),
            body: Some(json!({ "name": "Research" })),
        },
    };
    page_with(status, &page)
}
