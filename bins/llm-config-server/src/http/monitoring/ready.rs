//! `GET /ready`

use actix_web::web::{Data, Json};
use llm_config_service::Service;

use crate::http::error::{ConditionKind, RequestError};
use crate::http::monitoring::health::{Health, TAG};
use crate::http::schema::error_responses::Unavailable;

/// Returns 200 while requests can be served, and 503 while the database is unavailable.
#[utoipa::path(
    get, path = "/ready", operation_id = "getReady", tag = TAG, security(),
    responses((status = 200, body = Health), Unavailable)
)]
pub(crate) async fn handle(service: Data<Service>) -> Result<Json<Health>, RequestError> {
    service.ready().await.map_err(|error| {
        tracing::warn!(error = %error, "not ready");
        RequestError::new(ConditionKind::Unavailable, "the database is unavailable")
    })?;
    Ok(Health::new("ready"))
}
