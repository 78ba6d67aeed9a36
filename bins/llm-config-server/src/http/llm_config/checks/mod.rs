//! `/llm-config/v1/checks` and `/llm-config/v1/configs/{id}/checks`

mod change;
mod check_list;
mod depth;
mod flashback;
mod goodmem;
mod list;
mod planned;
mod report_schema;
mod stored;

use crate::http::llm_config::checks::depth::CheckQuery;
use crate::http::resource::{Operation, operations};

/// The operations in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations![flashback(CheckQuery), goodmem(CheckQuery), stored(CheckQuery), planned(CheckQuery), list,]
}
