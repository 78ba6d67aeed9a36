//! `/organization/users`

mod create;
mod delete;
mod get;
mod list;
mod update;
mod user;

use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![create, list, get, update, delete]
}
