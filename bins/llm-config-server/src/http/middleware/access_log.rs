//! The request id, the log line and the metrics of every request. Also changes two kinds of
//! responses: those to rejected CORS preflights become errors in the format of the API, and streams to
//! HTTP/1.0 clients lose their chunks.

use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderValue;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, web};
use llm_config_core::caller::Identity;
use llm_config_gateway::error::GatewayError;
use tracing::field::display;

use crate::http::connection::client_address::client_address;
use crate::http::connection::running::RunningRequest;
use crate::http::connection::unframed::unframe;
use crate::http::error::{ConditionKind, RequestError};
use crate::http::monitoring::counters::Metrics;
use crate::http::request_id::{HEADER, RequestId};
use crate::http::resource::RoutePattern;

/// Assigns the request id, lets the connection wait for the response, replaces the response to a rejected
/// preflight, sends streams to HTTP/1.0 clients without chunks, and logs and counts the response.
pub(crate) async fn log(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let started = Instant::now();
    let mut running = RunningRequest::new(&mut request);
    let id = RequestId::assign(&request);
    let method = request.method().clone();
    let response = next.call(request).await?.map_into_boxed_body();
    let mut response = unframe(running.count_body(response));
    if response.request().method() == Method::OPTIONS && response.status() == StatusCode::BAD_REQUEST {
        // The CORS middleware rejects a preflight in plain text.
        let message = GatewayError::OriginNotAllowed.message();
        let rejected = RequestError::new(ConditionKind::PreflightRejected, message);
        let rejected = rejected.respond(response.request());
        response = response.into_response(rejected);
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    let pattern = response.request().extensions().get::<RoutePattern>().cloned();
    let RoutePattern(route) = pattern.unwrap_or_else(|| RoutePattern("(none)".into()));
    let (status, took) = (response.status(), started.elapsed());
    if let Some(metrics) = response.request().app_data::<web::Data<Metrics>>() {
        metrics.count(&route, &method, status.as_u16(), took);
    }
    write_line(&Line { request: response.request(), id: &id, method: &method, route: &route, status, took });
    Ok(running.end_with(response))
}

/// What the log line of a request has.
struct Line<'a> {
    request: &'a HttpRequest,
    id: &'a RequestId,
    method: &'a Method,
    route: &'a str,
    status: StatusCode,
    took: Duration,
}

/// Writes the line: a warning if the server failed. The user and the token have a value if the request was
/// authenticated; they are ids, never names or addresses of people.
fn write_line(line: &Line<'_>) {
    let Line { request, id, method, route, status, took } = line;
    let (user, token) = match request.extensions().get::<Identity>() {
        Some(Identity::Token { id, holder }) => (Some(*holder), Some(*id)),
        Some(Identity::User(id)) => (Some(*id), None),
        Some(Identity::Operator) | None => (None, None),
    };
    let (user, token) = (user.map(display), token.map(display));
    let address = client_address(request).map(display);
    // Hundredths of a millisecond: most requests take less than one.
    let ms = (took.as_secs_f64() * 100_000.0).round() / 100.0;
    let (id, status) = (&id.0, status.as_u16());
    if status < 500 {
        tracing::info!(request_id = id, method = %method, route, status, ms, address, user, token, "request");
    } else {
        tracing::warn!(request_id = id, method = %method, route, status, ms, address, user, token, "request");
    }
}
