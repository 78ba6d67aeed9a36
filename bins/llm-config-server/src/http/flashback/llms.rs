//! `/ai/llm`: parse, call, render.

use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_service::{ConfigList, Error, ScopeFilter, Service};

use super::error::answer;
use super::llm_answer::{AiLlm, Deleted, Done, List, Stats, StatsList};
use super::request_schema::{ById, CreateAiLlm, InWorkspace, OfAiLlm, UpdateAiLlm};
use super::{llm_request, tags as openapi};
use crate::http::etag::{self, IfMatch};
use crate::http::legacy::{session, session_and_body};
use crate::http::path;
use crate::http::schema::error_responses::{BadRequest, Forbidden, NotFound, PreconditionFailed};

/// Creates a configuration in a workspace; the provider is not called.
#[utoipa::path(
    post, path = "/ai/llm", operation_id = "createAiLlm", tag = openapi::LLMS, request_body = CreateAiLlm,
    responses(
        (status = 200, body = Done,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        Forbidden,
    )
)]
pub(super) async fn create(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let created = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let (scope, new) = llm_request::create(&request, &body)?;
        Ok(service.create_config(&session, None, scope, new).await?.config)
    };
    match created.await {
        Ok(config) => HttpResponse::Ok()
            .insert_header(("etag", etag::ETag::of(&config).text()))
            .json(Done::created(&config)),
        Err(failure) => answer(&request, failure),
    }
}

/// Lists the configurations of one workspace, or of all that the caller can see; newest first.
#[utoipa::path(get, path = "/ai/llm", operation_id = "getAiLlms", tag = openapi::LLMS, params(InWorkspace), responses((status = 200, body = List)))]
pub(super) async fn list(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let listed = async {
        let session = session(&request, &service).await?;
        let query = path::query(&request);
        Ok(service.list_in_workspaces(&session, path::given(&query, "workspaceId")).await?)
    };
    match listed.await {
        Ok(listing) => HttpResponse::Ok().json(render(&service, listing)),
        Err(failure) => answer(&request, failure),
    }
}

/// Lists the configurations whose last validation succeeded.
#[utoipa::path(get, path = "/ai/llm/available", operation_id = "getAvailableAiLlms", tag = openapi::LLMS, responses((status = 200, body = List)))]
pub(super) async fn available(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let listed = async {
        let session = session(&request, &service).await?;
        Ok(service.list_available(&session).await?)
    };
    match listed.await {
        Ok(listing) => HttpResponse::Ok().json(render(&service, listing)),
        Err(failure) => answer(&request, failure),
    }
}

/// Tells the usage of every configuration that the caller can see, or of one.
#[utoipa::path(get, path = "/ai/llm/stats", operation_id = "getAiLlmStats", tag = openapi::LLMS, params(OfAiLlm), responses((status = 200, body = StatsList)))]
pub(super) async fn stats(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let listed = async {
        let session = session(&request, &service).await?;
        let mut listing = service.list_in_workspaces(&session, None).await?;
        let query = path::query(&request);
        if let Some(id) = path::given(&query, "aiLlmId") {
            let id = id.parse().ok();
            listing.configs.retain(|config| Some(config.id) == id);
        }
        Ok(listing)
    };
    match listed.await {
        Ok(ConfigList { configs, .. }) => {
            let stats = configs.iter().map(Stats::unused).collect();
            HttpResponse::Ok().json(StatsList { success: true, stats })
        }
        Err(failure) => answer(&request, failure),
    }
}

/// Changes what is given. Another scheme, host or port needs `secret` in the same request; a `secret` or
/// `key` for an endpoint that another user set needs `endpoint`.
#[utoipa::path(
    put, path = "/ai/llm/{id}", operation_id = "updateAiLlm", tag = openapi::LLMS, params(ById, IfMatch),
    request_body = UpdateAiLlm,
    responses(
        (status = 200, body = Done,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        Forbidden, NotFound, PreconditionFailed,
    )
)]
pub(super) async fn update(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let updated = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let id = path::known_id(&request, "id").ok_or(Error::NotFound("configuration"))?;
        let patch = llm_request::update(&request, &body);
        Ok(service
            .update_config(&session, ScopeFilter::Workspaces, id, etag::precondition(&request), patch)
            .await?)
    };
    match updated.await {
        Ok(config) => HttpResponse::Ok()
            .insert_header(("etag", etag::ETag::of(&config).text()))
            .json(Done::updated(&config)),
        Err(failure) => answer(&request, failure),
    }
}

/// Deletes a configuration and its credential, for good.
#[utoipa::path(
    delete, path = "/ai/llm/{id}", operation_id = "deleteAiLlm", tag = openapi::LLMS, params(ById, IfMatch),
    responses((status = 200, body = Deleted), BadRequest, Forbidden, NotFound, PreconditionFailed)
)]
pub(super) async fn delete(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let deleted = async {
        let session = session(&request, &service).await?;
        let id = path::known_id(&request, "id").ok_or(Error::NotFound("configuration"))?;
        Ok(service.delete_config(&session, ScopeFilter::Workspaces, id, etag::precondition(&request)).await?)
    };
    match deleted.await {
        Ok(()) => HttpResponse::Ok()
            .json(Deleted { success: true, message: "AI LLM configuration deleted successfully" }),
        Err(failure) => answer(&request, failure),
    }
}

/// `PUT` and `DELETE` of a word that is no id: like any id that does not exist.
pub(super) async fn no_such(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    match session(&request, &service).await {
        Ok(_) => answer(&request, Error::NotFound("configuration").into()),
        Err(failure) => answer(&request, failure),
    }
}

fn render(service: &Service, ConfigList { configs, unreadable }: ConfigList) -> List {
    let organization = service.organization();
    let ai_llms = configs.into_iter().map(|config| AiLlm::of(config, organization)).collect();
    List { success: true, ai_llms, unreadable }
}
