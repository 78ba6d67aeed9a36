//! Unknown paths, and methods that a known path does not have.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};

use crate::http::error::{ConditionKind, RequestError};

/// The response to an unknown path: 404.
pub(crate) async fn unknown_path(request: HttpRequest) -> HttpResponse {
    RequestError::new(ConditionKind::NotFound, "not found: this server has no such path").respond(&request)
}

/// The response to a method that the path does not have: 405, with its methods in `Allow`.
pub(crate) fn unknown_method(request: &HttpRequest, allowed: &[Method]) -> HttpResponse {
    let message = format!("method not allowed: {} allowed here", listed(allowed));
    let mut response = RequestError::new(ConditionKind::UnknownMethod, message).respond(request);
    let names: Vec<&str> = allowed.iter().map(Method::as_str).collect();
    if let Ok(allowed) = HeaderValue::from_str(&names.join(", ")) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}

/// The methods and a verb, such as `GET, PUT and DELETE are`. Without `HEAD`, which is allowed
/// wherever `GET` is.
fn listed(methods: &[Method]) -> String {
    let names = methods.iter().filter(|method| **method != Method::HEAD).map(Method::as_str);
    let names: Vec<&str> = names.collect();
    match names.split_last() {
        Some((last, [])) => format!("only {last} is"),
        Some((last, others)) => format!("{} and {last} are", others.join(", ")),
        None => "no method is".to_owned(),
    }
}
