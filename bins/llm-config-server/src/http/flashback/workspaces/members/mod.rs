//! `/workspace/{id}/users`

mod add;
mod remove;
mod update;

use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![add, update, remove]
}
