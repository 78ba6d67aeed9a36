//! A configuration with its state: its last check, and the name of its owner or workspace.

use std::collections::{BTreeMap, BTreeSet};

use llm_config_core::access::{Action, Actor, ConfigAction};
use llm_config_core::config::LlmConfig;
use llm_config_core::endpoint::Origin;
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_store::{LastCheck, Tx};

use super::authorization::authorized_config;
use super::named_scope::{NamedScope, ScopeNames};
use super::scope_filter::ScopeFilter;
use super::user_emails::emails;
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
    /// The URI of a reference, for callers who may update the configuration.
    pub reference: Option<String>,
}

impl Service {
    /// The configuration of that id, with its state.
    pub async fn config_details(&self, session: &Session, id: ConfigId) -> Result<ConfigDetails, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let config = authorized_config(tx, &actor, ScopeFilter::All, id, &[ConfigAction::Read])?;
                details_of(tx, &actor, config)
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

/// A configuration that the transaction has read or written, with its state.
pub(super) fn details_of(tx: &mut Tx<'_>, actor: &Actor, config: LlmConfig) -> Result<ConfigDetails, Error> {
    let last_check = tx.find_last_check(config.id)?;
    let mut surroundings = Surroundings::read(tx, actor, std::iter::once(&config))?;
    Ok(surroundings.details(tx, config, last_check))
}

/// What an actor may see beside configurations.
pub(super) struct Surroundings {
    names: ScopeNames,
    /// The URIs of references in configurations that the actor may update.
    references: BTreeMap<ConfigId, String>,
}

impl Surroundings {
    pub(super) fn read<'c>(
        tx: &mut Tx<'_>,
        actor: &Actor,
        configs: impl Iterator<Item = &'c LlmConfig> + Clone,
    ) -> Result<Self, Error> {
        let scopes: BTreeSet<_> = configs.clone().map(|config| config.scope).collect();
        let update = |config: &LlmConfig| Action::Config(ConfigAction::Update, config.scope, config.id);
        let updatable = configs.filter(|config| is_allowed(actor, &update(config))).map(|config| config.id);
        let updatable: Vec<_> = updatable.collect();
        Ok(Self {
            names: ScopeNames::read(tx, actor, scopes)?,
            references: tx.reference_uris(&updatable)?.into_iter().collect(),
        })
    }

    /// The configuration with its state.
    pub(super) fn details(
        &mut self,
        tx: &Tx<'_>,
        config: LlmConfig,
        last_check: Option<LastCheck>,
    ) -> ConfigDetails {
        ConfigDetails {
            scope: self.names.named(config.scope),
            last_check,
            origin: tx.origin(&config),
            reference: self.references.remove(&config.id),
            config,
        }
    }
}
