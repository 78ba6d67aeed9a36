//! One id and one log line for every request, and its metrics.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderValue;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web;

use crate::http::error::{Kind, RequestError};
use crate::http::monitoring::counters::Metrics;
use crate::http::request_id::{HEADER, RequestId};

/// Assigns the request id, and logs and counts the response.
pub(crate) async fn log(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let started = Instant::now();
    let id = RequestId::assign(&request);
    let method = request.method().clone();
    let mut response = next.call(request).await?.map_into_boxed_body();
    if response.request().method() == Method::OPTIONS && response.status() == StatusCode::BAD_REQUEST {
        // The CORS middleware refuses a preflight in plain text; answer in the format of the APIs.
        let refused = RequestError::new(Kind::Denied, "this origin, method or header is not allowed");
        let refused = refused.respond(response.request());
        response = response.into_response(refused);
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    // The pattern, not the path: a path may hold an e-mail address, a query anything.
    let route = response.request().match_pattern().unwrap_or_else(|| "(none)".to_owned());
    let (status, took) = (response.status().as_u16(), started.elapsed());
    if let Some(metrics) = response.request().app_data::<web::Data<Metrics>>() {
        metrics.count(&route, &method, status, took);
    }
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(request_id = id.0, method = %method, route, status, ms, "request");
    Ok(response)
}
