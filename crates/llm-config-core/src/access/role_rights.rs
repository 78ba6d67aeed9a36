//! The rights that each role grants.

use super::action::{Action, Actor};
use super::right::Right;
use super::role::{OrgRole, WorkspaceRole};

/// Whether the actor's roles grant `right` for `action`.
pub(super) fn grants(actor: &Actor, right: Right, action: &Action) -> bool {
    let as_member = action
        .workspace()
        .and_then(|workspace| actor.memberships.get(&workspace))
        .is_some_and(|role| member_has(*role, right));
    let on_own = is_on_own_account(right) || is_on_own_configs(right);
    match actor.role {
        OrgRole::Owner | OrgRole::Administrators => true,
        OrgRole::Workspaces => on_own || is_on_all_workspaces(right) || reads_colleague(action, right),
        OrgRole::User => on_own || as_member || reads_colleague(action, right),
        OrgRole::Billing => is_on_own_account(right),
    }
}

/// The rights that a role in a workspace grants there.
pub(super) fn of_member(role: WorkspaceRole) -> impl Iterator<Item = Right> {
    Right::ALL.iter().copied().filter(move |right| member_has(role, *right))
}

/// Whether a change of role from `old` to `new` adds rights. The numbers of the roles do not order them:
/// BILLING has a higher number than USER and fewer rights.
pub(super) fn adds_rights(old: OrgRole, new: OrgRole) -> bool {
    const fn reach(role: OrgRole) -> u8 {
        match role {
            OrgRole::Billing => 0,
            OrgRole::User => 1,
            OrgRole::Workspaces => 2,
            OrgRole::Administrators => 3,
            OrgRole::Owner => 4,
        }
    }
    reach(new) > reach(old)
}

/// Members of one workspace can read each other's users.
const fn reads_colleague(action: &Action, right: Right) -> bool {
    matches!((action, right), (Action::User(_, target), Right::ReadUserAny) if target.shares_workspace)
}

/// Every role has these rights: on the own account and the own tokens.
const fn is_on_own_account(right: Right) -> bool {
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

const fn is_on_own_configs(right: Right) -> bool {
    matches!(
        right,
        Right::CreateLlmOwn
            | Right::ReadLlmOwn
            | Right::ListLlmOwn
            | Right::UpdateLlmOwn
            | Right::DeleteLlmOwn
            | Right::PingLlmOwn
    )
}

const fn is_on_all_workspaces(right: Right) -> bool {
    member_has(WorkspaceRole::Admin, right)
        || matches!(right, Right::CreateWorkspace | Right::DeleteWorkspace)
}

const fn member_has(role: WorkspaceRole, right: Right) -> bool {
    let reads = matches!(right, Right::ReadWorkspaceLlm | Right::ListWorkspaceLlm | Right::ReadWorkspace);
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
