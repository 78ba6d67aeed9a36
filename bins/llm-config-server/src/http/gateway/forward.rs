//! Forwards a call.

use std::pin::pin;
use std::time::Duration;

use actix_web::body::{BodyStream, SizedStream};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use http::HeaderMap;
use llm_config_gateway::error::{BodyFault, GatewayError};
use llm_config_gateway::headers::{self, GatewayRoute, check_body_type, passes_to_provider};
use llm_config_gateway::{CallRoute, Dialect};
use llm_config_service::{Answer, AnswerBody, AnswerStream, CallFailure, IncomingCall, Service, StreamCut};

use super::client_wait::{client_closed, while_client_waits};
use super::target::{NamedIn, Query, gemini_version, path_model};
use super::{auth, body, client_retry, error};

/// How long a stream that has broken off stays open. When a body fails, the HTTP library drops what it has
/// not written yet, which is the frame that says what happened.
const TIME_TO_WRITE: Duration = Duration::from_millis(100);

// Names of headers of every answer, parsed once.
const SOURCE: HeaderName = HeaderName::from_static(headers::SOURCE);
const CONFIG_ID: HeaderName = HeaderName::from_static(headers::CONFIG_ID);
const UPSTREAM_REQUEST_ID: HeaderName = HeaderName::from_static(headers::UPSTREAM_REQUEST_ID);

/// The answer to a call of a model, in the form of its dialect, whatever happens.
pub(super) async fn respond(
    request: HttpRequest,
    payload: Payload,
    route: CallRoute,
    naming: NamedIn,
) -> HttpResponse {
    match forward(&request, payload, route, naming).await {
        Ok(response) => response,
        Err(failure) => error::respond(&request, route.dialect(), &failure),
    }
}

async fn forward(
    request: &HttpRequest,
    payload: Payload,
    route: CallRoute,
    naming: NamedIn,
) -> Result<HttpResponse, CallFailure> {
    let service = request.app_data::<Data<Service>>().ok_or(GatewayError::Internal)?;
    let mut session = auth::session(request, service).await?;
    let Query { wants_events, is_beta, page: _ } = Query::read(request, GatewayRoute::Call(route))?;
    for (name, fault) in
        [(CONTENT_TYPE, BodyFault::ContentType), (CONTENT_ENCODING, BodyFault::ContentEncoding)]
    {
        // The provider would get all lines as one value, which was not checked.
        if request.headers().get_all(name).nth(1).is_some() {
            return Err(GatewayError::InvalidBody(fault).into());
        }
    }
    check_body_type(text(request, &CONTENT_TYPE), text(request, &CONTENT_ENCODING))?;
    let naming = naming.config_naming(request)?;
    let path_model = if route.has_model_in_path() {
        Some(path_model(request, &format!(":{}", route.as_str()))?)
    } else {
        None
    };
    if client_retry::is_repeated(request.headers()) {
        service.call_metrics().count_client_retry();
    }
    let mut slot = service.begin_call(&session, route.dialect(), naming)?;
    let cut = slot.cut_signal();
    let body = cut.limit_unsent(pin!(body::read(request, payload, &mut slot))).await.flatten();
    let body = body.map_err(|error| service.not_begun(&session, route.dialect(), naming, error))?;
    // The client decides how long a body takes, and a token may be revoked meanwhile.
    if !service.is_current(&session) {
        session = auth::session(request, service).await?;
    }
    let call = IncomingCall {
        route,
        naming,
        path_model,
        version: gemini_version(request),
        wants_events,
        is_beta,
        headers: passing_headers(request, route.dialect()),
        body,
    };
    let call = Box::pin(service.call(&session, slot, call));
    match while_client_waits(request, call).await {
        Some(answer) => Ok(response(answer?)),
        None => Ok(client_closed()),
    }
}

fn text<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name).map(|value| value.to_str().unwrap_or_default())
}

/// The headers of the client that pass to the provider. Several lines of one name become one.
fn passing_headers(request: &HttpRequest, dialect: Dialect) -> HeaderMap {
    let mut passing = HeaderMap::new();
    for (name, line) in
        request.headers().iter().filter(|(name, _)| passes_to_provider(dialect, name.as_str()))
    {
        // actix has the header types of http 0.2, egress those of http 1;
        // what one accepts the other does too.
        let Ok(name) = http::HeaderName::from_bytes(name.as_str().as_bytes()) else { continue };
        let value = match passing.get(&name) {
            Some(before) => {
                http::HeaderValue::from_bytes(&[before.as_bytes(), b", ", line.as_bytes()].concat())
            }
            None => http::HeaderValue::from_bytes(line.as_bytes()),
        };
        if let Ok(value) = value {
            passing.insert(name, value);
        }
    }
    passing
}

/// The response with an answer of a provider.
pub(super) fn response(answer: Answer) -> HttpResponse {
    let Answer { config, added, status, headers: passing, upstream_request_id, is_final, body } = answer;
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY));
    for (name, value) in &passing {
        // As in `passing_headers`, from the types of http 1 to those of http 0.2.
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            response.append_header((name, value));
        }
    }
    response
        .insert_header((SOURCE, HeaderValue::from_static(headers::SOURCE_UPSTREAM)))
        .insert_header((CONFIG_ID, config.to_string()));
    if !added.is_empty() {
        response.insert_header((headers::ADDED, added.join(",")));
    }
    if let Some(id) = upstream_request_id {
        response.insert_header((UPSTREAM_REQUEST_ID, id));
    }
    if is_final {
        response.insert_header((headers::SHOULD_RETRY, "false"));
    }
    match body {
        AnswerBody::Whole(bytes) => response.body(bytes),
        AnswerBody::Stream { stream, length: Some(length) } => {
            response.body(SizedStream::new(length, parts(stream)))
        }
        AnswerBody::Stream { stream, length: None } => {
            // Proxies in front must not wait for more.
            response
                .insert_header((CACHE_CONTROL, "no-cache, no-store"))
                .insert_header(("x-accel-buffering", "no"))
                .body(BodyStream::new(parts(stream)))
        }
    }
}

fn parts(
    stream: Box<AnswerStream>,
) -> impl futures_util::Stream<Item = Result<bytes::Bytes, StreamCut>> + 'static {
    stream::unfold(stream, |mut stream| async move {
        let part = stream.next().await?;
        if part.is_err() {
            tokio::time::sleep(TIME_TO_WRITE).await;
        }
        Some((part, stream))
    })
}
