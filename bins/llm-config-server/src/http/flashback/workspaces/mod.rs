//! `/workspace`

pub(crate) mod create;
mod delete;
mod done;
mod get;
mod list;
pub(crate) mod members;
pub(crate) mod update;
mod workspace;

use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    let own = operations![create, list, get, update, delete];
    own.into_iter().chain(members::operations()).collect()
}
