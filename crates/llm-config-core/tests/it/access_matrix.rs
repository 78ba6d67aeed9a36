//! The whole access policy as one reviewed table: a role per column, an action per row; `✔` allowed, `✘`
//! denied, `–` hidden.

use llm_config_core::access::{
    Action, Actor, ConfigAction, Decision, OrgRole, TargetUser, TokenAction, UserAction, WorkspaceAction,
    WorkspaceRole, decide,
};
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;

use crate::sample::{config, principal, workspace};

/// Lists all variants of an enum. The test does not compile if one is missing.
macro_rules! every {
    ($list:ident: $type:ident { $($variant:ident),* $(,)? }) => {
        const $list: &[$type] = {
            const fn is_listed(variant: $type) -> bool {
                match variant {
                    $($type::$variant => true,)*
                }
            }
            const LIST: &[$type] = &[$($type::$variant),*];
            assert!(is_listed(LIST[0]));
            LIST
        };
    };
}

every!(ROLES: OrgRole { Owner, Administrators, Workspaces, User, Billing });
every!(WORKSPACE_ROLES: WorkspaceRole { Read, Write, Admin });
every!(CONFIG_ACTIONS: ConfigAction { Create, Read, List, Update, Delete, Ping, Call });
every!(WORKSPACE_ACTIONS: WorkspaceAction { Read, Rename, Delete, ManageMembers });
every!(USER_ACTIONS: UserAction { Read, Update, Delete });
every!(TOKEN_ACTIONS: TokenAction { Issue, List, Update, Revoke });

#[test]
fn all_config_actions_are_listed() {
    assert_eq!(CONFIG_ACTIONS, ConfigAction::ALL);
}

/// A role in the organisation and, for some columns, one in the workspace.
type Column = (OrgRole, Option<WorkspaceRole>);

fn columns() -> Vec<Column> {
    let roles = ROLES.iter().map(|&role| (role, None));
    roles.chain(WORKSPACE_ROLES.iter().map(|&role| (OrgRole::User, Some(role)))).collect()
}

fn me() -> PrincipalId {
    principal(1)
}

fn actor((role, membership): Column) -> Actor {
    let memberships = membership.map(|role| (workspace(1), role)).into_iter().collect();
    Actor { memberships, ..Actor::new(me(), role) }
}

/// Users by their relation to the actor. The actor's own role is that of the column.
fn target_users(own_role: OrgRole) -> Vec<(&'static str, TargetUser)> {
    let other = |role, shares_workspace| TargetUser { id: principal(2), role, shares_workspace };
    vec![
        ("oneself", TargetUser { id: me(), role: own_role, shares_workspace: true }),
        ("a USER of a shared workspace", other(OrgRole::User, true)),
        ("an OWNER of a shared workspace", other(OrgRole::Owner, true)),
        ("a stranger, USER", other(OrgRole::User, false)),
        ("a stranger, BILLING", other(OrgRole::Billing, false)),
        ("a stranger, WORKSPACES", other(OrgRole::Workspaces, false)),
        ("a stranger, ADMINISTRATORS", other(OrgRole::Administrators, false)),
        ("a stranger, OWNER", other(OrgRole::Owner, false)),
    ]
}

/// Every action on every object, in the order of the table.
fn actions(own_role: OrgRole) -> Vec<(String, Action)> {
    let mut rows = Vec::new();
    let scopes = [
        ("own config", Scope::Owner(me())),
        ("another owner's config", Scope::Owner(principal(2))),
        ("config of the workspace", Scope::Workspace(workspace(1))),
        ("config of another workspace", Scope::Workspace(workspace(2))),
    ];
    for (whose, scope) in scopes {
        let on = |action| match action {
            ConfigAction::Create | ConfigAction::List => Action::Configs(action, scope),
            ConfigAction::Read
            | ConfigAction::Update
            | ConfigAction::Delete
            | ConfigAction::Ping
            | ConfigAction::Call => Action::Config(action, scope, config(1)),
        };
        rows.extend(CONFIG_ACTIONS.iter().map(|&action| (format!("{action:?} {whose}"), on(action))));
    }
    rows.push(("CreateWorkspace".to_owned(), Action::CreateWorkspace));
    let workspaces = [("the workspace", workspace(1)), ("another workspace", workspace(2))];
    for (which, id) in workspaces {
        let row = |&action: &WorkspaceAction| (format!("{action:?} {which}"), Action::Workspace(action, id));
        rows.extend(WORKSPACE_ACTIONS.iter().map(row));
    }
    for (which, id) in workspaces {
        let grant = |&role: &WorkspaceRole| {
            (
                format!("Grant {role} in {which}"),
                Action::GrantMembership { workspace: id, current: None, role },
            )
        };
        rows.extend(WORKSPACE_ROLES.iter().map(grant));
    }
    rows.extend(ROLES.iter().map(|&role| (format!("CreateUser as {role}"), Action::CreateUser(role))));
    for &action in USER_ACTIONS {
        let row = |(who, user)| (format!("{action:?} {who}"), Action::User(action, user));
        rows.extend(target_users(own_role).into_iter().map(row));
    }
    for (who, target) in target_users(own_role) {
        let row =
            |&role: &OrgRole| (format!("ChangeRole of {who} to {role}"), Action::ChangeRole(target, role));
        rows.extend(ROLES.iter().map(row));
    }
    for &action in TOKEN_ACTIONS {
        let row = |(who, holder)| (format!("{action:?} tokens of {who}"), Action::Tokens(action, holder));
        rows.extend(target_users(own_role).into_iter().map(row));
    }
    let plain = [Action::ReadAudit, Action::ReadKeyState, Action::RotateKeys, Action::ReadMetrics];
    rows.extend(plain.map(|plain| (format!("{plain:?}"), plain)));
    rows
}

/// The number of an action's kind. The match does not compile without a new kind; give it the next number and
/// add rows above.
const fn kind(action: &Action) -> usize {
    match action {
        Action::Configs(..) | Action::Config(..) => 0,
        Action::CreateWorkspace => 1,
        Action::Workspace(..) => 2,
        Action::GrantMembership { .. } => 3,
        Action::CreateUser(_) => 4,
        Action::User(..) => 5,
        Action::ChangeRole(..) => 6,
        Action::Tokens(..) => 7,
        Action::ReadAudit => 8,
        Action::ReadKeyState => 9,
        Action::RotateKeys => 10,
        Action::ReadMetrics => 11,
    }
}

const KINDS: usize = 12;

const fn sign(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "✔",
        Decision::Deny => "✘",
        Decision::Hide => "–",
    }
}

fn heading((role, membership): Column) -> String {
    membership.map_or_else(|| role.to_string(), |member| format!("{role}+{member}"))
}

fn matrix() -> String {
    let columns = columns();
    let headings: Vec<String> = columns.iter().map(|&column| heading(column)).collect();
    let width = |heading: &String| heading.chars().count();
    let label_width = actions(OrgRole::User).iter().map(|(label, _)| width(label)).max().unwrap();

    let mut table = format!("{:label_width$}  {}\n", "", headings.join("  "));
    let mut last = 0;
    for (n, (label, action)) in actions(OrgRole::User).into_iter().enumerate() {
        if kind(&action) != last && kind(&action) < kind(&Action::ReadKeyState) {
            table.push('\n');
        }
        last = kind(&action);
        let mut line = format!("{label:label_width$}");
        for (column, heading) in columns.iter().zip(&headings) {
            let (_, action) = actions(column.0)[n];
            let cell = sign(decide(&actor(*column), &action));
            line = format!("{line}  {cell:^0$}", width(heading));
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table
}

#[test]
fn policy_matrix_matches_reviewed_snapshot() {
    insta::assert_snapshot!("access", matrix());
}

#[test]
fn matrix_contains_every_kind_of_action() {
    let seen: std::collections::BTreeSet<usize> =
        actions(OrgRole::User).iter().map(|(_, action)| kind(action)).collect();
    assert_eq!(seen, (0..KINDS).collect());
}

#[test]
fn matrix_contains_every_role() {
    let sorted = |roles: &[OrgRole]| {
        let mut roles = roles.to_vec();
        roles.sort_unstable();
        roles
    };
    assert_eq!(sorted(ROLES), OrgRole::ALL);
    assert_eq!(WORKSPACE_ROLES, WorkspaceRole::ALL);
}
