//! `/v1/llms`: one file for each operation, and for the larger members of its bodies.

mod create;
mod credentials;
mod delete;
mod documented_request;
mod get;
mod labels;
mod list;
mod update;

use super::app;
