//! `GET /docs/{file}`

use actix_web::{HttpRequest, HttpResponse};

use crate::http::docs::swagger_ui;
use crate::http::docs::tags::TAG;
use crate::http::fallback;
use crate::http::schema::error_responses::NotFound;

/// Returns a file that the page `/docs` loads.
#[utoipa::path(
    get, path = "/docs/{file}", operation_id = "getDocumentsPageFile", tag = TAG, security(),
    params(("file" = String, Path, description = "The name of the file, such as `index.css`.")),
    responses(
        (status = 200, content((String = "text/css"), (String = "text/javascript"), (String = "image/png"))),
        NotFound,
    )
)]
pub(crate) async fn handle(request: HttpRequest) -> HttpResponse {
    let name = request.match_info().query("file");
    match swagger_ui::FILES.contains(&name).then(|| swagger_ui::file(name)).flatten() {
        Some(file) => swagger_ui::respond(&file.content_type, swagger_ui::bytes(file.bytes)),
        None => fallback::unknown_path(request).await,
    }
}
