//! Changes the role of a member.

use llm_config_core::access::WorkspaceRole;
use llm_config_core::id::{PrincipalId, WorkspaceId};

use super::authorization::{authorize_grant, lock_members};
use crate::error::{Error, Parsed};
use crate::policy::require_recent_sign_in;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Gives a member another role.
    pub async fn change_member(
        &self,
        session: &Session,
        workspace: WorkspaceId,
        user: PrincipalId,
        role: Parsed<WorkspaceRole>,
    ) -> Result<(), Error> {
        let session = session.clone();
        self.store
            .write(move |tx| {
                let actor = lock_members(tx, workspace.into(), &session.caller)?;
                let current = tx.membership(workspace, user)?.ok_or(Error::NotFound("member"))?;
                let role = role.clone()?;
                authorize_grant(&actor, workspace, Some(current), role)?;
                require_recent_sign_in(&session, tx.now())?;
                Ok(tx.change_member(workspace, user, role, &session.caller)?)
            })
            .await
    }
}
