//! Removes a member from a workspace.

use llm_config_core::access::WorkspaceRole;
use llm_config_core::id::{PrincipalId, WorkspaceId};

use super::authorization::lock_members;
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Ends a membership. Returns the role that the member had.
    pub async fn remove_member(
        &self,
        session: &Session,
        workspace: WorkspaceId,
        user: PrincipalId,
    ) -> Result<WorkspaceRole, Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                lock_members(tx, workspace, &caller)?;
                let role = tx.membership(workspace, user)?.ok_or(Error::NotFound("member"))?;
                tx.remove_membership(workspace, user, &caller)?;
                Ok(role)
            })
            .await
    }
}
