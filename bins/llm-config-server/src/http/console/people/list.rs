//! The list of people.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_service::Service;

use crate::http::console::api_call::ApiCall;
use crate::http::console::browser::Viewer;
use crate::http::console::frame::{Frame, Section};
use crate::http::console::link::Query;
use crate::http::console::page::page;
use crate::http::console::words::org_role;
use crate::http::error::RequestError;

/// The most people of a page.
const LIMIT: usize = 50;

#[derive(Template)]
#[template(path = "console/people/list.html")]
struct PeoplePage {
    frame: Frame,
    people: Vec<PersonRow>,
    /// The text to search for.
    text: String,
    /// How many people match.
    found: usize,
    may_create: bool,
    /// The number of the page, from 1.
    number: usize,
    has_next: bool,
    call: ApiCall,
}

struct PersonRow {
    id: String,
    name: String,
    email: String,
    role: &'static str,
}

/// Shows the people whom the person may see, by e-mail address.
pub(crate) async fn handle(
    request: HttpRequest,
    viewer: Viewer,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let query = Query::from_request(&request);
    let text = query.value("q").unwrap_or_default().to_owned();
    let number: usize = query.value("page").and_then(|number| number.parse().ok()).unwrap_or(1).max(1);
    let wanted = text.to_lowercase();
    let people = service.list_users(&viewer.session).await?.into_iter().map(|user| PersonRow {
        id: user.id.to_string(),
        name: format!("{} {}", user.first_name, user.last_name),
        email: user.email.to_string(),
        role: org_role(user.role).label,
    });
    let matches = |person: &PersonRow| {
        person.email.to_lowercase().contains(&wanted) || person.name.to_lowercase().contains(&wanted)
    };
    let people: Vec<_> = people.filter(matches).collect();
    let found = people.len();
    let before = (number - 1).saturating_mul(LIMIT);
    page(&PeoplePage {
        frame: Frame::new(&request, Section::People),
        people: people.into_iter().skip(before).take(LIMIT).collect(),
        text,
        found,
        may_create: !service.creatable_roles(&viewer.session).is_empty(),
        number,
        has_next: found > before.saturating_add(LIMIT),
        call: ApiCall::get("/organization/users"),
    })
}
