//! The document of the routes that are this server's own.

use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::super::goodmem::{LlmBody, UpdateLlmBody};
use super::super::llm_config::{checks, origin};
use super::super::{goodmem, health, metrics};
use super::complete::{close, complete};
use super::page;

pub(super) const DOCUMENTATION: &str = "Documentation";
pub(in crate::http) const CHECKS: &str = "Checks";
pub(in crate::http) const CONFIGS: &str = "Configurations";
pub(in crate::http) const OPERATION: &str = "Operation";

/// A document in the format `OpenAPI` 3.1.
#[derive(Serialize, ToSchema)]
#[schema(value_type = Object)]
pub(super) struct OpenApiDocument(serde_json::Value);

#[derive(OpenApi)]
#[openapi(
    info(
        title = "llm-config",
        description = "What this server has beyond the two APIs of others: checks of configurations before and \
            after they are stored, whether the server works, what it counts, and how it is described.\n\nErrors \
            are `{\"error\": …, \"code\": …}`. Every answer carries `x-request-id`."
    ),
    paths(
        checks::of_flashback,
        checks::of_goodmem,
        checks::stored,
        checks::planned,
        checks::history,
        origin::get,
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
    let mut document = complete::<goodmem::error::Body<'_>>(Own::openapi());
    close::<LlmBody>(&mut document);
    close::<UpdateLlmBody>(&mut document);
    document
}
