//! `/docs`: the documents for people, with Swagger UI, all of it from inside the binary.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa_swagger_ui::{Config, SwaggerFile, Url};

use super::super::{known, unknown};
use super::{Document, own};

/// What the page consists of; Swagger UI brings more files than it loads.
pub(super) const FILES: [&str; 7] = [
    "favicon-16x16.png",
    "favicon-32x32.png",
    "index.css",
    "swagger-initializer.js",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "swagger-ui.css",
];

/// Everything comes from this server, and nothing may frame the page. Its style sheet has small
/// pictures inside; the hash is of the two colours that Swagger UI's logo brings along.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; \
     style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let documents = [
        Url::with_primary(Document::Flashback.name(), "/openapi/flashback.json", true),
        Url::new(Document::Goodmem.name(), "/openapi/goodmem.json"),
        Url::new(Document::LlmConfig.name(), "/openapi/llm-config.json"),
    ];
    // The validator is a service on the internet; the documents are validated before they get here.
    Arc::new(Config::new(documents).validator_url("none"))
});

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(known("/docs", [(Method::GET, web::to(page))]))
        .service(known("/docs/", [(Method::GET, web::to(page))]))
        .service(known("/docs/{file}", [(Method::GET, web::to(file))]));
}

/// A page to browse the three documents with.
#[utoipa::path(get, path = "/docs", operation_id = "browseDocuments", security(), tag = own::DOCUMENTATION,
    responses((status = 200, content_type = "text/html", body = String)))]
pub(super) async fn page(request: HttpRequest) -> HttpResponse {
    // Swagger UI's own page; its parts are named from the root, because `/docs` has no slash at
    // its end that they could be relative to.
    let Some(file) = swagger_ui("index.html") else { return unknown::path(request).await };
    let html = String::from_utf8_lossy(&file.bytes);
    let html = html.replace("\"./", "\"/docs/").replace("\"index.css", "\"/docs/index.css");
    let html = html.replace("<title>Swagger UI</title>", "<title>llm-config API</title>");
    answer("text/html; charset=utf-8", html.into())
}

/// A part of that page.
#[utoipa::path(get, path = "/docs/{file}", operation_id = "getDocumentsPageFile", security(), tag = own::DOCUMENTATION,
    params(("file" = String, Path, description = "The file's name, as the page has it.")),
    responses((status = 200, content(
        (String = "text/css"), (String = "text/javascript"), (String = "image/png"))), super::refusal::NotFound))]
pub(super) async fn file(request: HttpRequest) -> HttpResponse {
    let name = request.match_info().query("file");
    match FILES.contains(&name).then(|| swagger_ui(name)).flatten() {
        Some(file) => answer(&file.content_type, bytes(file.bytes)),
        None => unknown::path(request).await,
    }
}

fn swagger_ui(name: &str) -> Option<SwaggerFile<'static>> {
    utoipa_swagger_ui::serve(name, CONFIG.clone()).ok().flatten()
}

fn bytes(content: Cow<'static, [u8]>) -> web::Bytes {
    match content {
        Cow::Borrowed(content) => web::Bytes::from_static(content),
        Cow::Owned(content) => content.into(),
    }
}

fn answer(content_type: &str, body: web::Bytes) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .body(body)
}
