//! Pages about workspaces and their members.

pub(super) mod delete;
pub(super) mod list;
pub(super) mod members;
pub(super) mod show;
