//! `openapi`: prints an `OpenAPI` document as the server serves it.

use std::io::{self, Write};

use super::command_error::CommandError;
use super::exit_status::ExitStatus;
use crate::http::docs;
use crate::http::document::Document;

pub(crate) fn run(document: Document) -> Result<(), CommandError> {
    let json =
        docs::json(document).map_err(|error| CommandError::new(ExitStatus::Internal, error.to_string()))?;
    io::stdout().write_all(json.as_bytes()).map_err(CommandError::of_output)
}
