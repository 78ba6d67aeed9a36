//! The `OpenAPI` documents, made from the operations of each API, and the page that shows them.

mod documents;
#[cfg(test)]
mod live_tests;
mod page;
mod page_file;
mod root;
mod swagger_ui;
mod tags;
#[cfg(test)]
mod tests;

use actix_web::web;

use crate::http::document::Document;
use crate::http::resource::register;

/// A document as readable JSON.
pub fn json(document: Document) -> Result<String, serde_json::Error> {
    documents::json(document)
}

/// `/openapi/….json` and `/docs`.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    register(config, "", documents::operations());
}
