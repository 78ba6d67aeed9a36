//! `/workspace`: one file for the workspaces, one for their members, one for changes after a lookup by name.

mod lookups;
mod users;
mod workspaces;

use super::app;
