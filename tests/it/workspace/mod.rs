//! `/workspace`: one file for the workspaces, one for their members.

mod users;
mod workspaces;

use super::app;
