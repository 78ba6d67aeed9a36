//! A person: name, role, workspaces, and the way to their tokens and sessions.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::field::FieldErrors;
use llm_config_core::id::PrincipalId;
use llm_config_service::{AllowedUserActions, Error, Parsed, Service, UpdateUser, User, UserDetails};

use crate::http::console::api_call::ApiCall;
use crate::http::console::browser::Viewer;
use crate::http::console::form::{FormView, PostedForm, Submission, field_errors};
use crate::http::console::frame::{Frame, Section, base};
use crate::http::console::link;
use crate::http::console::notice::Notice;
use crate::http::console::page::{page_with, see_other};
use crate::http::console::words::{Choice, org_role, workspace_role};
use crate::http::error::RequestError;

const LABELS: &[(&str, &str)] = &[("first-name", "First name"), ("last-name", "Last name"), ("role", "Role")];

#[derive(Template)]
#[template(path = "console/people/show.html")]
struct PersonPage {
    frame: Frame,
    user: User,
    role: Choice,
    form: FormView,
    roles: Vec<Choice>,
    /// What only those who may list the person's tokens and configurations see.
    details: Option<Details>,
    may_update: bool,
    may_delete: bool,
    call: ApiCall,
}

struct Details {
    /// The name, the id and the person's role of each workspace.
    workspaces: Vec<(String, String, Choice)>,
    tokens: usize,
    configs: i64,
}

/// Shows the person.
pub(crate) async fn handle(
    request: HttpRequest,
    viewer: Viewer,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let id = link::id(&request, "id")?;
    person_page(&request, &viewer, &service, id, None).await
}

/// Changes the name or the role.
pub(crate) async fn update(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form }: Submission,
) -> Result<HttpResponse, RequestError> {
    let id: PrincipalId = link::id(&request, "id")?;
    match service.update_user(&viewer.session, id, read(&form)).await {
        Ok(_) => Ok(see_other(&request, &Notice::PersonSaved.on(&format!("{}/people/{id}", base(&request))))),
        Err(error) => {
            let form = FormView::from_posted(LABELS, &form, field_errors(error)?);
            person_page(&request, &viewer, &service, id, Some(form)).await
        }
    }
}

async fn person_page(
    request: &HttpRequest,
    viewer: &Viewer,
    service: &Service,
    id: PrincipalId,
    refused: Option<FormView>,
) -> Result<HttpResponse, RequestError> {
    let user = service.user(&viewer.session, id).await?;
    let details = match service.user_details(&viewer.session, id).await {
        Ok(UserDetails { user: _, workspaces, tokens, configurations }) => Some(Details {
            workspaces: workspaces
                .into_iter()
                .map(|(found, role)| (found.name.to_string(), found.id.to_string(), workspace_role(role)))
                .collect(),
            tokens,
            configs: configurations,
        }),
        Err(Error::Denied(_)) => None,
        Err(other) => return Err(other.into()),
    };
    let AllowedUserActions { update, delete, roles } = service.allowed_user_actions(&viewer.session, &user);
    let values = [
        ("first-name", user.first_name.to_string()),
        ("last-name", user.last_name.to_string()),
        ("role", user.role.as_str().to_owned()),
    ];
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = PersonPage {
        frame: Frame::new(request, Section::People),
        role: org_role(user.role),
        form: refused.unwrap_or_else(|| FormView::new(LABELS, values)),
        roles: roles.into_iter().map(org_role).collect(),
        details,
        may_update: update,
        may_delete: delete,
        call: ApiCall::get(format!("/organization/users/{id}")),
        user,
    };
    page_with(status, &page)
}

/// The change. A role that the form does not have stays.
pub(crate) fn read(form: &PostedForm) -> Parsed<UpdateUser> {
    let mut errors = FieldErrors::<String>::default();
    let first_name = form.value("first-name").trim().parse().map_err(|error| errors.add("first-name", error));
    let last_name = form.value("last-name").trim().parse().map_err(|error| errors.add("last-name", error));
    let role = form.filled("role").map(|role| role.parse().map_err(|error| errors.add("role", error)));
    match (first_name, last_name, role.transpose()) {
        (Ok(first_name), Ok(last_name), Ok(role)) => {
            Ok(UpdateUser { first_name: Some(first_name), last_name: Some(last_name), role })
        }
        _ => Err(errors),
    }
}
