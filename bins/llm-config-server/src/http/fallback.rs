//! Unknown paths, and methods that a known path does not have.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::header::{ALLOW, HeaderValue};

use crate::http::error::{ConditionKind, RequestError};

/// The response to an unknown path: 404.
pub(crate) async fn unknown_path(request: HttpRequest) -> HttpResponse {
    RequestError::new(ConditionKind::NotFound, "there is nothing at this path").respond(&request)
}

/// The response to a method that the path does not have: 405, with its methods in `Allow`.
pub(crate) fn unknown_method(request: &HttpRequest, allowed: &str) -> HttpResponse {
    let error = RequestError::new(ConditionKind::UnknownMethod, "this path does not have this method");
    let mut response = error.respond(request);
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}
