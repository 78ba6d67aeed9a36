//! `openapi`: prints an `OpenAPI` document as the server serves it.

use std::error::Error;
use std::io::{self, Write};

use crate::http::docs;
use crate::http::document::Document;

pub(crate) fn run(document: Document) -> Result<(), Box<dyn Error>> {
    Ok(io::stdout().write_all(docs::json(document)?.as_bytes())?)
}
