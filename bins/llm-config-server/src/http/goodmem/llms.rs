//! `/v1/llms`: parse, call, render.

use actix_web::{HttpRequest, HttpResponse, web};
use llm_config_service::{Created, Error, Listing, ScopeFilter, Service};

use super::super::authenticate::{session, session_and_body};
use super::super::etag::{self, IfMatch};
use super::super::openapi::refusal::{BadRequest, Conflict, Forbidden, NotFound, PreconditionFailed};
use super::super::path;
use super::error::answer;
use super::llm_answer::{self, Llm, Status};
use super::llm_schema::{Inclusion, LlmCreationRequest, LlmFilters, LlmUpdateRequest};
use super::request_schema::ById;
use super::{list_query, llm_request, openapi};

const NO_CREDENTIALS: &str = "credentials are write-only and are never returned";

/// Creates an LLM. Capability flags that are left out are inferred from the model.
#[utoipa::path(
    post, path = "/v1/llms", operation_id = "createLLM", tag = openapi::LLMS, request_body = LlmCreationRequest,
    responses(
        (status = 201, body = llm_answer::Created,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        Forbidden, Conflict,
    )
)]
pub(super) async fn create(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let created = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let create = llm_request::create(&request, &body, session.actor.id)?;
        Ok(service.create_config(&session, create).await?)
    };
    match created.await {
        Ok(Created { config, inferred }) => {
            let statuses: Vec<Status> = inferred.iter().map(Status::inferred).collect();
            let statuses = (!statuses.is_empty()).then_some(statuses);
            HttpResponse::Created()
                .insert_header(etag::header(&config))
                .json(llm_answer::Created { llm: Llm::from(config), statuses })
        }
        Err(error) => answer(&request, error),
    }
}

/// Lists LLMs, oldest first. All filters must match.
#[utoipa::path(get, path = "/v1/llms", operation_id = "listLLMs", tag = openapi::LLMS, params(LlmFilters, Inclusion), responses((status = 200, body = llm_answer::List), BadRequest, Forbidden))]
pub(super) async fn list(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let listed = async {
        let session = session(&request, &service).await?;
        let list_query::Llms { wanted, with_credentials } = list_query::llms(&path::query(&request))?;
        if with_credentials {
            return Err(Error::Denied(NO_CREDENTIALS).into());
        }
        Ok(service.list_configs(&session, wanted).await?)
    };
    match listed.await {
        Ok(Listing { configs, unreadable }) => {
            let llms = configs.into_iter().map(Llm::from).collect();
            HttpResponse::Ok().json(llm_answer::List { llms, unreadable })
        }
        Err(error) => answer(&request, error),
    }
}

/// Shows an LLM.
#[utoipa::path(
    get, path = "/v1/llms/{id}", operation_id = "getLLM", tag = openapi::LLMS, params(ById, Inclusion),
    responses(
        (status = 200, body = Llm,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        BadRequest, Forbidden, NotFound,
    )
)]
pub(super) async fn get(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let found = async {
        let session = session(&request, &service).await?;
        let id = path::id(&request)?;
        let wants_credentials = list_query::wants_credentials(&path::query(&request))?;
        let config = service.config(&session, id).await?;
        // Asked last: who may not see the LLM learns nothing from this refusal either.
        if wants_credentials {
            return Err(Error::Denied(NO_CREDENTIALS).into());
        }
        Ok(config)
    };
    match found.await {
        Ok(config) => HttpResponse::Ok().insert_header(etag::header(&config)).json(Llm::from(config)),
        Err(error) => answer(&request, error),
    }
}

/// Changes what is given. Another scheme, host or port needs the credential again; a credential for an
/// endpoint that another user set needs `endpointUrl`.
#[utoipa::path(
    put, path = "/v1/llms/{id}", operation_id = "updateLLM", tag = openapi::LLMS, params(ById, IfMatch),
    request_body = LlmUpdateRequest,
    responses(
        (status = 200, body = Llm,
            headers(("ETag" = String, description = "The state of the configuration: a strong entity tag."))),
        Forbidden, NotFound, Conflict, PreconditionFailed,
    )
)]
pub(super) async fn update(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
) -> HttpResponse {
    let updated = async {
        let (session, body) = session_and_body(&request, &service, payload).await?;
        let id = path::id(&request)?;
        let patch = llm_request::update(&request, &body);
        Ok(service
            .update_config(&session, ScopeFilter::Owners, id, etag::precondition(&request), patch)
            .await?)
    };
    match updated.await {
        Ok(config) => HttpResponse::Ok().insert_header(etag::header(&config)).json(Llm::from(config)),
        Err(error) => answer(&request, error),
    }
}

/// Deletes an LLM and its credential, for good.
#[utoipa::path(
    delete, path = "/v1/llms/{id}", operation_id = "deleteLLM", tag = openapi::LLMS, params(ById, IfMatch),
    responses((status = 204), BadRequest, Forbidden, NotFound, PreconditionFailed)
)]
pub(super) async fn delete(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let deleted = async {
        let session = session(&request, &service).await?;
        let id = path::id(&request)?;
        Ok(service.delete_config(&session, ScopeFilter::Owners, id, etag::precondition(&request)).await?)
    };
    match deleted.await {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(error) => answer(&request, error),
    }
}
