//! Headers of every response that keep caches from storing it and browsers from guessing its type.

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS};
use actix_web::middleware::Next;

use crate::http::resource::RoutePattern;
use crate::http::routes;

/// Adds the headers. Wraps all other middleware, so that their responses have the headers too.
pub(crate) async fn protect(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut response = next.call(request).await?;
    // The documentation is the same for every client. An error on one of its paths is not documentation.
    let is_documentation = response.status().is_success()
        && response
            .request()
            .extensions()
            .get::<RoutePattern>()
            .is_some_and(|RoutePattern(pattern)| routes::documentation().any(|path| *path == **pattern));
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !is_documentation {
        // Caches do not know that `x-api-key` authenticates: without this header, a shared cache may
        // return one tenant's response to another.
        if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        // Appended: the CORS middleware sets the header too, and several lines are one list.
        headers.append(VARY, HeaderValue::from_static("Authorization, X-Api-Key, X-Goog-Api-Key, Api-Key"));
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use actix_web::http::{Method, StatusCode};
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, HttpResponse, web};

    use super::*;
    use crate::http::middleware::access_log::log;
    use crate::http::resource::{MethodRoute, resource};

    async fn panics() -> HttpResponse {
        panic!("a handler that panics")
    }

    #[actix_web::test]
    async fn response_after_panic_carries_the_headers() {
        let app = App::new().wrap(from_fn(log)).wrap(from_fn(protect)).service(resource(
            "/v1/llms",
            "",
            vec![MethodRoute::new(Method::GET, web::to(panics))],
        ));
        let app = init_service(app).await;
        let response = call_service(&app, TestRequest::get().uri("/v1/llms").to_request()).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers().get(CACHE_CONTROL).unwrap(), "no-store");
        assert_eq!(response.headers().get(X_CONTENT_TYPE_OPTIONS).unwrap(), "nosniff");
        assert_eq!(
            response.headers().get(VARY).unwrap(),
            "Authorization, X-Api-Key, X-Goog-Api-Key, Api-Key"
        );
    }
}
