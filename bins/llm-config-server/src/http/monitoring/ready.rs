//! `GET /ready`

use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::error::{ConditionKind, RequestError};
use crate::http::monitoring::health::Health;
use crate::http::monitoring::tags::TAG;
use crate::http::schema::error_responses::{MalformedHead, Unavailable};

/// Reports whether requests can be served.
///
/// Returns 503 while the database is unavailable, while all connections to it are in use, and when the server
/// is about to stop. For load balancers.
#[utoipa::path(
    get, path = "/ready", operation_id = "getReady", tag = TAG, security(),
    responses((status = 200, body = Health), MalformedHead, Unavailable)
)]
pub(crate) async fn handle(service: Data<Service>) -> Result<Json<Health>, RequestError> {
    if service.is_stopping() {
        return Err(RequestError::new(ConditionKind::Unavailable, "the server is about to stop"));
    }
    service.ready().await.map_err(|error| {
        tracing::warn!(error = %error, "not ready");
        let message = if service.is_pool_exhausted() {
            "all connections to the database are in use"
        } else {
            "the database is unavailable"
        };
        RequestError::new(ConditionKind::Unavailable, message)
    })?;
    Ok(Health::new("ready"))
}
