//! A configuration with its state: its last check, and the name of its owner or workspace.

use std::collections::BTreeMap;

use llm_config_core::access::{Action, Actor, ConfigAction, UserAction, WorkspaceAction};
use llm_config_core::config::LlmConfig;
use llm_config_core::endpoint::Origin;
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::scope::Scope;
use llm_config_store::{LastCheck, Tx};

use super::authorization::authorized_config;
use super::scope_filter::ScopeFilter;
use super::transfer::NamedScope;
use crate::error::Error;
use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;

/// A configuration with its state.
#[derive(Debug)]
pub struct ConfigDetails {
    /// The configuration.
    pub config: LlmConfig,
    /// The owner or workspace, with its name for callers who may read it.
    pub scope: NamedScope,
    /// The last check.
    pub last_check: Option<LastCheck>,
    /// The origin that the credential is bound to.
    pub origin: Origin,
    /// Whether the caller may update the configuration, and so see the URI of a reference.
    pub may_update: bool,
}

impl Service {
    /// The configuration of that id, with its state.
    pub async fn config_details(&self, session: &Session, id: ConfigId) -> Result<ConfigDetails, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let config = authorized_config(tx, &actor, ScopeFilter::All, id, &[ConfigAction::Read])?;
                let names = ScopeNames::read(tx, &actor, [config.scope])?;
                let last_check = tx.find_last_check(id)?;
                Ok(details(tx, &actor, &names, config, last_check))
            })
            .await
    }

    /// The e-mail addresses of those of the users who exist and whom the caller may read.
    pub async fn user_emails(
        &self,
        session: &Session,
        users: Vec<PrincipalId>,
    ) -> Result<BTreeMap<PrincipalId, String>, Error> {
        let actor = session.actor.clone();
        self.store.read(move |tx| emails(tx, &actor, &users)).await
    }
}

pub(super) fn details(
    tx: &Tx<'_>,
    actor: &Actor,
    names: &ScopeNames,
    config: LlmConfig,
    last_check: Option<LastCheck>,
) -> ConfigDetails {
    let update = Action::Config(ConfigAction::Update, config.scope);
    ConfigDetails {
        scope: NamedScope { scope: config.scope, name: names.0.get(&config.scope).cloned() },
        last_check,
        origin: tx.origin(&config),
        may_update: is_allowed(actor, &update),
        config,
    }
}

/// The names of the owners and workspaces that an actor may read.
pub(super) struct ScopeNames(BTreeMap<Scope, String>);

impl ScopeNames {
    pub(super) fn read(
        tx: &mut Tx<'_>,
        actor: &Actor,
        scopes: impl IntoIterator<Item = Scope>,
    ) -> Result<Self, Error> {
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
}

fn emails(
    tx: &mut Tx<'_>,
    actor: &Actor,
    users: &[PrincipalId],
) -> Result<BTreeMap<PrincipalId, String>, Error> {
    let mut emails = BTreeMap::new();
    for user in tx.users_with_ids(users)? {
        let target = tx.target_user(actor, &user)?;
        if is_allowed(actor, &Action::User(UserAction::Read, target)) {
            emails.insert(user.id, user.email.into());
        }
    }
    Ok(emails)
}
