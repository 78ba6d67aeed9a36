//! `/llm-config/v1/usage`

mod csv;
mod format;
mod get;
mod report;
mod time;

use crate::http::llm_config::usage::get::UsageParams;
use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![get(UsageParams)]
}
