//! `/organization/users`

pub(crate) mod create;
mod delete;
mod get;
mod list;
pub(crate) mod update;
mod user;

use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![create, list, get, update, delete]
}
