//! `/v1/apikeys`: parse, call, render.

use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_service::{ListTokens, Service};

use super::api_key_answer::{ApiKey, Created, List};
use super::authority::Lifecycle;
use super::request_schema::{ApiKeyFilters, ById, CreateApiKeyRequest, UpdateApiKeyRequest};
use super::{api_key_request, list_query, tags as openapi};
use crate::http::legacy::answer;
use crate::http::legacy::{session, session_and_body};
use crate::http::path;
use crate::http::schema::error_responses::{BadRequest, Conflict, Forbidden, NotFound};

/// Issues a key, which is shown this once. It never exceeds the key that it is issued with.
#[utoipa::path(post, path = "/v1/apikeys", operation_id = "createApiKey", tag = openapi::KEYS, request_body = CreateApiKeyRequest, responses((status = 201, body = Created), Forbidden, Conflict))]
pub(super) async fn create(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let issued = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let issue = api_key_request::create(&request, &body, service.now())?;
        Ok(service.issue_token(&session, issue).await?)
    };
    match issued.await {
        Ok(issued) => HttpResponse::Created().json(Created {
            api_key_metadata: ApiKey::of(issued.token, service.now()),
            raw_api_key: issued.text.expose(),
        }),
        Err(error) => answer(&request, error),
    }
}

/// Lists keys, without their text.
#[utoipa::path(get, path = "/v1/apikeys", operation_id = "listApiKeys", tag = openapi::KEYS, params(ApiKeyFilters), responses((status = 200, body = List), BadRequest))]
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

/// Shows a key, without its text.
#[utoipa::path(get, path = "/v1/apikeys/{id}", operation_id = "getApiKey", tag = openapi::KEYS, params(ById), responses((status = 200, body = ApiKey), BadRequest, Forbidden, NotFound))]
pub(super) async fn get(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let found = async {
        let session = session(&request, &service).await?;
        Ok(service.token(&session, path::id(&request)?).await?)
    };
    match found.await {
        Ok(token) => HttpResponse::Ok().json(ApiKey::of(token, service.now())),
        Err(error) => answer(&request, error),
    }
}

/// Changes labels, or switches a key off or on.
#[utoipa::path(put, path = "/v1/apikeys/{id}", operation_id = "updateApiKey", tag = openapi::KEYS, params(ById), request_body = UpdateApiKeyRequest, responses((status = 200, body = ApiKey), Forbidden, NotFound, Conflict))]
pub(super) async fn update(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let updated = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let id = path::id(&request)?;
        Ok(service.update_token(&session, id, api_key_request::update(&request, &body)).await?)
    };
    match updated.await {
        Ok(token) => HttpResponse::Ok().json(ApiKey::of(token, service.now())),
        Err(error) => answer(&request, error),
    }
}

/// Removes a key, and every key that was issued with it.
#[utoipa::path(delete, path = "/v1/apikeys/{id}", operation_id = "deleteApiKey", tag = openapi::KEYS, params(ById), responses((status = 204), BadRequest, Forbidden, NotFound, Conflict))]
pub(super) async fn delete(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let revoked = async {
        let session = session(&request, &service).await?;
        Ok(service.revoke_token(&session, path::id(&request)?).await?)
    };
    match revoked.await {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(error) => answer(&request, error),
    }
}
