//! Deletes a workspace.

use llm_config_core::access::WorkspaceAction;
use llm_config_core::id::WorkspaceId;
use llm_config_core::scope::Scope;

use super::authorization::authorized_workspace;
use crate::configs::require_no_configs;
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Deletes a workspace that has no configuration, with its memberships.
    pub async fn delete_workspace(&self, session: &Session, id: WorkspaceId) -> Result<(), Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let found = tx.find_workspace_for_update(id)?;
                let actor = tx.actor(&caller)?;
                authorized_workspace(&actor, found, WorkspaceAction::Delete)?;
                require_no_configs(tx, &actor, Scope::Workspace(id))?;
                Ok(tx.delete_workspace(id, &caller)?)
            })
            .await
    }
}
