//! The files of Swagger UI, which are part of the binary.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use actix_web::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use actix_web::{HttpResponse, web};
use utoipa_swagger_ui::{Config, SwaggerFile, Url};

use crate::http::document::Document;

/// The files that the page loads. Swagger UI has more files, which are not served.
pub(crate) const FILES: [&str; 7] = [
    "favicon-16x16.png",
    "favicon-32x32.png",
    "index.css",
    "swagger-initializer.js",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "swagger-ui.css",
];

/// The content security policy of the page. The page loads files of this server only, and no other page can
/// frame it. The style sheet has pictures in `data:` URLs; the hash allows the inline style with the two
/// colours of Swagger UI's logo.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; \
     style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let documents = [
        Url::with_primary(Document::Flashback.name(), "/openapi/flashback.json", true),
        Url::new(Document::Goodmem.name(), "/openapi/goodmem.json"),
        Url::new(Document::LlmConfig.name(), "/openapi/llm-config.json"),
        Url::new(Document::Gateway.name(), "/openapi/gateway.json"),
    ];
    // The validator is a service on the internet; the documents are validated by tests instead.
    Arc::new(Config::new(documents).validator_url("none"))
});

/// A file of Swagger UI.
pub(crate) fn file(name: &str) -> Option<SwaggerFile<'static>> {
    utoipa_swagger_ui::serve(name, CONFIG.clone()).ok().flatten()
}

/// The content of a file as a body.
pub(crate) fn bytes(content: Cow<'static, [u8]>) -> web::Bytes {
    match content {
        Cow::Borrowed(content) => web::Bytes::from_static(content),
        Cow::Owned(content) => content.into(),
    }
}

/// A response with the page's policy.
pub(crate) fn respond(content_type: &str, body: web::Bytes) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .body(body)
}
