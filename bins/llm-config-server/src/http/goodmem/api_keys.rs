//! `/v1/apikeys`: parse, call, render.

use actix_web::{HttpRequest, HttpResponse, web};

use super::super::authenticate::session;
use super::super::{json, path};
use super::api_key_answer::{ApiKey, Created, List};
use super::authority::Lifecycle;
use super::error::{answer, body_answer};
use super::{api_key_request, list_query};
use crate::service::{ListTokens, Service};

/// `POST /v1/apikeys`
pub(super) async fn create(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let session = match session(&request, &service).await {
        Ok(session) => session,
        Err(error) => return answer(&request, error),
    };
    let body = match json::body(payload).await {
        Ok(body) => body,
        Err(error) => return body_answer(error),
    };
    let issued = match api_key_request::create(&request, &body, service.now()) {
        Ok(issue) => service.issue_token(&session, issue).await,
        Err(unfit) => Err(unfit.into()),
    };
    match issued {
        Ok(issued) => HttpResponse::Created().json(Created {
            api_key_metadata: ApiKey::of(issued.token, service.now()),
            raw_api_key: issued.text.expose(),
        }),
        Err(error) => answer(&request, error),
    }
}

/// `GET /v1/apikeys`
pub(super) async fn list(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let listed = async {
        let session = session(&request, &service).await?;
        let list_query::ApiKeys { holder, state } = list_query::api_keys(&path::query(&request))?;
        let mut tokens = service.list_tokens(&session, ListTokens { holder }).await?;
        tokens.retain(|token| state.is_none_or(|state| Lifecycle::of(token, service.now()) == state));
        Ok(tokens)
    };
    match listed.await {
        Ok(tokens) => {
            let keys = tokens.into_iter().map(|token| ApiKey::of(token, service.now())).collect();
            HttpResponse::Ok().json(List { keys, next_token: None })
        }
        Err(error) => answer(&request, error),
    }
}

/// `GET /v1/apikeys/{id}`
pub(super) async fn get(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let found = async {
        let session = session(&request, &service).await?;
        service.token(&session, path::id(&request)?).await
    };
    match found.await {
        Ok(token) => HttpResponse::Ok().json(ApiKey::of(token, service.now())),
        Err(error) => answer(&request, error),
    }
}

/// `PUT /v1/apikeys/{id}`
pub(super) async fn update(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let session = match session(&request, &service).await {
        Ok(session) => session,
        Err(error) => return answer(&request, error),
    };
    let body = match json::body(payload).await {
        Ok(body) => body,
        Err(error) => return body_answer(error),
    };
    let updated = async {
        let id = path::id(&request)?;
        service.update_token(&session, id, api_key_request::update(&request, &body)).await
    };
    match updated.await {
        Ok(token) => HttpResponse::Ok().json(ApiKey::of(token, service.now())),
        Err(error) => answer(&request, error),
    }
}

/// `DELETE /v1/apikeys/{id}`
pub(super) async fn delete(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let revoked = async {
        let session = session(&request, &service).await?;
        service.revoke_token(&session, path::id(&request)?).await
    };
    match revoked.await {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(error) => answer(&request, error),
    }
}
