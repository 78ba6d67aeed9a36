//! Lists workspaces.

use llm_config_core::access::{Action, ConfigAction, VisibleWorkspaces, WorkspaceAction, visible_workspaces};
use llm_config_core::scope::Scope;
use llm_config_core::text::DisplayName;
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
    /// The number of members.
    pub members: usize,
    /// The number of configurations; `None` for a caller who may not list them.
    pub configurations: Option<i64>,
}

impl Service {
    /// The workspaces that the caller may read, by name.
    pub async fn list_workspaces(&self, session: &Session) -> Result<Vec<Workspace>, Error> {
        let visible = readable_workspaces(session);
        self.store
            .read(move |tx| {
                let mut list = tx.list_workspaces()?;
                list.retain(|workspace| visible.contains(workspace.id));
                Ok(list)
            })
            .await
    }

    /// The workspaces that the caller may read and whose names have the uniqueness key of `name`.
    pub async fn workspaces_named(
        &self,
        session: &Session,
        name: &DisplayName,
    ) -> Result<Vec<Workspace>, Error> {
        let key = name.uniqueness_key();
        let mut list = self.list_workspaces(session).await?;
        list.retain(|workspace| workspace.name.uniqueness_key() == key);
        Ok(list)
    }

    /// The workspaces that the caller may read, by name, with their members.
    pub async fn list_workspaces_with_members(
        &self,
        session: &Session,
    ) -> Result<Vec<WorkspaceWithMembers>, Error> {
        let visible = readable_workspaces(session);
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
        let visible = readable_workspaces(session);
        self.store
            .read(move |tx| {
                let mut summaries = Vec::new();
                for workspace in tx.list_workspaces()? {
                    if visible.contains(workspace.id) {
                        let members = tx.members(workspace.id)?.len();
                        let scope = Scope::Workspace(workspace.id);
                        let may_list = is_allowed(&actor, &Action::Configs(ConfigAction::List, scope));
                        let configurations = if may_list { Some(tx.count_configs(scope)?) } else { None };
                        summaries.push(WorkspaceSummary { workspace, members, configurations });
                    }
                }
                Ok(summaries)
            })
            .await
    }
}

/// The workspaces that the caller may read.
fn readable_workspaces(session: &Session) -> VisibleWorkspaces {
    visible_workspaces(&session.actor, |id| Action::Workspace(WorkspaceAction::Read, id))
}
