//! `/ai/llm`: one file for each operation.

mod available;
mod create;
mod delete;
mod errors;
mod list;
mod names;
mod stats;
mod update;
mod validate;

use super::{app, database};
