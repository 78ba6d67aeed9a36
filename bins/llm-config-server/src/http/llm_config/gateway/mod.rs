//! `/llm-config/v1/configs/{id}/gateway`: how calls of models treat a configuration.

mod get;
mod replace;
pub(crate) mod settings;

use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![get, replace]
}
