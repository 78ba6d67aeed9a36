//! `/ai/llm`, `/workspace` and `/organization/users`: one file for each route's contract.

mod available;
mod create;
mod delete;
mod list;
mod members;
mod names;
mod shapes;
mod stats;
mod update;
mod users;
mod workspaces;

use super::app;
