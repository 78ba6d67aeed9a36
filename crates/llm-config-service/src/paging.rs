//! Pages of lists: what a request asks for, and the cursor of the next page.

use std::num::NonZeroU16;

use llm_config_core::field::FieldErrors;
use llm_config_store::Position;

use crate::error::Error;
use crate::service::Service;

/// The page that a request asks for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// The maximum number of rows.
    pub limit: NonZeroU16,
    /// The cursor that the page before returned; `None` for the first page.
    pub cursor: Option<Cursor>,
}

/// A cursor in a request.
#[derive(Clone, Debug)]
pub struct Cursor {
    /// The cursor.
    pub text: String,
    /// The name that the API gives to the parameter.
    pub parameter: &'static str,
}

impl Service {
    /// The place where a page begins. `Malformed` if the cursor is not one of this list.
    pub(crate) fn page_start(&self, list: &[&str], cursor: Option<&Cursor>) -> Result<Position, Error> {
        const INVALID: &str = "is not a cursor of this list; send the value that the page before returned, \
                               with the same filters";
        let Some(Cursor { text, parameter }) = cursor else { return Ok(Position::START) };
        let invalid = || FieldErrors::<String>::one(*parameter, INVALID).into();
        self.store.open_cursor(list, text).ok_or_else(invalid)
    }

    /// The cursor of the next page.
    pub(crate) fn next_cursor(&self, list: &[&str], next: Option<Position>) -> Option<String> {
        next.map(|position| self.store.seal_cursor(list, position))
    }
}
