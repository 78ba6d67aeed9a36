//! A restricted or expiring token cannot grant a role with rights that it lacks.

use llm_config_core::access::{
    Action, Actor, Decision, OrgRole, Right, TargetUser, TokenScope, WorkspaceAction, WorkspaceRole,
};
use llm_config_core::time::Timestamp;

use crate::access::{actor, check, colleague, with_rights, with_workspaces};
use crate::sample::workspace;

fn expiring(role: OrgRole) -> Actor {
    let expires_at = Some(Timestamp::from_micros(1));
    Actor { token_scope: TokenScope { expires_at, ..TokenScope::default() }, ..actor(role) }
}

/// A token of an owner with the rights to grant roles only, and an expiring one.
fn lesser_tokens() -> [Actor; 2] {
    let narrow = [Right::ChangeRole, Right::CreateUser, Right::ReadUserAny];
    [with_rights(OrgRole::Owner, &narrow), expiring(OrgRole::Owner)]
}

#[test]
fn create_user_by_restricted_token_is_allowed_for_plain_roles_only() {
    for token in lesser_tokens() {
        for (role, expected) in [
            (OrgRole::User, Decision::Allow),
            (OrgRole::Billing, Decision::Allow),
            (OrgRole::Workspaces, Decision::Deny),
            (OrgRole::Administrators, Decision::Deny),
            (OrgRole::Owner, Decision::Deny),
        ] {
            check(&token, Action::CreateUser(role), expected);
            check(&actor(OrgRole::Owner), Action::CreateUser(role), Decision::Allow);
        }
    }
}

#[test]
fn change_role_by_restricted_token_only_removes_rights() {
    use OrgRole::{Administrators, Billing, Owner, User, Workspaces};
    let by_rights = [Billing, User, Workspaces, Administrators, Owner];
    for token in lesser_tokens() {
        for (n, &old) in by_rights.iter().enumerate() {
            for (m, &new) in by_rights.iter().enumerate() {
                let target = TargetUser { role: old, ..colleague() };
                let expected = if m > n { Decision::Deny } else { Decision::Allow };
                check(&token, Action::ChangeRole(target, new), expected);
                check(&actor(Owner), Action::ChangeRole(target, new), Decision::Allow);
            }
        }
    }
}

#[test]
fn grant_membership_by_restricted_token_requires_rights_of_role() {
    const READ: [Right; 4] =
        [Right::ReadWorkspaceLlm, Right::ListWorkspaceLlm, Right::CallWorkspaceLlm, Right::ReadWorkspace];
    const WRITE: [Right; 4] = [
        Right::CreateWorkspaceLlm,
        Right::UpdateWorkspaceLlm,
        Right::DeleteWorkspaceLlm,
        Right::PingWorkspaceLlm,
    ];
    let grant = |role| grant(1, None, role);
    let (allow, deny) = (Decision::Allow, Decision::Deny);
    for (rights, [read, write, admin]) in [
        (vec![], [deny, deny, deny]),
        (READ.to_vec(), [allow, deny, deny]),
        (WRITE.to_vec(), [deny, deny, deny]),
        ([&READ[..], &WRITE].concat(), [allow, allow, deny]),
        ([&READ[..], &WRITE, &[Right::RenameWorkspace]].concat(), [allow, allow, allow]),
    ] {
        let rights = [&[Right::ManageMembers][..], &rights].concat();
        for role in [OrgRole::Owner, OrgRole::User] {
            let token = with_rights(role, &rights);
            check(&token, Action::Workspace(WorkspaceAction::ManageMembers, workspace(1)), allow);
            check(&token, grant(WorkspaceRole::Read), read);
            check(&token, grant(WorkspaceRole::Write), write);
            check(&token, grant(WorkspaceRole::Admin), admin);
        }
    }
}

fn grant(number: u128, current: Option<WorkspaceRole>, role: WorkspaceRole) -> Action {
    Action::GrantMembership { workspace: workspace(number), current, role }
}

#[test]
fn grant_membership_without_new_rights_requires_manage_members_only() {
    for (n, &current) in WorkspaceRole::ALL.iter().enumerate() {
        for (m, &role) in WorkspaceRole::ALL.iter().enumerate() {
            let expected = if m > n { Decision::Deny } else { Decision::Allow };
            for token in [expiring(OrgRole::Owner), with_rights(OrgRole::User, &[Right::ManageMembers])] {
                check(&token, grant(1, Some(current), role), expected);
            }
        }
    }
}

#[test]
fn grant_membership_by_expiring_token_is_denied() {
    for role in [OrgRole::Owner, OrgRole::User] {
        for member in WorkspaceRole::ALL {
            check(&expiring(role), grant(1, None, *member), Decision::Deny);
        }
        check(
            &expiring(role),
            Action::Workspace(WorkspaceAction::ManageMembers, workspace(1)),
            Decision::Allow,
        );
    }
}

#[test]
fn grant_membership_by_token_of_workspace_is_allowed_there_only() {
    let token = with_workspaces(OrgRole::Owner, &[workspace(1)]);
    check(&token, grant(1, None, WorkspaceRole::Admin), Decision::Allow);
    check(&token, grant(2, None, WorkspaceRole::Read), Decision::Deny);
}
