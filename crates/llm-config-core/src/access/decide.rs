//! The decision: required rights, rank, and the restrictions of the token.

use super::action::{Action, Actor, Decision, UserAction};
use super::right::Right;
use super::role::OrgRole;
use super::token_scope::TokenScope;
use super::{required_rights, role_rights};
use crate::id::PrincipalId;

/// Decides about one action. Total: defined for every actor and every action.
#[must_use]
pub fn decide(actor: &Actor, action: &Action) -> Decision {
    if is_allowed(actor, action) {
        return Decision::Allow;
    }
    // A refusal must not reveal that a user exists to an actor who may not read that user.
    match action.target_user() {
        Some(target)
            if target.id != actor.id && !is_allowed(actor, &Action::User(UserAction::Read, *target)) =>
        {
            Decision::Hide
        }
        Some(_) | None => Decision::Deny,
    }
}

fn is_allowed(actor: &Actor, action: &Action) -> bool {
    // Every token, however restricted, may read its own user.
    if matches!(action, Action::User(UserAction::Read, target) if target.id == actor.id) {
        return true;
    }
    let has = |right: Right| {
        role_rights::roles_grant(actor, right, action)
            && actor.token_scope.rights.as_ref().is_none_or(|rights| right.is_among(rights))
    };
    has(required_rights::required(actor, action))
        && required_rights::additional(actor, action).is_none_or(has)
        && respects_rank(actor, action)
        && respects_token_scope(actor, action)
        && is_within_workspaces(actor, action)
        && is_within_configs(actor, action)
}

/// The right that the actor's token lacks for `action`, if the role of its user grants all required rights.
#[must_use]
pub fn missing_right(actor: &Actor, action: &Action) -> Option<Right> {
    let rights = actor.token_scope.rights.as_ref()?;
    let first = required_rights::required(actor, action);
    let required = || [Some(first), required_rights::additional(actor, action)].into_iter().flatten();
    if !required().all(|right| role_rights::roles_grant(actor, right, action)) {
        return None;
    }
    required().find(|right| !right.is_among(rights))
}

/// Whether the list of configurations that the actor's token is restricted to is all that forbids `action`.
#[must_use]
pub fn is_outside_configs(actor: &Actor, action: &Action) -> bool {
    let token_scope = TokenScope { configs: None, ..actor.token_scope.clone() };
    !is_within_configs(actor, action) && is_allowed(&Actor { token_scope, ..actor.clone() }, action)
}

/// Whether a token of `holder` with `scope` would have more rights than the actor's own token. Such a
/// token must not be issued.
///
/// An `Own` right of another user is not an `Own` right of the actor: a token that is restricted to some
/// rights can give other users only `Any` rights.
#[must_use]
pub fn exceeds(actor: &Actor, holder: PrincipalId, scope: &TokenScope) -> bool {
    let for_another = holder != actor.id && actor.token_scope.rights.is_some();
    let has_own = scope.rights.iter().flatten().any(|right| right.any_variant().is_some());
    !actor.token_scope.covers(scope) || (for_another && has_own)
}

/// Callers cannot act on users ranked above them, nor grant a role above their own.
fn respects_rank(actor: &Actor, action: &Action) -> bool {
    match action {
        Action::User(UserAction::Update | UserAction::Delete, target) | Action::Tokens(_, target) => {
            target.id == actor.id || target.role <= actor.role
        }
        Action::CreateUser(role) => *role <= actor.role,
        Action::ChangeRole(target, role) => target.role <= actor.role && *role <= actor.role,
        Action::User(UserAction::Read, _)
        | Action::Configs(..)
        | Action::Config(..)
        | Action::CreateWorkspace
        | Action::Workspace(..)
        | Action::GrantMembership { .. }
        | Action::ReadAudit
        | Action::ReadKeyState
        | Action::RotateKeys
        | Action::ReadMetrics => true,
    }
}

/// A role outlives the token that grants it and is not restricted like the token. Therefore a restricted
/// or expiring token cannot grant a role with rights that the token lacks: in the organisation it grants
/// only the roles of plain users, in a workspace nothing if it expires.
fn respects_token_scope(actor: &Actor, action: &Action) -> bool {
    let TokenScope { rights, workspaces, configs, expires_at } = &actor.token_scope;
    let is_unrestricted =
        rights.is_none() && workspaces.is_none() && configs.is_none() && expires_at.is_none();
    match action {
        Action::CreateUser(role) => is_unrestricted || matches!(role, OrgRole::User | OrgRole::Billing),
        Action::ChangeRole(target, role) => is_unrestricted || !role_rights::adds_rights(target.role, *role),
        Action::GrantMembership { workspace: _, current, role } => {
            let has = |right: Right| rights.as_ref().is_none_or(|rights| right.is_among(rights));
            current.is_some_and(|current| *role <= current)
                || (expires_at.is_none() && role_rights::rights_of_member(*role).all(has))
        }
        Action::Configs(..)
        | Action::Config(..)
        | Action::CreateWorkspace
        | Action::Workspace(..)
        | Action::User(..)
        | Action::Tokens(..)
        | Action::ReadAudit
        | Action::ReadKeyState
        | Action::RotateKeys
        | Action::ReadMetrics => true,
    }
}

/// A token that is restricted to workspaces acts on those workspaces and on nothing else.
fn is_within_workspaces(actor: &Actor, action: &Action) -> bool {
    match &actor.token_scope.workspaces {
        None => true,
        Some(listed) => action.workspace().is_some_and(|workspace| listed.contains(&workspace)),
    }
}

/// A token that is restricted to configurations acts on those configurations and on nothing else.
fn is_within_configs(actor: &Actor, action: &Action) -> bool {
    match &actor.token_scope.configs {
        None => true,
        Some(listed) => action.config().is_some_and(|config| listed.contains(&config)),
    }
}
