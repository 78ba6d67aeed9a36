//! `/v1/system`

mod info;
mod init;

use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![info, init]
}
