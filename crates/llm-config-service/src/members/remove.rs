//! Removes a member from a workspace.

use llm_config_core::access::WorkspaceRole;
use llm_config_core::id::PrincipalId;

use super::authorization::lock_members;
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;
use crate::workspaces::WorkspaceTarget;

impl Service {
    /// Ends a membership. Returns the role that the member had.
    pub async fn remove_member(
        &self,
        session: &Session,
        workspace: impl Into<WorkspaceTarget>,
        user: PrincipalId,
    ) -> Result<WorkspaceRole, Error> {
        let target: WorkspaceTarget = workspace.into();
        let workspace = target.id;
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                lock_members(tx, target, &caller)?;
                let role = tx.membership(workspace, user)?.ok_or(Error::NotFound("member"))?;
                tx.remove_membership(workspace, user, &caller)?;
                Ok(role)
            })
            .await
    }
}
