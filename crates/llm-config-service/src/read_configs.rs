//! To get one configuration, or to list many.

use llm_config_core::access::{
    Action, Actor, ConfigAction, Decision, VisiblePrincipals, decide, visible_owners,
};
use llm_config_core::config::{Labels, LlmConfig};
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_store::{ConfigFilter, ListedConfig, Tx};

use crate::workspace_configs::workspace_config;
use crate::{Error, ScopeFilter, Service, Session};

/// Which configurations of owners to list.
#[derive(Debug, Default)]
pub struct ListConfigs {
    /// Only those of this owner; a caller who sees no others' sees their own all the same.
    pub owner: Option<PrincipalId>,
    /// Only those of this provider.
    pub provider: Option<Provider>,
    /// Only those with all of these labels.
    pub labels: Labels,
}

/// A list, and the rows that could not be read.
#[derive(Debug, Default)]
pub struct Listing {
    /// The configurations, oldest first.
    pub configs: Vec<LlmConfig>,
    /// The ids of rows that do not hold a configuration.
    pub unreadable: Vec<String>,
}

impl Service {
    /// One configuration of an owner.
    pub async fn config(&self, session: &Session, id: ConfigId) -> Result<LlmConfig, Error> {
        let actor = session.actor.clone();
        self.store.read(move |tx| owned_config(tx, &actor, id, ConfigAction::Read)).await
    }

    /// The configurations of owners that the caller sees and the request leaves.
    pub async fn list_configs(&self, session: &Session, request: ListConfigs) -> Result<Listing, Error> {
        let ListConfigs { owner, provider, labels } = request;
        let owners = match (visible_owners(&session.actor), owner) {
            (VisiblePrincipals::All, Some(owner)) => VisiblePrincipals::Only(owner),
            (visible, _) => visible,
        };
        let filter = ConfigFilter { owners, provider, labels };
        let listed = self.store.read(move |tx| Ok::<_, Error>(tx.list_owned_configs(&filter)?)).await?;
        Ok(Listing::of(listed))
    }
}

impl Listing {
    pub(crate) fn of(listed: Vec<ListedConfig>) -> Self {
        let mut listing = Self::default();
        for entry in listed {
            match entry {
                ListedConfig::Intact(config) => listing.configs.push(*config),
                ListedConfig::Corrupt(id, error) => {
                    tracing::error!(error = %error, "a configuration is not readable");
                    listing.unreadable.push(id);
                }
            }
        }
        listing
    }
}

/// The configuration of that id if it is among those that the request may be about, and the actor may do
/// this to it.
pub(crate) fn config_among(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: ScopeFilter,
    id: ConfigId,
    verb: ConfigAction,
) -> Result<LlmConfig, Error> {
    match filter {
        ScopeFilter::Workspaces => workspace_config(tx, actor, id, verb),
        ScopeFilter::Owners => owned_config(tx, actor, id, verb),
        ScopeFilter::All => match tx.find_config(id)?.map(|it| it.scope) {
            Some(Scope::Workspace(_)) => workspace_config(tx, actor, id, verb),
            Some(Scope::Owner(_)) => owned_config(tx, actor, id, verb),
            None => Err(Error::NotFound("configuration")),
        },
    }
}

/// The configuration of that id if it belongs to an owner and the actor may do this to it.
pub(crate) fn owned_config(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ConfigId,
    verb: ConfigAction,
) -> Result<LlmConfig, Error> {
    let config = tx.find_config(id)?.ok_or(Error::NotFound("LLM"))?;
    match config.scope {
        // Each API shows only its own scope.
        Scope::Workspace(_) => Err(Error::NotFound("LLM")),
        Scope::Owner(_) => match decide(actor, &Action::Config(verb, config.scope)) {
            Decision::Allow => Ok(config),
            Decision::Deny => Err(Error::Denied(needs(verb, config.scope == Scope::Owner(actor.id)))),
            Decision::Hide => Err(Error::NotFound("LLM")),
        },
    }
}

const fn needs(verb: ConfigAction, is_own: bool) -> &'static str {
    match (verb, is_own) {
        (ConfigAction::Create, true) => "creating this LLM needs the permission CREATE_LLM_OWN",
        (ConfigAction::Create, false) => {
            "creating this LLM needs the permissions CREATE_LLM_ANY and READ_LLM_ANY"
        }
        (ConfigAction::Read, true) => "reading this LLM needs the permission READ_LLM_OWN",
        (ConfigAction::Read, false) => "reading this LLM needs the permission READ_LLM_ANY",
        (ConfigAction::List, true) => "listing this LLM needs the permission LIST_LLM_OWN",
        (ConfigAction::List, false) => "listing this LLM needs the permission LIST_LLM_ANY",
        (ConfigAction::Update, true) => "updating this LLM needs the permission UPDATE_LLM_OWN",
        (ConfigAction::Update, false) => {
            "updating this LLM needs the permissions UPDATE_LLM_ANY and READ_LLM_ANY"
        }
        (ConfigAction::Delete, true) => "deleting this LLM needs the permission DELETE_LLM_OWN",
        (ConfigAction::Delete, false) => "deleting this LLM needs the permission DELETE_LLM_ANY",
        (ConfigAction::Ping, true) => "pinging this LLM needs the permission PING_LLM_OWN",
        (ConfigAction::Ping, false) => "pinging this LLM needs the permission PING_LLM_ANY",
    }
}
