//! Renames a workspace.

use llm_config_core::access::WorkspaceAction;
use llm_config_core::id::WorkspaceId;
use llm_config_core::text::DisplayName;
use llm_config_store::Workspace;

use super::authorization::authorized_workspace;
use crate::error::{Error, Parsed};
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Gives a workspace a new name; `None` keeps the present one.
    pub async fn rename_workspace(
        &self,
        session: &Session,
        id: WorkspaceId,
        name: Parsed<Option<DisplayName>>,
    ) -> Result<Workspace, Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let found = tx.find_workspace_for_update(id)?;
                let actor = tx.actor(&caller)?;
                let current = authorized_workspace(&actor, found, WorkspaceAction::Rename)?;
                match name.as_ref().map_err(Clone::clone)? {
                    Some(name) => Ok(tx.rename_workspace(&current, name, &caller)?),
                    None => Ok(current),
                }
            })
            .await
    }
}
