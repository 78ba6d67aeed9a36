//! `/v1/apikeys`

mod api_key;
mod ceiling_rules;
pub(crate) mod create;
mod delete;
mod get;
mod list;
mod times;
pub(crate) mod update;

use crate::http::query::BothSpellings;
use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![create, list(BothSpellings<list::ListQuery>), get, update, delete]
}
