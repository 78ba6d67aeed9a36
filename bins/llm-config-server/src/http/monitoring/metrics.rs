//! `GET /metrics`

use actix_web::HttpResponse;
use actix_web::web::Data;
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::monitoring::counters::Metrics;
use crate::http::monitoring::health::TAG;
use crate::http::schema::error_responses::Forbidden;

/// Returns the metrics; needs the right `READ_METRICS`.
#[utoipa::path(
    get, path = "/metrics", operation_id = "getMetrics", tag = TAG,
    responses((status = 200, content_type = "application/openmetrics-text", body = String), Forbidden)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    service: Data<Service>,
    metrics: Data<Metrics>,
) -> Result<HttpResponse, RequestError> {
    service.authorize_metrics(&session)?;
    Ok(respond(&metrics))
}

/// The metrics without a token, on the separate address that the operator protects.
pub(crate) async fn without_token(metrics: Data<Metrics>) -> HttpResponse {
    respond(&metrics)
}

fn respond(metrics: &Metrics) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .body(metrics.text())
}
