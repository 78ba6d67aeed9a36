//! Renames a workspace.

use llm_config_core::access::WorkspaceAction;
use llm_config_core::text::DisplayName;
use llm_config_store::Workspace;

use super::authorization::authorized_workspace;
use super::duplicate_names::DuplicateNames;
use super::workspace_target::WorkspaceTarget;
use crate::error::{Error, Parsed};
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Gives a workspace a new name; `None` keeps the current name.
    pub async fn rename_workspace(
        &self,
        session: &Session,
        workspace: impl Into<WorkspaceTarget>,
        name: Parsed<Option<DisplayName>>,
        duplicates: DuplicateNames,
    ) -> Result<Workspace, Error> {
        let target: WorkspaceTarget = workspace.into();
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                duplicates.lock(tx)?;
                let found = tx.find_workspace_for_update(target.id)?;
                let actor = tx.actor(&caller)?;
                let current = authorized_workspace(&actor, found, WorkspaceAction::Rename)?;
                target.require_revision(&current)?;
                let Some(name) = name.as_ref().map_err(Clone::clone)? else { return Ok(current) };
                duplicates.check(tx, &actor, name, Some(current.id))?;
                Ok(tx.rename_workspace(&current, name, &caller)?)
            })
            .await
    }
}
