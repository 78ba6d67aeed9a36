//! `/v1/users`

mod get;
mod get_by_email;
mod me;
mod user;

use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![me, get_by_email, get]
}
