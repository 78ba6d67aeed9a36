//! The `OpenAPI` documents, made from the code: one for each vendor's API and one for the routes
//! that are neither's. Handlers and their bodies describe themselves; here is what they share.

pub(super) mod complete;
pub(super) mod names;
pub(super) mod own;
mod page;
pub(super) mod refusal;
#[cfg(test)]
mod served;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use actix_web::http::Method;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::{flashback, goodmem, known};

/// One of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "kebab-case")]
pub enum Document {
    /// `/ai/llm`, workspaces and the organisation's users
    Flashback,
    /// `/v1`
    Goodmem,
    /// Health, metrics, these documents, and what else is this server's own
    LlmConfig,
}

impl Document {
    /// Every document.
    pub const ALL: [Self; 3] = [Self::Flashback, Self::Goodmem, Self::LlmConfig];

    /// Its name, as in `/openapi/{name}.json`, `docs/api/{name}.json` and `openapi {name}`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flashback => "flashback",
            Self::Goodmem => "goodmem",
            Self::LlmConfig => "llm-config",
        }
    }

    /// The document, as JSON for people to read.
    pub fn json(self) -> Result<String, serde_json::Error> {
        let document = match self {
            Self::Flashback => flashback::openapi::document(),
            Self::Goodmem => goodmem::openapi::document(),
            Self::LlmConfig => own::document(),
        };
        Ok(document.to_pretty_json()? + "\n")
    }
}

/// `/openapi/….json` and `/docs`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(known("/openapi/flashback.json", [(Method::GET, web::to(flashback_document))]))
        .service(known("/openapi/goodmem.json", [(Method::GET, web::to(goodmem_document))]))
        .service(known("/openapi/llm-config.json", [(Method::GET, web::to(own_document))]))
        .configure(page::routes);
}

/// The document of `/ai/llm`, workspaces and users.
#[utoipa::path(get, path = "/openapi/flashback.json", operation_id = "getFlashbackDocument", security(),
    tag = own::DOCUMENTATION, responses((status = 200, body = own::OpenApiDocument)))]
async fn flashback_document() -> HttpResponse {
    serve(Document::Flashback)
}

/// The document of `/v1`.
#[utoipa::path(get, path = "/openapi/goodmem.json", operation_id = "getGoodmemDocument", security(),
    tag = own::DOCUMENTATION, responses((status = 200, body = own::OpenApiDocument)))]
async fn goodmem_document() -> HttpResponse {
    serve(Document::Goodmem)
}

/// This document.
#[utoipa::path(get, path = "/openapi/llm-config.json", operation_id = "getLlmConfigDocument", security(),
    tag = own::DOCUMENTATION, responses((status = 200, body = own::OpenApiDocument)))]
async fn own_document() -> HttpResponse {
    serve(Document::LlmConfig)
}

fn serve(document: Document) -> HttpResponse {
    // Made once: whoever asks needs no token, so asking must be cheap.
    static TEXTS: [OnceLock<serde_json::Result<web::Bytes>>; 3] = [const { OnceLock::new() }; 3];
    match TEXTS[document as usize].get_or_init(|| document.json().map(Into::into)) {
        Ok(json) => HttpResponse::Ok().content_type("application/json").body(json.clone()),
        Err(error) => {
            tracing::error!(error = %error, document = document.name(), "a document cannot be written");
            flashback::answer(StatusCode::INTERNAL_SERVER_ERROR, "the document cannot be written")
        }
    }
}
