//! `openapi`: one of the documents, as it is served.

use std::error::Error;
use std::io::{self, Write};

use crate::http::openapi::Document;

pub(crate) fn run(document: Document) -> Result<(), Box<dyn Error>> {
    Ok(io::stdout().write_all(document.json()?.as_bytes())?)
}
