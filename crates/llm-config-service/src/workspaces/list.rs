//! Lists workspaces.

use llm_config_core::access::{Action, ConfigAction, WorkspaceAction, visible_workspaces};
use llm_config_core::scope::Scope;
use llm_config_store::Workspace;

use super::get::WorkspaceWithMembers;
use crate::error::Error;
use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;

/// A workspace with counts.
#[derive(Debug)]
pub struct WorkspaceSummary {
    /// The workspace.
    pub workspace: Workspace,
    /// How many members it has.
    pub members: usize,
    /// How many configurations it has; `None` for a caller who may not list them.
    pub configurations: Option<i64>,
}

impl Service {
    /// The workspaces that the caller may read, by name.
    pub async fn list_workspaces(&self, session: &Session) -> Result<Vec<WorkspaceWithMembers>, Error> {
        let visible = visible_workspaces(&session.actor, |id| Action::Workspace(WorkspaceAction::Read, id));
        self.store
            .read(move |tx| {
                let mut list = Vec::new();
                for workspace in tx.list_workspaces()? {
                    if visible.contains(workspace.id) {
                        let members = tx.members(workspace.id)?;
                        list.push(WorkspaceWithMembers { workspace, members });
                    }
                }
                Ok(list)
            })
            .await
    }

    /// The workspaces that the caller may read, by name, with the number of members and configurations.
    pub async fn list_workspace_summaries(&self, session: &Session) -> Result<Vec<WorkspaceSummary>, Error> {
        let actor = session.actor.clone();
        let visible = visible_workspaces(&actor, |id| Action::Workspace(WorkspaceAction::Read, id));
        self.store
            .read(move |tx| {
                let mut summaries = Vec::new();
                for workspace in tx.list_workspaces()? {
                    if visible.contains(workspace.id) {
                        let members = tx.members(workspace.id)?.len();
                        let scope = Scope::Workspace(workspace.id);
                        let may_list = is_allowed(&actor, &Action::Config(ConfigAction::List, scope));
                        let configurations = if may_list { Some(tx.count_configs(scope)?) } else { None };
                        summaries.push(WorkspaceSummary { workspace, members, configurations });
                    }
                }
                Ok(summaries)
            })
            .await
    }
}
