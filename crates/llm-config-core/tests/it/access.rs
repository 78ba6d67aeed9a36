//! The access policy beyond the matrix: restricted tokens, lists, and combinations of roles.

use llm_config_core::access::{
    Action, Actor, ConfigAction, Decision, OrgRole, Right, TargetUser, TokenAction, TokenScope, UserAction,
    VisiblePrincipals, WorkspaceAction, WorkspaceRole, decide, exceeds, missing_right, visible_owners,
    visible_token_holders,
};
use llm_config_core::id::{PrincipalId, WorkspaceId};
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;

use crate::sample::{config, principal, workspace};

pub(crate) fn check(actor: &Actor, action: Action, expected: Decision) {
    assert_eq!(decide(actor, &action), expected, "{action:?} by {actor:?}");
}

pub(crate) fn check_all(actor: &Actor, table: &[(Action, Decision)]) {
    for (action, expected) in table {
        check(actor, *action, *expected);
    }
}

pub(crate) fn me() -> PrincipalId {
    principal(1)
}

/// The principal `me`, with the role ADMIN in workspace 1 and READ in workspace 2.
pub(crate) fn actor(role: OrgRole) -> Actor {
    let memberships =
        [(workspace(1), WorkspaceRole::Admin), (workspace(2), WorkspaceRole::Read)].into_iter().collect();
    Actor { memberships, ..Actor::new(me(), role) }
}

pub(crate) fn with_rights(role: OrgRole, rights: &[Right]) -> Actor {
    let rights = Some(rights.iter().copied().collect());
    Actor { token_scope: TokenScope { rights, ..TokenScope::default() }, ..actor(role) }
}

pub(crate) fn with_workspaces(role: OrgRole, workspaces: &[WorkspaceId]) -> Actor {
    let workspaces = Some(workspaces.iter().copied().collect());
    Actor { token_scope: TokenScope { workspaces, ..TokenScope::default() }, ..actor(role) }
}

pub(crate) fn own_config(action: ConfigAction) -> Action {
    Action::Config(action, Scope::Owner(me()), config(1))
}

fn others_config(action: ConfigAction) -> Action {
    Action::Config(action, Scope::Owner(principal(2)), config(1))
}

pub(crate) fn workspace_config(action: ConfigAction, number: u128) -> Action {
    Action::Config(action, Scope::Workspace(workspace(number)), config(1))
}

pub(crate) fn myself(role: OrgRole) -> TargetUser {
    TargetUser { id: me(), role, shares_workspace: true }
}

pub(crate) fn colleague() -> TargetUser {
    TargetUser { id: principal(2), role: OrgRole::User, shares_workspace: true }
}

#[test]
fn decide_with_token_without_rights_denies() {
    for &role in OrgRole::ALL {
        let actor = with_rights(role, &[]);
        for action in [
            own_config(ConfigAction::Read),
            workspace_config(ConfigAction::Read, 1),
            Action::ReadAudit,
            Action::CreateUser(OrgRole::User),
        ] {
            check(&actor, action, Decision::Deny);
        }
        check(&actor, Action::Tokens(TokenAction::Issue, myself(role)), Decision::Deny);
        check(&actor, Action::User(UserAction::Update, myself(role)), Decision::Deny);
        check(&actor, Action::User(UserAction::Read, colleague()), Decision::Hide);
        // Every token may read its own user.
        check(&actor, Action::User(UserAction::Read, myself(role)), Decision::Allow);
    }
}

#[test]
fn decide_with_token_of_some_rights_allows_those_of_holder() {
    let owner = with_rights(OrgRole::Owner, &[Right::ReadLlmAny, Right::ReadWorkspaceLlm]);
    check_all(
        &owner,
        &[
            (others_config(ConfigAction::Read), Decision::Allow),
            (workspace_config(ConfigAction::Read, 9), Decision::Allow),
            (others_config(ConfigAction::Update), Decision::Deny),
            (workspace_config(ConfigAction::Ping, 1), Decision::Deny),
            (Action::ReadAudit, Decision::Deny),
            (Action::Workspace(WorkspaceAction::Read, workspace(1)), Decision::Deny),
        ],
    );
}

#[test]
fn any_right_includes_own_right_only() {
    let owner = with_rights(OrgRole::Owner, &[Right::ReadLlmAny]);
    check(&owner, own_config(ConfigAction::Read), Decision::Allow);
    let owner = with_rights(OrgRole::Owner, &[Right::ReadLlmOwn]);
    check(&owner, own_config(ConfigAction::Read), Decision::Allow);
    check(&owner, others_config(ConfigAction::Read), Decision::Deny);
}

#[test]
fn decide_with_token_never_exceeds_holder() {
    let user = with_rights(OrgRole::User, Right::ALL);
    check_all(
        &user,
        &[
            (others_config(ConfigAction::Read), Decision::Deny),
            (workspace_config(ConfigAction::Update, 2), Decision::Deny),
            (workspace_config(ConfigAction::Update, 1), Decision::Allow),
            (Action::CreateWorkspace, Decision::Deny),
            (Action::ChangeRole(colleague(), OrgRole::User), Decision::Deny),
            (Action::RotateKeys, Decision::Deny),
        ],
    );
}

#[test]
fn decide_with_any_right_allows_some_action_of_owner() {
    for &right in Right::ALL {
        let actor = with_rights(OrgRole::Owner, &[right]);
        let allowed =
            every_action().iter().filter(|action| decide(&actor, action) == Decision::Allow).count();
        assert!(allowed > 0, "{right} allows nothing");
    }
}

/// An action for every right: each action on own objects and on those of others.
pub(crate) fn every_action() -> Vec<Action> {
    let mut actions: Vec<Action> = ConfigAction::ALL
        .into_iter()
        .flat_map(|action| [own_config(action), others_config(action), workspace_config(action, 1)])
        .collect();
    for action in [
        WorkspaceAction::Read,
        WorkspaceAction::Rename,
        WorkspaceAction::Delete,
        WorkspaceAction::ManageMembers,
    ] {
        actions.push(Action::Workspace(action, workspace(1)));
    }
    for target in [myself(OrgRole::Owner), colleague()] {
        actions.extend(
            [UserAction::Read, UserAction::Update, UserAction::Delete]
                .map(|action| Action::User(action, target)),
        );
        let actions_of_kind =
            [TokenAction::Issue, TokenAction::List, TokenAction::Update, TokenAction::Revoke];
        actions.extend(actions_of_kind.map(|action| Action::Tokens(action, target)));
        actions.push(Action::ChangeRole(target, OrgRole::User));
    }
    actions.extend([Action::CreateWorkspace, Action::CreateUser(OrgRole::User), Action::ReadAudit]);
    actions.extend([Action::ReadKeyState, Action::RotateKeys, Action::ReadMetrics]);
    actions
}

#[test]
fn decide_with_token_of_workspaces_allows_those_and_own_user() {
    for &role in OrgRole::ALL {
        let actor = with_workspaces(role, &[workspace(1)]);
        let me = myself(role);
        let update_decision = if role == OrgRole::Billing { Decision::Deny } else { Decision::Allow };
        check_all(
            &actor,
            &[
                (workspace_config(ConfigAction::Update, 1), update_decision),
                (Action::Workspace(WorkspaceAction::ManageMembers, workspace(1)), update_decision),
                (Action::User(UserAction::Read, me), Decision::Allow),
                (workspace_config(ConfigAction::Read, 2), Decision::Deny),
                (workspace_config(ConfigAction::Read, 9), Decision::Deny),
                (Action::Workspace(WorkspaceAction::Read, workspace(2)), Decision::Deny),
                (own_config(ConfigAction::Read), Decision::Deny),
                (own_config(ConfigAction::List), Decision::Deny),
                (others_config(ConfigAction::Read), Decision::Deny),
                (Action::CreateWorkspace, Decision::Deny),
                (Action::CreateUser(OrgRole::User), Decision::Deny),
                (Action::User(UserAction::Update, me), Decision::Deny),
                (Action::User(UserAction::Read, colleague()), Decision::Hide),
                (Action::User(UserAction::Delete, colleague()), Decision::Hide),
                (Action::ChangeRole(colleague(), OrgRole::User), Decision::Hide),
                (Action::Tokens(TokenAction::Issue, me), Decision::Deny),
                (Action::Tokens(TokenAction::List, colleague()), Decision::Hide),
                (Action::ReadAudit, Decision::Deny),
                (Action::ReadKeyState, Decision::Deny),
                (Action::RotateKeys, Decision::Deny),
                (Action::ReadMetrics, Decision::Deny),
            ],
        );
    }
}

#[test]
fn decide_about_call_and_ping_needs_right_of_each() {
    let checks = with_rights(OrgRole::Owner, &[Right::PingLlmAny, Right::PingWorkspaceLlm]);
    let calls = with_rights(OrgRole::Owner, &[Right::CallLlmAny, Right::CallWorkspaceLlm]);
    for config_of in [own_config, others_config, |action| workspace_config(action, 1)] {
        check(&checks, config_of(ConfigAction::Ping), Decision::Allow);
        check(&checks, config_of(ConfigAction::Call), Decision::Deny);
        check(&calls, config_of(ConfigAction::Call), Decision::Allow);
        check(&calls, config_of(ConfigAction::Ping), Decision::Deny);
        check(&calls, config_of(ConfigAction::Read), Decision::Deny);
    }
}

#[test]
fn decide_with_token_of_workspace_uses_role_of_holder() {
    let user = with_workspaces(OrgRole::User, &[workspace(2), workspace(9)]);
    check_all(
        &user,
        &[
            (workspace_config(ConfigAction::Read, 2), Decision::Allow),
            (workspace_config(ConfigAction::Update, 2), Decision::Deny),
            (workspace_config(ConfigAction::Read, 1), Decision::Deny),
            (workspace_config(ConfigAction::Read, 9), Decision::Deny),
        ],
    );
}

#[test]
fn decide_with_token_of_rights_and_workspaces_applies_both() {
    let mut user = with_workspaces(OrgRole::User, &[workspace(1)]);
    user.token_scope.rights = Some([Right::ReadWorkspaceLlm, Right::ReadLlmOwn].into());
    check_all(
        &user,
        &[
            (workspace_config(ConfigAction::Read, 1), Decision::Allow),
            (workspace_config(ConfigAction::List, 1), Decision::Deny),
            (workspace_config(ConfigAction::Read, 2), Decision::Deny),
            (own_config(ConfigAction::Read), Decision::Deny),
        ],
    );
}

#[test]
fn decide_with_token_of_no_workspace_denies() {
    let owner = with_workspaces(OrgRole::Owner, &[]);
    check(&owner, workspace_config(ConfigAction::Read, 1), Decision::Deny);
    check(&owner, Action::User(UserAction::Read, myself(OrgRole::Owner)), Decision::Allow);
}

#[test]
fn decide_ignores_expiry() {
    let token_scope = TokenScope { expires_at: Some(Timestamp::from_micros(0)), ..TokenScope::default() };
    check(&Actor { token_scope, ..actor(OrgRole::User) }, own_config(ConfigAction::Read), Decision::Allow);
}

#[test]
fn decide_for_billing_allows_own_account_only() {
    check_all(
        &actor(OrgRole::Billing),
        &[
            (workspace_config(ConfigAction::Read, 1), Decision::Deny),
            (Action::Workspace(WorkspaceAction::Read, workspace(1)), Decision::Deny),
            (own_config(ConfigAction::Create), Decision::Deny),
            (Action::User(UserAction::Read, colleague()), Decision::Hide),
            (Action::User(UserAction::Read, myself(OrgRole::Billing)), Decision::Allow),
            (Action::Tokens(TokenAction::Issue, myself(OrgRole::Billing)), Decision::Allow),
        ],
    );
}

#[test]
fn decide_for_administrator_ignores_workspace_role() {
    for role in [OrgRole::Workspaces, OrgRole::Administrators, OrgRole::Owner] {
        check(&actor(role), workspace_config(ConfigAction::Delete, 2), Decision::Allow);
        check(&actor(role), Action::Workspace(WorkspaceAction::Delete, workspace(2)), Decision::Allow);
    }
}

#[test]
fn decide_for_operator_allows_every_action() {
    for action in every_action() {
        check(&Actor::operator(), action, Decision::Allow);
    }
}

#[test]
fn visible_lists_contain_all_own_or_none() {
    let everyone = [OrgRole::Owner, OrgRole::Administrators];
    for &role in OrgRole::ALL {
        let all_or = |own| if everyone.contains(&role) { VisiblePrincipals::All } else { own };
        let own_configs =
            if role == OrgRole::Billing { VisiblePrincipals::None } else { VisiblePrincipals::Only(me()) };
        assert_eq!(visible_owners(&actor(role)), all_or(own_configs), "{role}");
        assert_eq!(visible_token_holders(&actor(role)), all_or(VisiblePrincipals::Only(me())), "{role}");
        for narrowed in [with_rights(role, &[]), with_workspaces(role, &[workspace(1)])] {
            assert_eq!(visible_owners(&narrowed), VisiblePrincipals::None, "{role}");
            assert_eq!(visible_token_holders(&narrowed), VisiblePrincipals::None, "{role}");
        }
    }
}

#[test]
fn visible_lists_follow_rights_of_token() {
    let actor = with_rights(OrgRole::Owner, &[Right::ListLlmOwn, Right::ListTokensOwn]);
    assert_eq!(visible_owners(&actor), VisiblePrincipals::Only(me()));
    assert_eq!(visible_token_holders(&actor), VisiblePrincipals::Only(me()));
    // An `Any` right includes the actor's own objects.
    let actor = with_rights(OrgRole::Owner, &[Right::ListLlmAny]);
    assert_eq!(visible_owners(&actor), VisiblePrincipals::All);
}

#[test]
fn exceeds_with_own_right_for_another_user_is_true() {
    let token_scope = |rights: &[Right]| TokenScope {
        rights: Some(rights.iter().copied().collect()),
        ..TokenScope::default()
    };
    let narrow = with_rights(OrgRole::Owner, &[Right::IssueTokenAny, Right::ReadLlmOwn, Right::ListLlmAny]);
    let full = actor(OrgRole::Owner);
    let (mine, anothers) = (me(), principal(2));
    for (actor, holder, rights, expected) in [
        (&full, anothers, &[Right::ReadLlmOwn][..], false),
        (&narrow, mine, &[Right::ReadLlmOwn], false),
        (&narrow, anothers, &[Right::ListLlmAny], false),
        (&narrow, anothers, &[Right::ReadLlmOwn], true),
        (&narrow, mine, &[Right::ReadLlmAny], true),
    ] {
        assert_eq!(exceeds(actor, holder, &token_scope(rights)), expected, "{rights:?} for {holder}");
    }
    assert!(exceeds(&narrow, anothers, &TokenScope::default()));
}

#[test]
fn missing_right_with_restricted_token_is_right_that_role_grants() {
    let check = |role, rights: &[Right], action, expected| {
        assert_eq!(missing_right(&with_rights(role, rights), &action), expected, "{action:?} by {role}");
    };
    let read = &[Right::ReadLlmAny, Right::ReadWorkspaceLlm][..];
    let update = ConfigAction::Update;
    check(OrgRole::User, read, workspace_config(update, 1), Some(Right::UpdateWorkspaceLlm));
    check(OrgRole::User, read, own_config(update), Some(Right::UpdateLlmOwn));
    check(OrgRole::Owner, read, others_config(update), Some(Right::UpdateLlmAny));
    check(OrgRole::Owner, &[Right::UpdateLlmAny], others_config(update), Some(Right::ReadLlmAny));
    // The role is the obstacle: READ in workspace 2, no membership in workspace 3.
    check(OrgRole::User, read, workspace_config(update, 2), None);
    check(OrgRole::User, read, workspace_config(update, 3), None);
    check(OrgRole::User, read, workspace_config(ConfigAction::Read, 1), None);
    assert_eq!(missing_right(&actor(OrgRole::User), &workspace_config(update, 2)), None);
}
