//! Deletes a workspace.

use llm_config_core::access::WorkspaceAction;
use llm_config_core::scope::Scope;

use super::authorization::authorized_workspace;
use super::workspace_target::WorkspaceTarget;
use crate::configs::require_no_configs;
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Deletes a workspace that has no configuration, with its memberships.
    pub async fn delete_workspace(
        &self,
        session: &Session,
        workspace: impl Into<WorkspaceTarget>,
    ) -> Result<(), Error> {
        let target: WorkspaceTarget = workspace.into();
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                tx.lock_identities()?;
                tx.lock_members(target.id)?;
                let found = tx.find_workspace_for_update(target.id)?;
                let actor = tx.actor(&caller)?;
                let current = authorized_workspace(&actor, found, WorkspaceAction::Delete)?;
                target.require_revision(&current)?;
                require_no_configs(tx, &actor, Scope::Workspace(current.id))?;
                Ok(tx.delete_workspace(current.id, &caller)?)
            })
            .await
    }
}
