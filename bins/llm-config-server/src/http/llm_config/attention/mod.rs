//! `/llm-config/v1/attention`

mod get;
mod response;

use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![get]
}
