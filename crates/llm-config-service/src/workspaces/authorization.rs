//! Authorisation of use cases on workspaces.

use llm_config_core::access::{Action, Actor, WorkspaceAction};
use llm_config_store::Workspace;

use crate::error::Error;
use crate::policy::authorize;

/// The workspace that was found, if the actor may do `action` to it.
pub(crate) fn authorized_workspace(
    actor: &Actor,
    found: Option<Workspace>,
    action: WorkspaceAction,
) -> Result<Workspace, Error> {
    let requirement = match action {
        WorkspaceAction::Read => "reading this workspace requires a role in the workspace",
        WorkspaceAction::Rename | WorkspaceAction::ManageMembers => {
            "this requires the role ADMIN in the workspace, or the organisation role WORKSPACES, \
             ADMINISTRATORS or OWNER"
        }
        WorkspaceAction::Delete => {
            "deleting a workspace requires the organisation role WORKSPACES, ADMINISTRATORS or OWNER"
        }
    };
    let workspace = found.ok_or(Error::NotFound("workspace"))?;
    authorize(actor, &Action::Workspace(action, workspace.id), "workspace", requirement)?;
    Ok(workspace)
}
