//! Errors as pages, or as a paragraph where a script asked for a part of a page.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use askama::Template;
use llm_config_core::field::Field;

use super::PATH;
use super::frame::Frame;
use super::page::{is_from_htmx, page_with};
use crate::http::error::{Condition, ConditionKind, ErrorFormat, request_id};

/// The headers that decide which part of a response htmx shows, and where.
const HX_RESELECT: HeaderName = HeaderName::from_static("hx-reselect");
const HX_RESWAP: HeaderName = HeaderName::from_static("hx-reswap");

/// The most field errors that a page lists.
const LISTED_ERRORS: usize = 20;

/// The format of the console.
pub(crate) static FORMAT: ConsoleFormat = ConsoleFormat;

/// The format of the console.
pub(crate) struct ConsoleFormat;

/// A page about an error.
#[derive(Template)]
#[template(path = "console/failure.html")]
struct FailurePage<'a> {
    frame: Frame,
    title: &'a str,
    message: &'a str,
    request_id: &'a str,
    /// Whether the person must sign in again.
    must_sign_in: bool,
}

/// The same where a script asked for a part of a page.
#[derive(Template)]
#[template(path = "console/failure.html", block = "content")]
struct FailurePart<'a> {
    frame: Frame,
    title: &'a str,
    message: &'a str,
    request_id: &'a str,
    must_sign_in: bool,
}

impl ErrorFormat for ConsoleFormat {
    fn status(&self, kind: ConditionKind) -> StatusCode {
        kind.status()
    }

    fn field_name(&self, field: Field) -> &'static str {
        field.as_str()
    }

    fn write(
        &self,
        mut response: HttpResponseBuilder,
        condition: &Condition,
        request: &HttpRequest,
    ) -> HttpResponse {
        let is_signed_out = condition.kind == ConditionKind::Unauthenticated;
        let must_sign_in = is_signed_out || condition.kind == ConditionKind::SignInTooOld;
        if is_signed_out && request.method().is_safe() && !is_from_htmx(request) {
            return to_sign_in(request);
        }
        let response = response.finish();
        let status = response.status();
        let title = title(condition.kind);
        let message = if is_signed_out {
            "Your session has ended. Nothing was changed.".to_owned()
        } else {
            sentence(&condition.sentence(LISTED_ERRORS))
        };
        let (frame, request_id) = (Frame::new(request, None), request_id(request));
        let (message, request_id) = (message.as_str(), request_id.as_str());
        let rendered = if is_from_htmx(request) {
            page_with(status, &FailurePart { frame, title, message, request_id, must_sign_in })
        } else {
            page_with(status, &FailurePage { frame, title, message, request_id, must_sign_in })
        };
        let mut rendered = rendered.unwrap_or_else(|_| HttpResponse::new(status));
        if is_from_htmx(request) {
            // Whatever part of the response the page asked for, it shows this one, inside its target.
            rendered.headers_mut().insert(HX_RESELECT, HeaderValue::from_static("[role=alert]"));
            rendered.headers_mut().insert(HX_RESWAP, HeaderValue::from_static("innerHTML"));
        }
        if let Some(wait) = response.headers().get(RETRY_AFTER) {
            rendered.headers_mut().insert(RETRY_AFTER, wait.clone());
        }
        rendered
    }
}

/// The way to the page where the person signs in, and back.
fn to_sign_in(request: &HttpRequest) -> HttpResponse {
    let page = request.uri().path_and_query().map_or("", |target| target.as_str());
    let page = page.strip_prefix(PATH).unwrap_or_default();
    HttpResponse::SeeOther().insert_header((LOCATION, Frame::new(request, None).sign_in(page))).finish()
}

const fn title(kind: ConditionKind) -> &'static str {
    match kind {
        ConditionKind::Invalid => "The request is not valid",
        ConditionKind::TooLarge => "The request is too large",
        ConditionKind::TooSlow => "The request took too long to arrive",
        ConditionKind::Unauthenticated => "Sign in again",
        ConditionKind::SignInTooOld => "Sign in again for this",
        ConditionKind::Denied | ConditionKind::PreflightRejected => "You may not do this",
        ConditionKind::NotFound => "There is no such page",
        ConditionKind::UnknownMethod => "This page does not take such a request",
        ConditionKind::Duplicate => "It exists already",
        ConditionKind::Blocked => "It is still in use",
        ConditionKind::Stale => "It was changed meanwhile",
        ConditionKind::TooMany => "Too many requests",
        ConditionKind::QuotaReached => "A quota is used up",
        ConditionKind::Unavailable => "The registry is unavailable",
        ConditionKind::Internal => "Something went wrong in the server",
    }
}

/// The text with a capital letter and a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
