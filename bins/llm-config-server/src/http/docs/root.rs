//! `GET /`

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;

use crate::http::docs::tags::TAG;

/// Redirects to `/docs`, because people open the address of a server in a browser.
#[utoipa::path(
    get, path = "/", operation_id = "redirectToDocuments", tag = TAG, security(),
    responses((
        status = 307, description = "The page that shows the documents.",
        headers(("Location" = String, description = "`/docs`"))
    ))
)]
pub(crate) async fn handle() -> HttpResponse {
    HttpResponse::TemporaryRedirect().insert_header((LOCATION, "/docs")).finish()
}
