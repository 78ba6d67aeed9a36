//! Creates a workspace.

use llm_config_core::access::Action;
use llm_config_core::text::DisplayName;
use llm_config_store::Workspace;

use super::duplicate_names::DuplicateNames;
use crate::error::Error;
use crate::policy::authorize;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Creates a workspace without members.
    pub async fn create_workspace(
        &self,
        session: &Session,
        name: DisplayName,
        duplicates: DuplicateNames,
    ) -> Result<Workspace, Error> {
        const REQUIREMENT: &str =
            "creating a workspace requires the organisation role WORKSPACES, ADMINISTRATORS or OWNER";
        let caller = session.caller.clone();
        let id = self.store.new_workspace_id();
        self.store
            .write(move |tx| {
                duplicates.lock(tx)?;
                let actor = tx.actor(&caller)?;
                authorize(&actor, &Action::CreateWorkspace, "workspace", REQUIREMENT)?;
                duplicates.check(tx, &actor, &name, None)?;
                Ok(tx.create_workspace(id, &name, &caller)?)
            })
            .await
    }
}
