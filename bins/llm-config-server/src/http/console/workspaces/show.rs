//! A workspace: its name and its members.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::access::WorkspaceRole;
use llm_config_core::id::WorkspaceId;
use llm_config_service::{AllowedWorkspaceActions, DuplicateNames, Service, WorkspaceWithMembers};

use super::list::{LABELS, name, name_errors};
use crate::http::console::api_call::ApiCall;
use crate::http::console::browser::Viewer;
use crate::http::console::form::{FormView, Submission};
use crate::http::console::frame::{Frame, Section, base};
use crate::http::console::link;
use crate::http::console::notice::Notice;
use crate::http::console::page::{page_with, see_other};
use crate::http::console::words::{Choice, workspace_role};
use crate::http::error::RequestError;

#[derive(Template)]
#[template(path = "console/workspaces/show.html")]
struct WorkspacePage {
    frame: Frame,
    id: WorkspaceId,
    name: String,
    members: Vec<MemberView>,
    roles: Vec<Choice>,
    form: FormView,
    allowed: AllowedWorkspaceActions,
    call: ApiCall,
}

/// A member as the page shows them.
struct MemberView {
    id: String,
    name: String,
    email: String,
    role: Choice,
}

/// Shows the workspace.
pub(crate) async fn handle(
    request: HttpRequest,
    viewer: Viewer,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let id = link::id(&request, "id")?;
    workspace_page(&request, &viewer, &service, id, None).await
}

/// Gives the workspace another name.
pub(crate) async fn rename(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form }: Submission,
) -> Result<HttpResponse, RequestError> {
    let id: WorkspaceId = link::id(&request, "id")?;
    let name = name(&form.filled("name").unwrap_or_default()).map(Some);
    match service.rename_workspace(&viewer.session, id, name, DuplicateNames::Refuse).await {
        Ok(_) => {
            let location = format!("{}/workspaces/{id}", base(&request));
            Ok(see_other(&request, &Notice::WorkspaceRenamed.on(&location)))
        }
        Err(error) => {
            let form = FormView::from_posted(LABELS, &form, name_errors(error)?);
            workspace_page(&request, &viewer, &service, id, Some(form)).await
        }
    }
}

/// The page, with the form of a person who must correct it.
pub(super) async fn workspace_page(
    request: &HttpRequest,
    viewer: &Viewer,
    service: &Service,
    id: WorkspaceId,
    refused: Option<FormView>,
) -> Result<HttpResponse, RequestError> {
    let WorkspaceWithMembers { workspace, members } = service.workspace(&viewer.session, id).await?;
    let member = |member: llm_config_service::Member| MemberView {
        id: member.user.id.to_string(),
        name: format!("{} {}", member.user.first_name, member.user.last_name),
        email: member.user.email.to_string(),
        role: workspace_role(member.role),
    };
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    // The page has two forms: the one that was not posted keeps the present name.
    let form = match refused {
        Some(form) if form.is_posted("name") => form,
        Some(form) => form.with_value("name", workspace.name.as_str()),
        None => FormView::new(LABELS, [("name", workspace.name.to_string())]),
    };
    let page = WorkspacePage {
        frame: Frame::new(request, Section::Workspaces),
        id,
        form,
        name: workspace.name.into(),
        members: members.into_iter().map(member).collect(),
        roles: WorkspaceRole::ALL.iter().map(|role| workspace_role(*role)).collect(),
        allowed: service.allowed_workspace_actions(&viewer.session, id),
        call: ApiCall::get(format!("/workspace/{id}")),
    };
    page_with(status, &page)
}
