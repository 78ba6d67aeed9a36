//! `GET /`

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;

use crate::http::docs::tags::TAG;
use crate::http::schema::error_responses::MalformedHead;

/// Redirects to `/docs`.
///
/// For people who open the address of a server in a browser.
#[utoipa::path(
    get, path = "/", operation_id = "redirectToDocuments", tag = TAG, security(),
    responses((
        status = 307, description = "The page that shows the documents.",
        headers(("Location" = String, description = "`/docs`"))
    ), MalformedHead)
)]
pub(crate) async fn handle() -> HttpResponse {
    HttpResponse::TemporaryRedirect().insert_header((LOCATION, "/docs")).finish()
}
