//! `/workspace/{id}/users`

pub(crate) mod add;
mod remove;
pub(crate) mod update;

use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![add, update, remove]
}
