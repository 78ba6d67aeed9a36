//! The documents and the operations that serve them.

use std::sync::OnceLock;

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::docs::tags::TAG;
use crate::http::docs::{page, page_file, root, tags};
use crate::http::document::Document;
use crate::http::error::{ConditionKind, RequestError};
use crate::http::resource::{Operation, operations};
use crate::http::schema::build::{Introduction, build};
use crate::http::{flashback, gateway, goodmem, llm_config, monitoring};

/// A document in the format `OpenAPI` 3.1.
#[derive(Serialize, ToSchema)]
#[schema(value_type = Object)]
pub(crate) struct OpenApiDocument(serde_json::Value);

/// The documents and the page that shows them.
pub(crate) fn operations() -> Vec<Operation> {
    let operations = operations![
        flashback_document,
        goodmem_document,
        llm_config_document,
        gateway_document,
        page,
        page_file,
        root
    ];
    operations.into_iter().map(Operation::with_any_query).collect()
}

/// The document as readable JSON.
pub(crate) fn json(document: Document) -> serde_json::Result<String> {
    let document = match document {
        Document::Flashback => flashback::document(),
        Document::Goodmem => goodmem::document(),
        Document::LlmConfig => own_document(),
        Document::Gateway => gateway::document::document(),
    };
    Ok(document.to_pretty_json()? + "\n")
}

fn own_document() -> utoipa::openapi::OpenApi {
    let operations: Vec<_> =
        [llm_config::operations(), monitoring::operations(), operations()].into_iter().flatten().collect();
    let introduction = Introduction {
        title: "llm-config",
        description: "Routes beside the two existing APIs: one list of all configurations, checks of \
         configurations before and after they are stored, origins of credentials, health, metrics, and the \
         documents of all APIs.\n\nErrors are `{\"error\": …, \"code\": …}`. Every response carries \
         `x-request-id`.",
        tags: &[llm_config::tags::ALL, monitoring::tags::ALL, tags::ALL],
    };
    build::<goodmem::error::Body<'_>>(&introduction, &operations)
}

pub(crate) mod flashback_document {
    use actix_web::HttpResponse;

    use super::{OpenApiDocument, TAG, serve};
    use crate::http::document::Document;
    use crate::http::error::RequestError;
    use crate::http::schema::error_responses::MalformedHead;

    /// Returns the document of the Flashback API.
    ///
    /// `/ai/llm`, `/workspace` and `/organization/users`.
    #[utoipa::path(
        get, path = "/openapi/flashback.json", operation_id = "getFlashbackDocument", tag = TAG, security(),
        responses((status = 200, body = OpenApiDocument), MalformedHead)
    )]
    pub(crate) async fn handle() -> Result<HttpResponse, RequestError> {
        serve(Document::Flashback)
    }
}

pub(crate) mod goodmem_document {
    use actix_web::HttpResponse;

    use super::{OpenApiDocument, TAG, serve};
    use crate::http::document::Document;
    use crate::http::error::RequestError;
    use crate::http::schema::error_responses::MalformedHead;

    /// Returns the document of the GoodMem API.
    ///
    /// `/v1`.
    #[utoipa::path(
        get, path = "/openapi/goodmem.json", operation_id = "getGoodmemDocument", tag = TAG, security(),
        responses((status = 200, body = OpenApiDocument), MalformedHead)
    )]
    pub(crate) async fn handle() -> Result<HttpResponse, RequestError> {
        serve(Document::Goodmem)
    }
}

pub(crate) mod llm_config_document {
    use actix_web::HttpResponse;

    use super::{OpenApiDocument, TAG, serve};
    use crate::http::document::Document;
    use crate::http::error::RequestError;
    use crate::http::schema::error_responses::MalformedHead;

    /// Returns this document.
    ///
    /// `/llm-config/v1`, monitoring and the documents.
    #[utoipa::path(
        get, path = "/openapi/llm-config.json", operation_id = "getLlmConfigDocument", tag = TAG, security(),
        responses((status = 200, body = OpenApiDocument), MalformedHead)
    )]
    pub(crate) async fn handle() -> Result<HttpResponse, RequestError> {
        serve(Document::LlmConfig)
    }
}

pub(crate) mod gateway_document {
    use actix_web::HttpResponse;

    use super::{OpenApiDocument, TAG, serve};
    use crate::http::document::Document;
    use crate::http::error::RequestError;
    use crate::http::schema::error_responses::MalformedHead;

    /// Returns the document of the APIs that call models.
    ///
    /// `/openai`, `/anthropic` and `/gemini`.
    #[utoipa::path(
        get, path = "/openapi/gateway.json", operation_id = "getGatewayDocument", tag = TAG, security(),
        responses((status = 200, body = OpenApiDocument), MalformedHead)
    )]
    pub(crate) async fn handle() -> Result<HttpResponse, RequestError> {
        serve(Document::Gateway)
    }
}

fn serve(document: Document) -> Result<HttpResponse, RequestError> {
    // Made once: a request for a document needs no token, so it must cost little.
    static TEXTS: [OnceLock<serde_json::Result<Bytes>>; 4] = [const { OnceLock::new() }; 4];
    match TEXTS[document as usize].get_or_init(|| json(document).map(Into::into)) {
        Ok(json) => Ok(HttpResponse::Ok().content_type("application/json").body(json.clone())),
        Err(error) => {
            tracing::error!(error = %error, document = document.name(), "a document cannot be written");
            Err(RequestError::new(ConditionKind::Internal, "the document cannot be written"))
        }
    }
}
