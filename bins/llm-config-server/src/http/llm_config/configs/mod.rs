//! `/llm-config/v1/configs` and `/llm-config/v1/configs/{id}`

mod config;
mod get;
mod list;

pub(crate) use crate::http::llm_config::configs::config::ConfigScope;
use crate::http::llm_config::configs::list::ListQuery;
use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![list(ListQuery), get]
}
