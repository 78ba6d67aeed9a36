//! `/health` and `/ready`, for whoever watches the server.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::known;
use crate::service::Service;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(known("/health", [(Method::GET, web::to(health))]))
        .service(known("/ready", [(Method::GET, web::to(ready))]));
}

/// 200 while the process can answer at all.
async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({"success": true, "status": "ok"}))
}

/// 200 while requests can be served, 503 while the database is away.
async fn ready(service: web::Data<Service>) -> HttpResponse {
    match service.ready().await {
        Ok(()) => HttpResponse::Ok().json(json!({"success": true, "status": "ready"})),
        Err(error) => {
            tracing::warn!(error = %error, "not ready");
            HttpResponse::ServiceUnavailable()
                .insert_header(("retry-after", "1"))
                .json(json!({"success": false, "message": "the database is unavailable"}))
        }
    }
}
