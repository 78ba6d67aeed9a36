//! `GET /docs/{file}`

use actix_web::{HttpRequest, HttpResponse};

use crate::http::console::frame::root;
use crate::http::docs::swagger_ui;
use crate::http::docs::tags::TAG;
use crate::http::error::{ConditionKind, RequestError};
use crate::http::schema::error_responses::NotFound;

/// Returns a file of the page.
///
/// The files that the page `/docs` loads.
#[utoipa::path(
    get, path = "/docs/{file}", operation_id = "getDocumentsPageFile", tag = TAG, security(),
    params(("file" = String, Path, description = "The name of the file, such as `index.css`.")),
    responses(
        (status = 200, content((String = "text/css"), (String = "text/javascript"), (String = "image/png"))),
        NotFound,
    )
)]
pub(crate) async fn handle(request: HttpRequest) -> Result<HttpResponse, RequestError> {
    let name = request.match_info().query("file");
    match swagger_ui::FILES.contains(&name).then(|| swagger_ui::file(name)).flatten() {
        // Names the documents.
        Some(file) if name == "swagger-initializer.js" => {
            let script = String::from_utf8_lossy(&file.bytes);
            let script = script.replace("\"/openapi/", &format!("\"{}/openapi/", root(&request)));
            Ok(swagger_ui::respond(&file.content_type, script.into()))
        }
        Some(file) => Ok(swagger_ui::respond(&file.content_type, swagger_ui::bytes(file.bytes))),
        None => Err(RequestError::new(ConditionKind::NotFound, "the page has no such file")),
    }
}
