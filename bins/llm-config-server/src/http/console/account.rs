//! The person's own account: who they are, their rights, and the preferences of this browser.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_service::User;

use super::address::ConsoleAddress;
use super::api_call::ApiCall;
use super::browser::Viewer;
use super::form::Submission;
use super::frame::{Frame, Section, base};
use super::notice::Notice;
use super::page::{page, see_other};
use super::preferences::{Preferences, Theme};
use super::words::{Choice, org_role};
use crate::http::error::RequestError;

#[derive(Template)]
#[template(path = "console/account.html")]
struct AccountPage {
    frame: Frame,
    user: User,
    role: Choice,
    call: ApiCall,
}

/// Shows the account.
pub(crate) async fn show(request: HttpRequest, viewer: Viewer) -> Result<HttpResponse, RequestError> {
    let frame = Frame::new(&request, Section::Account);
    page(&AccountPage {
        frame,
        role: org_role(viewer.user.role),
        user: viewer.user,
        call: ApiCall::get("/v1/users/me"),
    })
}

/// Keeps the preferences in the browser.
pub(crate) async fn save_preferences(
    request: HttpRequest,
    address: Data<ConsoleAddress>,
    Submission { viewer: _, form }: Submission,
) -> Result<HttpResponse, RequestError> {
    let preferences = Preferences {
        theme: Theme::from_name(form.value("theme")).unwrap_or_default(),
        search_key: form.is_ticked("search-key"),
        check_while_typing: form.is_ticked("check-while-typing"),
    };
    let account = format!("{}/account", base(&request));
    let mut response = see_other(&request, &Notice::PreferencesSaved.on(&account));
    // The value has letters, digits and full stops only, so it is always valid.
    let _ = response.add_cookie(&preferences.cookie(address.has_tls()));
    Ok(response)
}
