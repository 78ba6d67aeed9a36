//! A scope with the name of its owner or workspace.

use std::collections::{BTreeMap, BTreeSet};

use llm_config_core::access::{Action, Actor, WorkspaceAction};
use llm_config_core::scope::Scope;
use llm_config_store::Tx;

use super::user_emails::emails;
use crate::error::Error;
use crate::policy::is_allowed;

/// A scope with the name of its owner or workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedScope {
    /// The scope.
    pub scope: Scope,
    /// The owner's e-mail address or the workspace's name; `None` if it cannot be decoded, or if the caller
    /// may not read it.
    pub name: Option<String>,
}

/// The names of owners and workspaces that an actor may read.
pub(crate) struct ScopeNames(BTreeMap<Scope, String>);

impl ScopeNames {
    pub(crate) fn read(tx: &mut Tx<'_>, actor: &Actor, scopes: BTreeSet<Scope>) -> Result<Self, Error> {
        let (mut owners, mut workspaces) = (Vec::new(), Vec::new());
        for scope in scopes {
            match scope {
                Scope::Owner(id) => owners.push(id),
                Scope::Workspace(id) => workspaces.push(id),
            }
        }
        workspaces.retain(|id| is_allowed(actor, &Action::Workspace(WorkspaceAction::Read, *id)));
        let owners = emails(tx, actor, &owners)?.into_iter();
        let workspaces = tx.workspaces_with_ids(&workspaces)?.into_iter();
        let workspaces = workspaces.map(|found| (Scope::Workspace(found.id), String::from(found.name)));
        Ok(Self(owners.map(|(id, email)| (Scope::Owner(id), email)).chain(workspaces).collect()))
    }

    /// The scope with its name.
    pub(crate) fn named(&self, scope: Scope) -> NamedScope {
        NamedScope { scope, name: self.0.get(&scope).cloned() }
    }
}
