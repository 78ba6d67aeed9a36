//! `GET /metrics`

use actix_web::http::header::VARY;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use llm_config_service::Service;

use crate::http::auth::Caller;
use crate::http::error::RequestError;
use crate::http::monitoring::counters::Metrics;
use crate::http::monitoring::exposition::Exposition;
use crate::http::monitoring::tags::TAG;
use crate::http::schema::error_responses::Forbidden;

/// Returns the metrics for Prometheus.
///
/// Needs the right `READ_METRICS`. The same metrics are served without a token on the address of
/// `--metrics-listen`. `Accept` selects the text format 0.0.4, which is the default, or `OpenMetrics`.
#[utoipa::path(
    get, path = "/metrics", operation_id = "getMetrics", tag = TAG,
    responses(
        (status = 200, content((String = "text/plain"), (String = "application/openmetrics-text"))), Forbidden
    )
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
    metrics: Data<Metrics>,
) -> Result<HttpResponse, RequestError> {
    service.authorize_metrics(&session)?;
    Ok(respond(&request, &metrics))
}

/// The metrics without a token, on the separate address that the operator protects.
pub(crate) async fn without_token(request: HttpRequest, metrics: Data<Metrics>) -> HttpResponse {
    respond(&request, &metrics)
}

fn respond(request: &HttpRequest, metrics: &Metrics) -> HttpResponse {
    let exposition = Exposition::negotiate(request);
    HttpResponse::Ok()
        .content_type(exposition.content_type())
        .insert_header((VARY, "Accept"))
        .body(exposition.write(metrics.open_metrics()))
}
