//! Adds a member to a workspace.

use llm_config_core::access::WorkspaceRole;
use llm_config_core::id::{PrincipalId, WorkspaceId};

use super::authorization::{authorize_grant, lock_members};
use crate::error::{Error, MissingReference, Parsed};
use crate::policy::require_recent_sign_in;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Makes a user a member of a workspace. `Conflict` if the user already is a member.
    pub async fn add_member(
        &self,
        session: &Session,
        workspace: WorkspaceId,
        member: Parsed<(PrincipalId, WorkspaceRole)>,
    ) -> Result<(), Error> {
        let session = session.clone();
        self.store
            .write(move |tx| {
                let actor = lock_members(tx, workspace.into(), &session.caller)?;
                let (user, role) = member.clone()?;
                authorize_grant(&actor, workspace, None, role)?;
                require_recent_sign_in(&session, tx.now())?;
                // Locked for update before it is read: `add_member` needs the stronger lock, and a lock that
                // grows may deadlock.
                tx.find_user_for_update(user)?.ok_or(Error::Missing(MissingReference::Member))?;
                Ok(tx.add_member(workspace, user, role, &session.caller)?)
            })
            .await
    }
}
