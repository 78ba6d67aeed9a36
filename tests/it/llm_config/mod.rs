//! `/llm-config`.

mod v1;

use super::app;
