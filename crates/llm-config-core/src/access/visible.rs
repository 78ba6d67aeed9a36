//! Lists never return 403; they are filtered to what the caller may see.

use std::collections::BTreeSet;

use super::action::{Action, Actor, ConfigAction, Decision, TargetUser, TokenAction};
use super::decide::decide;
use super::role::OrgRole;
use crate::id::{ConfigId, PrincipalId, WorkspaceId};
use crate::scope::Scope;

/// The principals whose objects a list contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisiblePrincipals {
    /// Every principal.
    All,
    /// Only the principal with this id.
    Only(PrincipalId),
    /// No principal: the list is empty.
    None,
}

/// The owners whose configurations a list contains for `actor`. If the token of `actor` is restricted to
/// configurations, the list contains only those of them.
#[must_use]
pub fn visible_owners(actor: &Actor) -> VisiblePrincipals {
    owners_with(actor, ConfigAction::List)
}

/// The workspaces whose configurations a list contains for `actor`, with the same restriction.
#[must_use]
pub fn visible_config_workspaces(actor: &Actor) -> VisibleWorkspaces {
    config_workspaces_with(actor, ConfigAction::List)
}

/// The owners on whose configurations `actor` may perform `action`, with the same restriction.
#[must_use]
pub fn owners_with(actor: &Actor, action: ConfigAction) -> VisiblePrincipals {
    visible(actor, |owner| action_in(actor, action, Scope::Owner(owner)))
}

/// The workspaces on whose configurations `actor` may perform `action`, with the same restriction.
#[must_use]
pub fn config_workspaces_with(actor: &Actor, action: ConfigAction) -> VisibleWorkspaces {
    visible_workspaces(actor, |workspace| action_in(actor, action, Scope::Workspace(workspace)))
}

/// `action` on the configurations in `scope` that `actor` may act on. The policy does not distinguish between
/// the configurations that a token is restricted to, so the first of them stands for all.
fn action_in(actor: &Actor, action: ConfigAction, scope: Scope) -> Action {
    let first = |listed: &BTreeSet<ConfigId>| listed.first().copied();
    match actor.token_scope.configs.as_ref().and_then(first) {
        Some(config) => Action::Config(action, scope, config),
        None => Action::Configs(action, scope),
    }
}

/// The users whose tokens a list contains for `actor`.
///
/// `All` includes users ranked above the actor, so the caller of this function also calls [`decide`] for
/// each holder.
#[must_use]
pub fn visible_token_holders(actor: &Actor) -> VisiblePrincipals {
    visible(actor, |id| {
        let role = if id == actor.id { actor.role } else { OrgRole::User };
        Action::Tokens(TokenAction::List, TargetUser { id, role, shares_workspace: false })
    })
}

fn visible(actor: &Actor, list_of: impl Fn(PrincipalId) -> Action) -> VisiblePrincipals {
    // The policy distinguishes only "own" and "any", so one other principal stands for all others.
    let other = PrincipalId::new(uuid::Uuid::from_u128(actor.id.as_uuid().as_u128() ^ 1));
    if decide(actor, &list_of(other)) == Decision::Allow {
        VisiblePrincipals::All
    } else if decide(actor, &list_of(actor.id)) == Decision::Allow {
        VisiblePrincipals::Only(actor.id)
    } else {
        VisiblePrincipals::None
    }
}

/// The workspaces that a list contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VisibleWorkspaces {
    /// Every workspace.
    All,
    /// Only the workspaces with these ids.
    Only(BTreeSet<WorkspaceId>),
}

impl VisibleWorkspaces {
    /// Whether the list contains that workspace.
    #[must_use]
    pub fn contains(&self, id: WorkspaceId) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(&id),
        }
    }
}

/// The workspaces that a list contains for `actor`: those in which `action` is allowed.
#[must_use]
pub fn visible_workspaces(actor: &Actor, action: impl Fn(WorkspaceId) -> Action) -> VisibleWorkspaces {
    let is_allowed = |id: &WorkspaceId| decide(actor, &action(*id)) == Decision::Allow;
    if let Some(listed) = &actor.token_scope.workspaces {
        return VisibleWorkspaces::Only(listed.iter().copied().filter(is_allowed).collect());
    }
    // No actor is a member of the nil workspace, so only a right to all workspaces allows an action there.
    let without_members = WorkspaceId::new(uuid::Uuid::nil());
    if is_allowed(&without_members) {
        VisibleWorkspaces::All
    } else {
        VisibleWorkspaces::Only(actor.memberships.keys().copied().filter(is_allowed).collect())
    }
}
