//! The access policy beyond the matrix: narrowed tokens, lists, and roles that do not add up.

use llm_config_core::access::{
    Action, Actor, Decision, OrgRole, Right, Subject, TokenVerb, UserVerb, Verb, Visible, WorkspaceRole,
    WorkspaceVerb, decide, exceeds, visible_owners, visible_token_holders,
};
use llm_config_core::config::Scope;
use llm_config_core::id::{PrincipalId, WorkspaceId};
use llm_config_core::time::Timestamp;
use llm_config_core::token::Ceiling;

use crate::sample::{principal, workspace};

pub(crate) fn check(actor: &Actor, action: Action, expected: Decision) {
    assert_eq!(decide(actor, &action), expected, "{action:?} by {actor:?}");
}

fn check_all(actor: &Actor, table: &[(Action, Decision)]) {
    for (action, expected) in table {
        check(actor, *action, *expected);
    }
}

fn me() -> PrincipalId {
    principal(1)
}

/// Me, ADMIN of the first and READ in the second workspace.
pub(crate) fn actor(role: OrgRole) -> Actor {
    let memberships =
        [(workspace(1), WorkspaceRole::Admin), (workspace(2), WorkspaceRole::Read)].into_iter().collect();
    Actor { memberships, ..Actor::new(me(), role) }
}

pub(crate) fn with_rights(role: OrgRole, rights: &[Right]) -> Actor {
    let rights = Some(rights.iter().copied().collect());
    Actor { ceiling: Ceiling { rights, ..Ceiling::default() }, ..actor(role) }
}

pub(crate) fn with_workspaces(role: OrgRole, workspaces: &[WorkspaceId]) -> Actor {
    let workspaces = Some(workspaces.iter().copied().collect());
    Actor { ceiling: Ceiling { workspaces, ..Ceiling::default() }, ..actor(role) }
}

fn own(verb: Verb) -> Action {
    Action::Config(verb, Scope::Owner(me()))
}

fn others(verb: Verb) -> Action {
    Action::Config(verb, Scope::Owner(principal(2)))
}

fn within(verb: Verb, number: u128) -> Action {
    Action::Config(verb, Scope::Workspace(workspace(number)))
}

fn myself(role: OrgRole) -> Subject {
    Subject { id: me(), role, shares_workspace: true }
}

pub(crate) fn colleague() -> Subject {
    Subject { id: principal(2), role: OrgRole::User, shares_workspace: true }
}

#[test]
fn a_token_without_rights_may_nothing_whoever_holds_it() {
    for &role in OrgRole::ALL {
        let actor = with_rights(role, &[]);
        for action in
            [own(Verb::Read), within(Verb::Read, 1), Action::ReadAudit, Action::CreateUser(OrgRole::User)]
        {
            check(&actor, action, Decision::Deny);
        }
        check(&actor, Action::Tokens(TokenVerb::Issue, myself(role)), Decision::Deny);
        check(&actor, Action::User(UserVerb::Update, myself(role)), Decision::Deny);
        check(&actor, Action::User(UserVerb::Read, colleague()), Decision::Conceal);
        // Every token may say whose it is.
        check(&actor, Action::User(UserVerb::Read, myself(role)), Decision::Allow);
    }
}

#[test]
fn a_token_narrowed_to_rights_has_those_of_its_holder() {
    let owner = with_rights(OrgRole::Owner, &[Right::ReadLlmAny, Right::ReadWorkspaceLlm]);
    check_all(
        &owner,
        &[
            (others(Verb::Read), Decision::Allow),
            (within(Verb::Read, 9), Decision::Allow),
            (others(Verb::Update), Decision::Deny),
            (within(Verb::Ping, 1), Decision::Deny),
            (Action::ReadAudit, Decision::Deny),
            (Action::Workspace(WorkspaceVerb::Read, workspace(1)), Decision::Deny),
        ],
    );
}

#[test]
fn a_right_to_anybodys_is_one_to_ones_own_and_not_the_reverse() {
    let owner = with_rights(OrgRole::Owner, &[Right::ReadLlmAny]);
    check(&owner, own(Verb::Read), Decision::Allow);
    let owner = with_rights(OrgRole::Owner, &[Right::ReadLlmOwn]);
    check(&owner, own(Verb::Read), Decision::Allow);
    check(&owner, others(Verb::Read), Decision::Deny);
}

#[test]
fn a_token_never_has_more_than_its_holder() {
    let user = with_rights(OrgRole::User, Right::ALL);
    check_all(
        &user,
        &[
            (others(Verb::Read), Decision::Deny),
            (within(Verb::Update, 2), Decision::Deny),
            (within(Verb::Update, 1), Decision::Allow),
            (Action::CreateWorkspace, Decision::Deny),
            (Action::ChangeRole(colleague(), OrgRole::User), Decision::Deny),
            (Action::RotateKeys, Decision::Deny),
        ],
    );
}

#[test]
fn every_right_by_name_narrows_to_some_action_of_an_owner() {
    for &right in Right::ALL {
        let actor = with_rights(OrgRole::Owner, &[right]);
        let allowed = every_action().iter().filter(|it| decide(&actor, it) == Decision::Allow).count();
        assert!(allowed > 0, "{right} allows nothing");
    }
}

/// An action for every right: each verb, on what is one's own and on what is not.
fn every_action() -> Vec<Action> {
    let verbs = [Verb::Create, Verb::Read, Verb::List, Verb::Update, Verb::Delete, Verb::Ping];
    let mut actions: Vec<Action> =
        verbs.into_iter().flat_map(|it| [own(it), others(it), within(it, 1)]).collect();
    for verb in
        [WorkspaceVerb::Read, WorkspaceVerb::Rename, WorkspaceVerb::Delete, WorkspaceVerb::ManageMembers]
    {
        actions.push(Action::Workspace(verb, workspace(1)));
    }
    for subject in [myself(OrgRole::Owner), colleague()] {
        actions
            .extend([UserVerb::Read, UserVerb::Update, UserVerb::Delete].map(|it| Action::User(it, subject)));
        let verbs = [TokenVerb::Issue, TokenVerb::List, TokenVerb::Update, TokenVerb::Revoke];
        actions.extend(verbs.map(|it| Action::Tokens(it, subject)));
        actions.push(Action::ChangeRole(subject, OrgRole::User));
    }
    actions.extend([Action::CreateWorkspace, Action::CreateUser(OrgRole::User), Action::ReadAudit]);
    actions.extend([Action::ReadKeyState, Action::RotateKeys, Action::ReadMetrics]);
    actions
}

#[test]
fn a_token_narrowed_to_workspaces_touches_those_and_knows_who_it_is() {
    for &role in OrgRole::ALL {
        let actor = with_workspaces(role, &[workspace(1)]);
        let me = myself(role);
        let in_it = if role == OrgRole::Billing { Decision::Deny } else { Decision::Allow };
        check_all(
            &actor,
            &[
                (within(Verb::Update, 1), in_it),
                (Action::Workspace(WorkspaceVerb::ManageMembers, workspace(1)), in_it),
                (Action::User(UserVerb::Read, me), Decision::Allow),
                (within(Verb::Read, 2), Decision::Deny),
                (within(Verb::Read, 9), Decision::Deny),
                (Action::Workspace(WorkspaceVerb::Read, workspace(2)), Decision::Deny),
                (own(Verb::Read), Decision::Deny),
                (own(Verb::List), Decision::Deny),
                (others(Verb::Read), Decision::Deny),
                (Action::CreateWorkspace, Decision::Deny),
                (Action::CreateUser(OrgRole::User), Decision::Deny),
                (Action::User(UserVerb::Update, me), Decision::Deny),
                (Action::User(UserVerb::Read, colleague()), Decision::Conceal),
                (Action::User(UserVerb::Delete, colleague()), Decision::Conceal),
                (Action::ChangeRole(colleague(), OrgRole::User), Decision::Conceal),
                (Action::Tokens(TokenVerb::Issue, me), Decision::Deny),
                (Action::Tokens(TokenVerb::List, colleague()), Decision::Conceal),
                (Action::ReadAudit, Decision::Deny),
                (Action::ReadKeyState, Decision::Deny),
                (Action::RotateKeys, Decision::Deny),
                (Action::ReadMetrics, Decision::Deny),
            ],
        );
    }
}

#[test]
fn a_token_narrowed_to_a_workspace_has_the_holders_role_there() {
    let user = with_workspaces(OrgRole::User, &[workspace(2), workspace(9)]);
    check_all(
        &user,
        &[
            (within(Verb::Read, 2), Decision::Allow),
            (within(Verb::Update, 2), Decision::Deny),
            (within(Verb::Read, 1), Decision::Deny),
            (within(Verb::Read, 9), Decision::Deny),
        ],
    );
}

#[test]
fn rights_and_workspaces_narrow_together() {
    let mut user = with_workspaces(OrgRole::User, &[workspace(1)]);
    user.ceiling.rights = Some([Right::ReadWorkspaceLlm, Right::ReadLlmOwn].into());
    check_all(
        &user,
        &[
            (within(Verb::Read, 1), Decision::Allow),
            (within(Verb::List, 1), Decision::Deny),
            (within(Verb::Read, 2), Decision::Deny),
            (own(Verb::Read), Decision::Deny),
        ],
    );
}

#[test]
fn a_token_for_no_workspace_touches_none() {
    let owner = with_workspaces(OrgRole::Owner, &[]);
    check(&owner, within(Verb::Read, 1), Decision::Deny);
    check(&owner, Action::User(UserVerb::Read, myself(OrgRole::Owner)), Decision::Allow);
}

#[test]
fn expiry_is_not_the_policys_business() {
    let ceiling = Ceiling { expires_at: Some(Timestamp::from_micros(0)), ..Ceiling::default() };
    check(&Actor { ceiling, ..actor(OrgRole::User) }, own(Verb::Read), Decision::Allow);
}

#[test]
fn billing_has_itself_only_whatever_its_memberships() {
    check_all(
        &actor(OrgRole::Billing),
        &[
            (within(Verb::Read, 1), Decision::Deny),
            (Action::Workspace(WorkspaceVerb::Read, workspace(1)), Decision::Deny),
            (own(Verb::Create), Decision::Deny),
            (Action::User(UserVerb::Read, colleague()), Decision::Conceal),
            (Action::User(UserVerb::Read, myself(OrgRole::Billing)), Decision::Allow),
            (Action::Tokens(TokenVerb::Issue, myself(OrgRole::Billing)), Decision::Allow),
        ],
    );
}

#[test]
fn a_low_role_in_a_workspace_takes_nothing_from_a_high_one_in_the_organisation() {
    for role in [OrgRole::Workspaces, OrgRole::Administrators, OrgRole::Owner] {
        check(&actor(role), within(Verb::Delete, 2), Decision::Allow);
        check(&actor(role), Action::Workspace(WorkspaceVerb::Delete, workspace(2)), Decision::Allow);
    }
}

#[test]
fn the_operator_may_everything() {
    for action in every_action() {
        check(&Actor::operator(), action, Decision::Allow);
    }
}

#[test]
fn lists_show_everybodys_ones_own_or_nothing() {
    let everyone = [OrgRole::Owner, OrgRole::Administrators];
    for &role in OrgRole::ALL {
        let all_or = |own| if everyone.contains(&role) { Visible::All } else { own };
        let own_configs = if role == OrgRole::Billing { Visible::Nothing } else { Visible::Of(me()) };
        assert_eq!(visible_owners(&actor(role)), all_or(own_configs), "{role}");
        assert_eq!(visible_token_holders(&actor(role)), all_or(Visible::Of(me())), "{role}");
        for narrowed in [with_rights(role, &[]), with_workspaces(role, &[workspace(1)])] {
            assert_eq!(visible_owners(&narrowed), Visible::Nothing, "{role}");
            assert_eq!(visible_token_holders(&narrowed), Visible::Nothing, "{role}");
        }
    }
}

#[test]
fn lists_follow_the_rights_of_the_token() {
    let actor = with_rights(OrgRole::Owner, &[Right::ListLlmOwn, Right::ListTokensOwn]);
    assert_eq!(visible_owners(&actor), Visible::Of(me()));
    assert_eq!(visible_token_holders(&actor), Visible::Of(me()));
    // A right to anybody's is taken for one to all, one's own included.
    let actor = with_rights(OrgRole::Owner, &[Right::ListLlmAny]);
    assert_eq!(visible_owners(&actor), Visible::All);
}

#[test]
fn a_narrowed_token_hands_on_to_others_only_rights_to_anybodys() {
    let ceiling =
        |rights: &[Right]| Ceiling { rights: Some(rights.iter().copied().collect()), ..Ceiling::default() };
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
        assert_eq!(exceeds(actor, holder, &ceiling(rights)), expected, "{rights:?} for {holder}");
    }
    assert!(exceeds(&narrow, anothers, &Ceiling::default()));
}
