//! `GET /`

use actix_web::http::header::{ACCEPT, LOCATION, VARY};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::console::address::is_served_to;
use crate::http::console::frame::{base, root};
use crate::http::docs::tags::TAG;
use crate::http::schema::error_responses::MalformedHead;

/// Redirects browsers to the console, and other clients to `/docs`.
///
/// For people who open the address of a server.
#[utoipa::path(
    get, path = "/", operation_id = "redirectToDocuments", tag = TAG, security(),
    responses((
        status = 307,
        description = "The console, if `Accept` names `text/html` and the console is served; otherwise the \
                       page that shows the documents.",
        headers(("Location" = String, description = "`/console` or `/docs`"))
    ), MalformedHead)
)]
pub(crate) async fn handle(request: HttpRequest) -> HttpResponse {
    let accepted = request.headers().get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
    let is_browser = accepted.is_some_and(|accepted| accepted.contains("text/html"));
    let page = if is_browser && is_served_to(&request) {
        base(&request)
    } else {
        format!("{}/docs", root(&request))
    };
    HttpResponse::TemporaryRedirect().insert_header((LOCATION, page)).insert_header((VARY, "Accept")).finish()
}
