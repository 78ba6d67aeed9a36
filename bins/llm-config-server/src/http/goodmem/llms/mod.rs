//! `/v1/llms`

mod capabilities;
pub(crate) mod create;
mod credentials;
mod delete;
mod get;
mod list;
mod llm;
mod sampling;
mod unsupported;
pub(crate) mod update;

use crate::http::query::BothSpellings;
use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![
        create,
        list(BothSpellings<list::ListQuery>),
        get(BothSpellings<get::GetQuery>),
        update,
        delete,
    ]
}
