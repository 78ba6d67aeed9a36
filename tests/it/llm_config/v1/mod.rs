//! `/llm-config/v1`.

mod checks;
mod configs;
mod usage;
mod usage_writer;

use super::app;
