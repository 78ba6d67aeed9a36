//! One log line and one id for every request, and an answer even where a handler panicked.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, web};
use futures_util::FutureExt;

use super::failure::internal_error;
use super::metrics::Metrics;
use super::unknown;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the client's own if it is short and plain, else a fresh one.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) String);

impl RequestId {
    fn of(request: &ServiceRequest) -> Self {
        let is_plain = |id: &&str| {
            (1..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        let given = request.headers().get(HEADER).and_then(|it| it.to_str().ok()).filter(is_plain);
        Self(given.map_or_else(fresh, str::to_owned))
    }

    /// The id that the middleware gave to this request.
    pub(super) fn current(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }

    /// That id; empty outside of the middleware.
    pub(super) fn text(request: &HttpRequest) -> String {
        Self::current(request).map(|id| id.0).unwrap_or_default()
    }
}

#[expect(clippy::disallowed_methods, reason = "a request's id is not stored and nothing depends on it")]
fn fresh() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Wraps every request.
pub(super) async fn request(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let started = Instant::now();
    let id = RequestId::of(&request);
    request.extensions_mut().insert(id.clone());
    let method = request.method().clone();
    let mut response = next.call(request).await?.map_into_boxed_body();
    if response.request().method() == Method::OPTIONS && response.status() == StatusCode::BAD_REQUEST {
        // A preflight that was refused, in the words of the middleware that refused it.
        let message = "this origin, method or header is not allowed";
        let answer = unknown::answer(response.request(), StatusCode::FORBIDDEN, message);
        response = response.into_response(answer);
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    // The pattern, not the path: a path may hold an e-mail address, a query anything.
    let route = response.request().match_pattern().unwrap_or_else(|| "(none)".to_owned());
    let (status, took) = (response.status().as_u16(), started.elapsed());
    if let Some(metrics) = response.request().app_data::<web::Data<Metrics>>() {
        metrics.answered(&route, &method, status, took);
    }
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(request_id = id.0, method = %method, route, status, ms, "request");
    Ok(response)
}

/// Answers where a handler panics; otherwise the connection would just close.
///
/// Wraps resources, not the application: a request that is still being routed cannot be kept.
pub(super) async fn panics(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let http = request.request().clone();
    if let Ok(answer) = AssertUnwindSafe(next.call(request)).catch_unwind().await {
        return answer.map(ServiceResponse::map_into_left_body);
    }
    let message = internal_error(&RequestId::text(&http));
    let answer = unknown::answer(&http, StatusCode::INTERNAL_SERVER_ERROR, &message);
    Ok(ServiceResponse::new(http, answer).map_into_right_body())
}
