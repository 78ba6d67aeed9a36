//! Workspaces: create, get, list, rename, delete.

mod allowed;
mod authorization;
mod create;
mod delete;
mod duplicate_names;
mod get;
mod list;
mod rename;
mod workspace_target;

pub use allowed::AllowedWorkspaceActions;
pub(crate) use authorization::authorized_workspace;
pub use duplicate_names::DuplicateNames;
pub use get::WorkspaceWithMembers;
pub use list::WorkspaceSummary;
pub use workspace_target::WorkspaceTarget;
