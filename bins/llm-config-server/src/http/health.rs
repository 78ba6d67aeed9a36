//! `/health` and `/ready`, for whoever watches the server.

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, web};
use llm_config_service::Service;
use serde::Serialize;
use utoipa::ToSchema;

use super::openapi::own;
use super::openapi::refusal::Unavailable;
use super::{flashback, known};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(known("/health", [(Method::GET, web::to(health))]))
        .service(known("/ready", [(Method::GET, web::to(ready))]));
}

/// How the server is.
#[derive(Serialize, ToSchema)]
struct Health {
    success: bool,
    status: &'static str,
}

/// Answers while the process can answer at all.
#[utoipa::path(get, path = "/health", operation_id = "getHealth", tag = own::OPERATION, security(), responses((status = 200, body = Health)))]
pub(super) async fn health() -> HttpResponse {
    HttpResponse::Ok().json(Health { success: true, status: "ok" })
}

/// Answers 200 while requests can be served, and 503 while the database is away.
#[utoipa::path(get, path = "/ready", operation_id = "getReady", tag = own::OPERATION, security(), responses((status = 200, body = Health), Unavailable))]
pub(super) async fn ready(service: web::Data<Service>) -> HttpResponse {
    match service.ready().await {
        Ok(()) => HttpResponse::Ok().json(Health { success: true, status: "ready" }),
        Err(error) => {
            tracing::warn!(error = %error, "not ready");
            flashback::answer(StatusCode::SERVICE_UNAVAILABLE, "the database is unavailable")
        }
    }
}
