//! Unknown paths, and methods that a known path does not have.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::header::{ALLOW, HeaderValue};

use crate::http::error::{Kind, RequestError};

/// 404 for a path that no route has.
pub(crate) async fn unknown_path(request: HttpRequest) -> HttpResponse {
    RequestError::new(Kind::NotFound, "there is nothing at this path").respond(&request)
}

/// 405 with the methods that the path has.
pub(crate) fn unknown_method(request: &HttpRequest, allowed: &str) -> HttpResponse {
    let error = RequestError::new(Kind::UnknownMethod, "this path does not have this method");
    let mut response = error.respond(request);
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}
