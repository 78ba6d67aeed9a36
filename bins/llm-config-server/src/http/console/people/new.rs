//! The form for a new person.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::access::OrgRole;
use llm_config_core::field::FieldErrors;
use llm_config_service::{Conflict, CreateUser, Error, Service};
use serde_json::json;

use crate::http::console::api_call::ApiCall;
use crate::http::console::browser::Viewer;
use crate::http::console::form::{FormView, PostedForm, Submission, field_errors};
use crate::http::console::frame::{Frame, Section, base};
use crate::http::console::notice::Notice;
use crate::http::console::page::{page_with, see_other};
use crate::http::console::words::{Choice, org_role};
use crate::http::error::RequestError;

const LABELS: &[(&str, &str)] =
    &[("email", "E-mail"), ("first-name", "First name"), ("last-name", "Last name"), ("role", "Role")];

#[derive(Template)]
#[template(path = "console/people/new.html")]
struct NewPersonPage {
    frame: Frame,
    form: FormView,
    /// The roles that the person may give.
    roles: Vec<Choice>,
    call: ApiCall,
}

/// Shows the form.
pub(crate) async fn form(
    request: HttpRequest,
    viewer: Viewer,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let form = FormView::new(LABELS, [("role", OrgRole::User.as_str().to_owned())]);
    page_with(StatusCode::OK, &new_page(&request, &service, &viewer, form))
}

/// Adds the person.
pub(crate) async fn create(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form }: Submission,
) -> Result<HttpResponse, RequestError> {
    let created = match read(&form) {
        Ok(new) => service.create_user(&viewer.session, new).await,
        Err(errors) => Err(errors.into()),
    };
    let errors = match created {
        Ok(user) => {
            let location = format!("{}/people/{}", base(&request), user.id);
            return Ok(see_other(&request, &Notice::PersonCreated.on(&location)));
        }
        Err(Error::Conflict(Conflict::UserEmail)) => {
            FieldErrors::one("email", "is the address of a person who has an account already")
        }
        Err(other) => field_errors(other)?,
    };
    let form = FormView::from_posted(LABELS, &form, errors);
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &new_page(&request, &service, &viewer, form))
}

fn new_page(request: &HttpRequest, service: &Service, viewer: &Viewer, form: FormView) -> NewPersonPage {
    NewPersonPage {
        frame: Frame::new(request, Section::People),
        form,
        roles: service.creatable_roles(&viewer.session).into_iter().map(org_role).collect(),
        call: ApiCall {
            method: "POST",
            path: "/organization/users".to_owned(),
            body: Some(json!({
                "email": "ada@example.com", "firstName": "Ada", "lastName": "Lovelace", "role": 0
            })),
        },
    }
}

pub(crate) fn read(form: &PostedForm) -> Result<CreateUser, FieldErrors<String>> {
    let mut errors = FieldErrors::<String>::default();
    let email = form.value("email").trim().parse().map_err(|error| errors.add("email", error));
    let first_name = form.value("first-name").trim().parse().map_err(|error| errors.add("first-name", error));
    let last_name = form.value("last-name").trim().parse().map_err(|error| errors.add("last-name", error));
    let role = form.value("role").parse().map_err(|error| errors.add("role", error));
    match (email, first_name, last_name, role) {
        (Ok(email), Ok(first_name), Ok(last_name), Ok(role)) => {
            Ok(CreateUser { email, username: None, first_name, last_name, role })
        }
        _ => Err(errors),
    }
}
