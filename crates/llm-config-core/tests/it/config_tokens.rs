//! Tokens that are restricted to configurations.

use llm_config_core::access::{
    Action, Actor, ConfigAction, Decision, OrgRole, Right, TokenScope, UserAction, VisiblePrincipals,
    VisibleWorkspaces, WorkspaceAction, decide, is_outside_configs, visible_config_workspaces,
    visible_owners, visible_token_holders, visible_workspaces,
};
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;

use crate::access::{actor, check, check_all, every_action, me, own_config, with_rights, workspace_config};
use crate::sample::{config, principal, workspace};

/// The principal `me` with a token for these configurations.
fn with_configs(role: OrgRole, configs: &[ConfigId]) -> Actor {
    let configs = Some(configs.iter().copied().collect());
    Actor { token_scope: TokenScope { configs, ..TokenScope::default() }, ..actor(role) }
}

#[test]
fn decide_with_token_of_configs_allows_those_and_own_user() {
    for &role in OrgRole::ALL {
        let narrow = with_configs(role, &[config(1), config(7)]);
        let scopes = [1, 2].map(principal).map(Scope::Owner);
        let scopes = scopes.into_iter().chain([1, 2, 9].map(workspace).map(Scope::Workspace));
        for (action, scope) in scopes.flat_map(|scope| ConfigAction::ALL.map(|action| (action, scope))) {
            let listed = Action::Config(action, scope, config(1));
            // As without the restriction.
            check(&narrow, listed, decide(&actor(role), &listed));
            let unlisted = Action::Config(action, scope, config(2));
            check(&narrow, unlisted, Decision::Deny);
            check(&narrow, Action::Configs(action, scope), Decision::Deny);
            let is_allowed = decide(&actor(role), &unlisted) == Decision::Allow;
            assert_eq!(is_outside_configs(&narrow, &unlisted), is_allowed, "{unlisted:?} by {role}");
            assert!(!is_outside_configs(&narrow, &listed), "{listed:?} by {role}");
        }
        for action in every_action() {
            let is_own_user = matches!(action, Action::User(UserAction::Read, user) if user.id == me());
            let is_config = matches!(action, Action::Config(..));
            let is_allowed = decide(&narrow, &action) == Decision::Allow;
            assert!(is_config || is_allowed == is_own_user, "{action:?} by {role}");
        }
    }
}

#[test]
fn decide_with_token_of_configs_and_workspaces_applies_both() {
    let mut user = with_configs(OrgRole::Owner, &[config(1)]);
    user.token_scope.workspaces = Some([workspace(2)].into());
    check_all(
        &user,
        &[
            (workspace_config(ConfigAction::Read, 2), Decision::Allow),
            (workspace_config(ConfigAction::Read, 1), Decision::Deny),
            (own_config(ConfigAction::Read), Decision::Deny),
            (Action::Workspace(WorkspaceAction::Read, workspace(2)), Decision::Deny),
        ],
    );
    let call = with_rights(OrgRole::User, &[Right::CallWorkspaceLlm]);
    let call =
        Actor { token_scope: TokenScope { configs: Some([config(1)].into()), ..call.token_scope }, ..call };
    check_all(
        &call,
        &[
            (workspace_config(ConfigAction::Call, 2), Decision::Allow),
            (workspace_config(ConfigAction::Read, 2), Decision::Deny),
            (workspace_config(ConfigAction::Ping, 1), Decision::Deny),
        ],
    );
}

#[test]
fn visible_lists_of_token_of_configs_contain_scopes_of_holder() {
    for &role in OrgRole::ALL {
        let (full, narrow) = (actor(role), with_configs(role, &[config(1)]));
        assert_eq!(visible_owners(&narrow), visible_owners(&full), "{role}");
        assert_eq!(visible_config_workspaces(&narrow), visible_config_workspaces(&full), "{role}");
        let (none, nowhere) = (VisiblePrincipals::None, VisibleWorkspaces::Only([].into()));
        assert_eq!(visible_token_holders(&narrow), none, "{role}");
        let read = |id| Action::Workspace(WorkspaceAction::Read, id);
        assert_eq!(visible_workspaces(&narrow, read), nowhere, "{role}");
        let empty = with_configs(role, &[]);
        assert_eq!(visible_owners(&empty), none, "{role}");
        assert_eq!(visible_config_workspaces(&empty), nowhere, "{role}");
    }
}
