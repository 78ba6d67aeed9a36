//! `/llm-config/v1`.

mod attention;
mod checks;
mod configs;
mod usage;
mod usage_writer;

use super::app;
