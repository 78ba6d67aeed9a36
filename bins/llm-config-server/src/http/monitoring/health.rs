//! `GET /health`

use actix_web::web::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// The tag of these operations.
pub(crate) const TAG: &str = "Operation";

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

/// Returns 200 while the process responds to requests.
#[utoipa::path(
    get, path = "/health", operation_id = "getHealth", tag = TAG, security(),
    responses((status = 200, body = Health))
)]
pub(crate) async fn handle() -> Json<Health> {
    Health::new("ok")
}
