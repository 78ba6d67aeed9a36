//! The document of the routes that are this server's own.

use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::super::{flashback, health, metrics};
use super::complete::complete;
use super::page;

pub(super) const DOCUMENTATION: &str = "Documentation";
pub(in crate::http) const OPERATION: &str = "Operation";

/// A document in the format `OpenAPI` 3.1.
#[derive(Serialize, ToSchema)]
#[schema(value_type = Object)]
pub(super) struct OpenApiDocument(serde_json::Value);

#[derive(OpenApi)]
#[openapi(
    info(
        title = "llm-config",
        description = "What this server has beyond the two APIs of others: whether it works, what it counts, and \
            how it is described.\n\nEvery answer carries `x-request-id`."
    ),
    paths(
        health::health,
        health::ready,
        metrics::guarded,
        super::flashback_document,
        super::goodmem_document,
        super::own_document,
        page::page,
        page::file,
    )
)]
struct Own;

/// The document.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    complete::<flashback::error::Body<'_>>(Own::openapi())
}
