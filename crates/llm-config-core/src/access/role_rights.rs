//! The rights that each role grants.

use super::action::{Action, Actor};
use super::right::Right;
use super::role::{OrgRole, WorkspaceRole};

/// Whether the actor's roles grant `right` for `action`.
pub(super) fn roles_grant(actor: &Actor, right: Right, action: &Action) -> bool {
    let as_member = action
        .workspace()
        .and_then(|workspace| actor.memberships.get(&workspace))
        .is_some_and(|role| member_has(*role, right));
    let is_own = is_own_account_right(right) || is_own_config_right(right);
    match actor.role {
        OrgRole::Owner | OrgRole::Administrators => true,
        OrgRole::Workspaces => {
            is_own || is_workspace_manager_right(right) || is_read_of_fellow_member(action, right)
        }
        OrgRole::User => is_own || as_member || is_read_of_fellow_member(action, right),
        OrgRole::Billing => is_own_account_right(right),
    }
}

/// The rights that a role in a workspace grants in that workspace.
pub(super) fn rights_of_member(role: WorkspaceRole) -> impl Iterator<Item = Right> {
    Right::ALL.iter().copied().filter(move |right| member_has(role, *right))
}

/// Whether the role `new` grants more rights than `old`. The order of `OrgRole` cannot decide this: `Billing`
/// ranks above `User` but grants fewer rights.
#[must_use]
pub fn adds_rights(old: OrgRole, new: OrgRole) -> bool {
    const fn rights_rank(role: OrgRole) -> u8 {
        match role {
            OrgRole::Billing => 0,
            OrgRole::User => 1,
            OrgRole::Workspaces => 2,
            OrgRole::Administrators => 3,
            OrgRole::Owner => 4,
        }
    }
    rights_rank(new) > rights_rank(old)
}

/// Whether `right` is the right to read a user and the actor shares a workspace with that user.
const fn is_read_of_fellow_member(action: &Action, right: Right) -> bool {
    matches!((action, right), (Action::User(_, target), Right::ReadUserAny) if target.shares_workspace)
}

/// Whether `right` concerns only the actor's account and tokens. Every role grants these rights.
const fn is_own_account_right(right: Right) -> bool {
    matches!(
        right,
        Right::ReadUserOwn
            | Right::UpdateUserOwn
            | Right::IssueTokenOwn
            | Right::ListTokensOwn
            | Right::UpdateTokenOwn
            | Right::RevokeTokenOwn
    )
}

/// Whether `right` concerns only the actor's configurations.
const fn is_own_config_right(right: Right) -> bool {
    matches!(
        right,
        Right::CreateLlmOwn
            | Right::ReadLlmOwn
            | Right::ListLlmOwn
            | Right::UpdateLlmOwn
            | Right::DeleteLlmOwn
            | Right::PingLlmOwn
            | Right::CallLlmOwn
    )
}

/// Whether `right` belongs to `OrgRole::Workspaces`, which manages every workspace.
const fn is_workspace_manager_right(right: Right) -> bool {
    member_has(WorkspaceRole::Admin, right)
        || matches!(right, Right::CreateWorkspace | Right::DeleteWorkspace)
}

const fn member_has(role: WorkspaceRole, right: Right) -> bool {
    let reads = matches!(
        right,
        Right::ReadWorkspaceLlm | Right::ListWorkspaceLlm | Right::CallWorkspaceLlm | Right::ReadWorkspace
    );
    let writes = matches!(
        right,
        Right::CreateWorkspaceLlm
            | Right::UpdateWorkspaceLlm
            | Right::DeleteWorkspaceLlm
            | Right::PingWorkspaceLlm
    );
    let administers = matches!(right, Right::RenameWorkspace | Right::ManageMembers);
    match role {
        WorkspaceRole::Read => reads,
        WorkspaceRole::Write => reads || writes,
        WorkspaceRole::Admin => reads || writes || administers,
    }
}
