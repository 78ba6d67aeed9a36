//! Returns one workspace.

use llm_config_core::access::{Action, ConfigAction, WorkspaceAction};
use llm_config_core::id::WorkspaceId;
use llm_config_core::scope::Scope;
use llm_config_store::{Member, Workspace};

use super::authorization::authorized_workspace;
use crate::error::Error;
use crate::policy::authorize;
use crate::service::Service;
use crate::session::Session;

/// A workspace with its members.
#[derive(Debug)]
pub struct WorkspaceWithMembers {
    /// The workspace.
    pub workspace: Workspace,
    /// The members, by e-mail address.
    pub members: Vec<Member>,
}

impl Service {
    /// The workspace of that id.
    pub async fn workspace(&self, session: &Session, id: WorkspaceId) -> Result<WorkspaceWithMembers, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let found = tx.find_workspace(id)?;
                let workspace = authorized_workspace(&actor, found, WorkspaceAction::Read)?;
                let members = tx.members(id)?;
                Ok(WorkspaceWithMembers { workspace, members })
            })
            .await
    }

    /// How many configurations a workspace has, for callers who may list them.
    pub async fn count_workspace_configs(&self, session: &Session, id: WorkspaceId) -> Result<i64, Error> {
        const REQUIREMENT: &str =
            "counting the configurations of a workspace requires the role READ in the workspace";
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let found = tx.find_workspace(id)?;
                authorized_workspace(&actor, found, WorkspaceAction::Read)?;
                let scope = Scope::Workspace(id);
                authorize(&actor, &Action::Configs(ConfigAction::List, scope), "workspace", REQUIREMENT)?;
                Ok(tx.count_configs(scope)?)
            })
            .await
    }
}
