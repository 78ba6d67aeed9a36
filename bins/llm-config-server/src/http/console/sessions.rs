//! The sessions of browsers: where a person is signed in, and the end of one or of all.

use std::cmp::Reverse;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::id::PrincipalId;
use llm_config_service::{BrowserSession, Service, SignInMethod};

use super::browser::Viewer;
use super::form::Submission;
use super::frame::{Frame, Section, base};
use super::link;
use super::login::signed_out;
use super::notice::Notice;
use super::page::{page, see_other};
use crate::http::error::RequestError;

#[derive(Template)]
#[template(path = "console/sessions.html")]
struct SessionsPage {
    frame: Frame,
    sessions: Vec<BrowserSession>,
    /// The person whose sessions these are; `None` for the one who looks at them.
    other: Option<String>,
    user: PrincipalId,
}

/// Shows the person's own sessions.
pub(crate) async fn own(
    request: HttpRequest,
    viewer: Viewer,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let sessions = last_used_first(service.list_browser_sessions(&viewer.session, None).await?);
    let frame = Frame::new(&request, Section::Account);
    page(&SessionsPage { frame, sessions, other: None, user: viewer.user.id })
}

/// Shows the sessions of another person.
pub(crate) async fn sessions_of_person(
    request: HttpRequest,
    viewer: Viewer,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let id: PrincipalId = link::id(&request, "id")?;
    let person = service.user(&viewer.session, id).await?;
    let sessions = last_used_first(service.list_browser_sessions(&viewer.session, Some(id)).await?);
    let frame = Frame::new(&request, Section::People);
    page(&SessionsPage { frame, sessions, other: Some(person.email.to_string()), user: id })
}

fn last_used_first(mut sessions: Vec<BrowserSession>) -> Vec<BrowserSession> {
    sessions.sort_by_key(|session| Reverse(session.last_seen_at));
    sessions
}

/// Ends one session.
pub(crate) async fn end(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form }: Submission,
) -> Result<HttpResponse, RequestError> {
    let id = link::id(&request, "id")?;
    service.end_browser_session(&viewer.session, id).await?;
    if id == viewer.browser.id {
        return Ok(signed_out(&request));
    }
    let list = match form.value("person").parse::<PrincipalId>() {
        Ok(person) => format!("{}/people/{person}/sessions", base(&request)),
        Err(_) => format!("{}/sessions", base(&request)),
    };
    Ok(see_other(&request, &Notice::SessionEnded.on(&list)))
}

/// Ends all sessions of a person.
pub(crate) async fn end_all(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form: _ }: Submission,
) -> Result<HttpResponse, RequestError> {
    let id: PrincipalId = link::id(&request, "id")?;
    service.sign_out_everywhere(&viewer.session, id).await?;
    if id == viewer.user.id {
        return Ok(signed_out(&request));
    }
    Ok(see_other(&request, &Notice::SessionEnded.on(&format!("{}/people/{id}/sessions", base(&request)))))
}
