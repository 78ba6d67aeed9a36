//! `/v1/ping:once` and `/v1/ping:stream`

mod applied_limits;
mod event;
pub(crate) mod once;
mod ping_result;
mod request_values;
mod statistics;
pub(crate) mod stream;

use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![once, stream]
}
