//! Authorisation of use cases on members.

use llm_config_core::access::{Action, Actor, WorkspaceAction, WorkspaceRole};
use llm_config_core::caller::Caller;
use llm_config_core::id::WorkspaceId;
use llm_config_store::Tx;

use crate::error::Error;
use crate::policy::authorize;
use crate::workspaces::{WorkspaceTarget, authorized_workspace};

/// Locks identities against other changes, and returns the actor. Fails if the actor may not change the
/// members of the workspace.
pub(super) fn lock_members(
    tx: &mut Tx<'_>,
    workspace: WorkspaceTarget,
    caller: &Caller,
) -> Result<Actor, Error> {
    tx.lock_identities()?;
    let actor = tx.actor(caller)?;
    let found = tx.find_workspace(workspace.id)?;
    let current = authorized_workspace(&actor, found, WorkspaceAction::ManageMembers)?;
    workspace.require_revision(&current)?;
    Ok(actor)
}

/// Succeeds if the actor may give `role` to a user whose role in the workspace is `current`.
pub(super) fn authorize_grant(
    actor: &Actor,
    workspace: WorkspaceId,
    current: Option<WorkspaceRole>,
    role: WorkspaceRole,
) -> Result<(), Error> {
    const REQUIREMENT: &str = "a token that expires cannot grant a role in a workspace, and a token that is \
                               narrowed to some rights can grant only roles whose rights it has";
    authorize(actor, &Action::GrantMembership { workspace, current, role }, "workspace", REQUIREMENT)
}
