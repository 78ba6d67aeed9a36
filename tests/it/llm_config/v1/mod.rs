//! `/llm-config/v1`.

mod checks;
mod configs;

use super::app;
