//! The configurations that a caller may list, as conditions of statements that begin with another table.

use std::collections::BTreeSet;

use llm_config_core::access::{
    Actor, VisiblePrincipals, VisibleWorkspaces, visible_config_workspaces, visible_owners,
};
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;

/// The configurations that a caller may list.
#[derive(Clone, Debug)]
pub struct VisibleConfigs {
    /// The owners whose configurations these are.
    pub owners: VisiblePrincipals,
    /// The workspaces whose configurations these are.
    pub workspaces: VisibleWorkspaces,
    /// Only these: those that the caller's token is narrowed to.
    pub narrowed_to: Option<BTreeSet<ConfigId>>,
}

/// Scopes that one condition selects.
pub(crate) enum ScopeSet {
    All,
    AllOwners,
    AllWorkspaces,
    /// The owners and workspaces of these ids.
    Of(Vec<String>),
}

impl VisibleConfigs {
    /// The configurations that `actor` may list.
    #[must_use]
    pub fn to(actor: &Actor) -> Self {
        Self {
            owners: visible_owners(actor),
            workspaces: visible_config_workspaces(actor),
            narrowed_to: actor.token_scope.configs.clone(),
        }
    }

    /// Whether the caller may list a configuration of this scope and id. A row whose scope cannot be read is
    /// listed for callers who may list all configurations.
    #[must_use]
    pub fn include(&self, id: &str, scope: Option<&Scope>) -> bool {
        let is_in_scope = match scope {
            Some(Scope::Owner(owner)) => match self.owners {
                VisiblePrincipals::All => true,
                VisiblePrincipals::Only(own) => own == *owner,
                VisiblePrincipals::None => false,
            },
            Some(Scope::Workspace(workspace)) => self.workspaces.contains(*workspace),
            None => matches!(self.scopes().as_slice(), [ScopeSet::All]),
        };
        let is_listed = |ids: &BTreeSet<ConfigId>| id.parse().is_ok_and(|id| ids.contains(&id));
        is_in_scope && self.narrowed_to.as_ref().is_none_or(is_listed)
    }

    /// The scopes in as few sets as possible, at most two. Each is one statement, because a statement that
    /// mixes them has no index.
    pub(crate) fn scopes(&self) -> Vec<ScopeSet> {
        let mut ids = Vec::new();
        let mut sets = Vec::new();
        match (&self.owners, &self.workspaces) {
            (VisiblePrincipals::All, VisibleWorkspaces::All) => return vec![ScopeSet::All],
            (VisiblePrincipals::All, VisibleWorkspaces::Only(_)) => sets.push(ScopeSet::AllOwners),
            (VisiblePrincipals::Only(owner), _) => ids.push(owner.to_string()),
            (VisiblePrincipals::None, _) => {}
        }
        match &self.workspaces {
            VisibleWorkspaces::All => sets.push(ScopeSet::AllWorkspaces),
            VisibleWorkspaces::Only(listed) => ids.extend(listed.iter().map(ToString::to_string)),
        }
        if !ids.is_empty() {
            sets.push(ScopeSet::Of(ids));
        }
        sets
    }

    /// The ids that the caller's token is narrowed to.
    pub(crate) fn narrowed_ids(&self) -> Option<Vec<String>> {
        self.narrowed_to.as_ref().map(|ids| ids.iter().map(ToString::to_string).collect())
    }
}
