//! `/llm-config/v1/configs/{id}`.

mod checks;
mod planned_checks;

use super::app;
