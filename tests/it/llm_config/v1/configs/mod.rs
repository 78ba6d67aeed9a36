//! `/llm-config/v1/configs/{id}`.

mod checks;
mod gateway;
mod get;
mod list;
mod paging;
mod planned_checks;
mod state;

use super::app;
