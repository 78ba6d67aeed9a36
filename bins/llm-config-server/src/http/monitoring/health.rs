//! `GET /health`

use actix_web::web::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::monitoring::tags::TAG;
use crate::http::schema::error_responses::MalformedHead;

/// The state of the server.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    success: bool,
    status: &'static str,
}

impl Health {
    pub(crate) const fn new(status: &'static str) -> Json<Self> {
        Json(Self { success: true, status })
    }
}

/// Reports whether the process responds.
///
/// Returns 200 without a look at the database. For the restart decision of a supervisor.
#[utoipa::path(
    get, path = "/health", operation_id = "getHealth", tag = TAG, security(),
    responses((status = 200, body = Health), MalformedHead)
)]
pub(crate) async fn handle() -> Json<Health> {
    Health::new("ok")
}
