//! Cursors: the position where the next page of a list begins, as a text that only this installation can
//! write and read.

use crate::keys::cursor_key;
use crate::store::Store;
use crate::vault::AssociatedData;

/// A position in a list: after the row with this number of the order of insertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub(crate) i64);

impl Position {
    /// The position before the first row, whatever the order of the list. No row has this number.
    pub const START: Self = Self(0);
}

/// Whether a text has the form of a cursor. Only [`Store::open_cursor`] decides whether it is one of a list.
#[must_use]
pub fn has_cursor_form(text: &str) -> bool {
    cursor_key::parts(text).is_some()
}

impl Store {
    /// A cursor for `position` in a list. The parts of `list` are the list's name and everything that selects
    /// its rows; a cursor is valid only with the same parts. It says nothing about the caller: each page must
    /// be decided anew.
    #[must_use]
    pub fn seal_cursor(&self, list: &[&str], position: Position) -> String {
        self.inner.context.cursors.seal(&AssociatedData::for_cursor(list), position.0)
    }

    /// The position in a cursor of the same list; `None` for any other text.
    #[must_use]
    pub fn open_cursor(&self, list: &[&str], cursor: &str) -> Option<Position> {
        self.inner.context.cursors.open(&AssociatedData::for_cursor(list), cursor).map(Position)
    }
}
