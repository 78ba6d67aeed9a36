//! Handlers that do not return `Result` yet.

use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_service::{Service, Session};
use zeroize::Zeroizing;

use crate::http::auth;
use crate::http::body::read_bytes;
use crate::http::error::RequestError;

pub(crate) async fn session(request: &HttpRequest, _: &Service) -> Result<Session, RequestError> {
    auth::session(request).await
}

pub(crate) async fn session_and_body(
    request: &HttpRequest,
    service: &Service,
    payload: web::Payload,
) -> Result<(Session, Zeroizing<Vec<u8>>), RequestError> {
    session(request, service).await?;
    let body = read_bytes(payload.into_inner()).await?;
    Ok((session(request, service).await?, body))
}

pub(crate) fn answer(request: &HttpRequest, error: RequestError) -> HttpResponse {
    let response = error.respond(request);
    drop(error);
    response
}
