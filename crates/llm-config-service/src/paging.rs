//! Pages of lists: what a request asks for, and the cursor of the next page.

use std::num::NonZeroU16;
use std::str::FromStr;

use llm_config_core::field::FieldErrors;
use llm_config_store::{Position, has_cursor_form};

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

/// A text with the form of a cursor. It may be a cursor of another list.
#[derive(Clone, Debug)]
pub struct CursorText(String);

/// The text is not a cursor of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a cursor of this list; send the value that the page before returned, with the same filters")]
pub struct CursorError;

impl FromStr for CursorText {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        if has_cursor_form(text) { Ok(Self(text.to_owned())) } else { Err(CursorError) }
    }
}

impl From<CursorText> for String {
    fn from(text: CursorText) -> Self {
        text.0
    }
}

/// A cursor in a request.
#[derive(Clone, Debug)]
pub struct Cursor {
    /// The cursor.
    pub text: CursorText,
    /// The name that the API gives to the parameter.
    pub parameter: &'static str,
}

impl Service {
    /// The position where a page begins. `Malformed` if the cursor is not one of this list.
    pub(crate) fn page_start(&self, list: &[&str], cursor: Option<&Cursor>) -> Result<Position, Error> {
        let Some(Cursor { text, parameter }) = cursor else { return Ok(Position::START) };
        let invalid = || FieldErrors::<String>::one(*parameter, CursorError).into();
        self.store.open_cursor(list, &text.0).ok_or_else(invalid)
    }

    /// The cursor of the next page.
    pub(crate) fn next_cursor(&self, list: &[&str], next: Option<Position>) -> Option<CursorText> {
        next.map(|position| CursorText(self.store.seal_cursor(list, position)))
    }
}
