//! Sets the role of a user in a workspace, whether they are a member or not.

use llm_config_core::access::WorkspaceRole;
use llm_config_core::id::PrincipalId;

use super::authorization::{authorize_grant, lock_members};
use crate::error::{Error, MissingReference};
use crate::policy::require_recent_sign_in;
use crate::service::Service;
use crate::session::Session;
use crate::workspaces::WorkspaceTarget;

impl Service {
    /// Makes a user a member with that role, or gives a member that role. Changes nothing if the user
    /// already has the role.
    pub async fn set_member(
        &self,
        session: &Session,
        workspace: impl Into<WorkspaceTarget>,
        user: PrincipalId,
        role: WorkspaceRole,
    ) -> Result<(), Error> {
        let target: WorkspaceTarget = workspace.into();
        let workspace = target.id;
        let session = session.clone();
        self.store
            .write(move |tx| {
                let actor = lock_members(tx, target, &session.caller)?;
                // Locked for update before it is read, as for `add_member`.
                tx.find_user_for_update(user)?.ok_or(Error::Missing(MissingReference::Member))?;
                let current = tx.membership(workspace, user)?;
                if current == Some(role) {
                    return Ok(());
                }
                authorize_grant(&actor, workspace, current, role)?;
                require_recent_sign_in(&session, tx.now())?;
                Ok(tx.set_membership(workspace, user, role, &session.caller)?)
            })
            .await
    }
}
