//! Responses of the console: pages, parts of pages, and redirects after a change.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, LOCATION, VARY};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::http::error::{ConditionKind, RequestError};

/// The header by which htmx names its requests.
const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");

/// The header that makes htmx load another page.
const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");

/// Whether a script of the page sent the request, to replace a part of the page.
pub(crate) fn is_from_htmx(request: &HttpRequest) -> bool {
    request.headers().get(HX_REQUEST).is_some_and(|value| value == "true")
}

/// The response with a page, or with a part of one.
pub(crate) fn page(template: &impl Template) -> Result<HttpResponse, RequestError> {
    page_with(StatusCode::OK, template)
}

/// The response with a page and another status.
pub(crate) fn page_with(status: StatusCode, template: &impl Template) -> Result<HttpResponse, RequestError> {
    let html = template.render().map_err(|error| {
        tracing::error!(%error, "a page cannot be rendered");
        RequestError::new(
            ConditionKind::Internal,
            "the page cannot be rendered; the server's log has the details",
        )
    })?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((VARY, HeaderValue::from_static("HX-Request")))
        .body(html))
}

/// The response after a change: the browser loads the page at `location`.
pub(crate) fn see_other(request: &HttpRequest, location: &str) -> HttpResponse {
    if is_from_htmx(request) {
        return HttpResponse::Ok().insert_header((HX_REDIRECT, location)).finish();
    }
    HttpResponse::SeeOther().insert_header((LOCATION, location)).finish()
}
