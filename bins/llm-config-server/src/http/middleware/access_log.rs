//! The request id, the log line and the metrics of every request. Also replaces the response to a rejected
//! CORS preflight by an error in the format of the API.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderValue;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web;

use crate::http::error::{ConditionKind, RequestError};
use crate::http::monitoring::counters::Metrics;
use crate::http::request_id::{HEADER, RequestId};

/// Assigns the request id, replaces the response to a rejected preflight, and logs and counts the response.
pub(crate) async fn log(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let started = Instant::now();
    let id = RequestId::assign(&request);
    let method = request.method().clone();
    let mut response = next.call(request).await?.map_into_boxed_body();
    if response.request().method() == Method::OPTIONS && response.status() == StatusCode::BAD_REQUEST {
        // The CORS middleware rejects a preflight in plain text.
        let rejected = RequestError::new(
            ConditionKind::PreflightRejected,
            "this origin, method or header is not allowed",
        );
        let rejected = rejected.respond(response.request());
        response = response.into_response(rejected);
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    // The route pattern: the path and the query may contain personal data or secrets.
    let route = response.request().match_pattern().unwrap_or_else(|| "(none)".to_owned());
    let (status, took) = (response.status().as_u16(), started.elapsed());
    if let Some(metrics) = response.request().app_data::<web::Data<Metrics>>() {
        metrics.count(&route, &method, status, took);
    }
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(request_id = id.0, method = %method, route, status, ms, "request");
    Ok(response)
}
