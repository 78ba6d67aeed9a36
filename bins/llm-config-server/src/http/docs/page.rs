//! `GET /docs`

use actix_web::{HttpRequest, HttpResponse};

use crate::http::console::frame::root;
use crate::http::docs::swagger_ui;
use crate::http::docs::tags::TAG;
use crate::http::error::{ConditionKind, RequestError};
use crate::http::schema::error_responses::MalformedHead;

/// Returns a page to browse the four documents.
///
/// All its files are files of this server.
#[utoipa::path(
    get, path = "/docs", operation_id = "browseDocuments", tag = TAG, security(),
    responses((status = 200, content_type = "text/html", body = String), MalformedHead)
)]
pub(crate) async fn handle(request: HttpRequest) -> Result<HttpResponse, RequestError> {
    // Swagger UI names its files relative to the page, but `/docs` has no slash at its end.
    let page = swagger_ui::file("index.html");
    let page =
        page.ok_or_else(|| RequestError::new(ConditionKind::Internal, "the page is not in the binary"))?;
    let html = String::from_utf8_lossy(&page.bytes);
    let files = format!("\"{}/docs/", root(&request));
    let html = html.replace("\"./", &files).replace("\"index.css", &format!("{files}index.css"));
    let html = html.replace("<title>Swagger UI</title>", "<title>llm-config API</title>");
    Ok(swagger_ui::respond("text/html; charset=utf-8", html.into()))
}
