//! What a caller may do with workspaces, so that a program offers nothing that is refused.

use llm_config_core::access::{Action, ConfigAction, WorkspaceAction};
use llm_config_core::id::WorkspaceId;
use llm_config_core::scope::Scope;

use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;

/// What a caller may do with a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one for each action")]
pub struct AllowedWorkspaceActions {
    /// Give it another name.
    pub rename: bool,
    /// Delete it.
    pub delete: bool,
    /// Add, change and remove members.
    pub manage_members: bool,
    /// List its configurations.
    pub list_configs: bool,
}

impl Service {
    /// What the caller may do with a workspace, by the rights that they had at authentication. Each use case
    /// decides again.
    #[must_use]
    pub fn allowed_workspace_actions(&self, session: &Session, id: WorkspaceId) -> AllowedWorkspaceActions {
        let may = |action| is_allowed(&session.actor, &Action::Workspace(action, id));
        AllowedWorkspaceActions {
            rename: may(WorkspaceAction::Rename),
            delete: may(WorkspaceAction::Delete),
            manage_members: may(WorkspaceAction::ManageMembers),
            list_configs: is_allowed(
                &session.actor,
                &Action::Configs(ConfigAction::List, Scope::Workspace(id)),
            ),
        }
    }

    /// Whether the caller may create a workspace, by the rights that they had at authentication.
    #[must_use]
    pub fn may_create_workspace(&self, session: &Session) -> bool {
        is_allowed(&session.actor, &Action::CreateWorkspace)
    }
}
