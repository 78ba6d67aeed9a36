//! Answers outside of any route: unknown paths, and methods that a known path does not have.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use super::{flashback, goodmem};

/// 404 in the words of the API whose path it would be.
pub(super) async fn path(request: HttpRequest) -> HttpResponse {
    answer(&request, StatusCode::NOT_FOUND, "there is nothing at this path")
}

/// 405, likewise, with the methods that the path has.
pub(super) fn method(request: &HttpRequest, allowed: &str) -> HttpResponse {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let mut answer = answer(request, status, "this path does not have this method");
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        answer.headers_mut().insert(ALLOW, allowed);
    }
    answer
}

/// Everything outside of `/v1` and `/llm-config` speaks like `/ai/llm`.
pub(super) fn answer(request: &HttpRequest, status: StatusCode, message: &str) -> HttpResponse {
    let is_below = |root: &str| {
        request.path().strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if is_below("/v1") || is_below("/llm-config") {
        goodmem::answer(status, message)
    } else {
        flashback::answer(status, message)
    }
}
