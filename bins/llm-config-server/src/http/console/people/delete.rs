//! The page that asks before a person is deleted, and the deletion.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::id::PrincipalId;
use llm_config_service::Service;

use crate::http::console::api_call::ApiCall;
use crate::http::console::browser::Viewer;
use crate::http::console::form::Submission;
use crate::http::console::frame::{Frame, Section, base};
use crate::http::console::link;
use crate::http::console::notice::Notice;
use crate::http::console::page::{page, see_other};
use crate::http::error::RequestError;

#[derive(Template)]
#[template(path = "console/people/delete.html")]
struct DeletePage {
    frame: Frame,
    id: PrincipalId,
    name: String,
    call: ApiCall,
}

/// Shows what will be deleted.
pub(crate) async fn ask(
    request: HttpRequest,
    viewer: Viewer,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let id: PrincipalId = link::id(&request, "id")?;
    let found = service.user(&viewer.session, id).await?;
    page(&DeletePage {
        frame: Frame::new(&request, Section::People),
        id,
        name: found.email.to_string(),
        call: ApiCall { method: "DELETE", path: format!("/organization/users/{id}"), body: None },
    })
}

/// Deletes the person.
pub(crate) async fn delete(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form: _ }: Submission,
) -> Result<HttpResponse, RequestError> {
    let id: PrincipalId = link::id(&request, "id")?;
    service.delete_user(&viewer.session, id).await?;
    Ok(see_other(&request, &Notice::PersonDeleted.on(&format!("{}/people", base(&request)))))
}
