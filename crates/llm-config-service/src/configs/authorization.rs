//! Authorisation of use cases on configurations.

use llm_config_core::access::{Action, Actor, ConfigAction};
use llm_config_core::config::LlmConfig;
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_store::Tx;

use super::scope_filter::ScopeFilter;
use crate::error::Error;
use crate::policy::authorize;
use crate::service::Service;
use crate::session::Session;

/// The sentence for a caller who may not create a configuration in a workspace.
pub(super) const NEEDS_TO_CREATE: &str = "creating a configuration needs the role WRITE in the workspace";

/// Succeeds if the policy allows `action` on the configurations of `scope`. `noun` is the noun for a
/// configuration in an error that hides it.
pub(crate) fn authorize_scope(
    actor: &Actor,
    action: ConfigAction,
    scope: Scope,
    noun: &'static str,
) -> Result<(), Error> {
    let needs = needs(action, scope == Scope::Owner(actor.id), &scope);
    authorize(actor, &Action::Config(action, scope), noun, needs)
}

/// The configuration of that id, if `filter` includes it and the policy allows all of `actions`.
pub(crate) fn authorized_config(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: ScopeFilter,
    id: ConfigId,
    actions: &[ConfigAction],
) -> Result<LlmConfig, Error> {
    let found = tx.find_config(id)?.filter(|config| filter.includes(&config.scope));
    let config = found.ok_or(Error::NotFound(filter.noun()))?;
    for action in actions {
        authorize_scope(actor, *action, config.scope, filter.noun())?;
    }
    Ok(config)
}

impl Service {
    /// The scope of a configuration, if the caller may do all of `actions` to it.
    ///
    /// A use case that opens a credential later calls this first, to refuse before it charges a rate limit
    /// and waits for a slot. The decision that counts is the one in the transaction that opens it.
    pub(crate) async fn authorize_config(
        &self,
        session: &Session,
        filter: ScopeFilter,
        id: ConfigId,
        actions: &'static [ConfigAction],
    ) -> Result<Scope, Error> {
        let actor = session.actor.clone();
        let found = self.store.read(move |tx| authorized_config(tx, &actor, filter, id, actions)).await?;
        Ok(found.scope)
    }
}

/// The sentence for a caller who may not do `action`.
const fn needs(action: ConfigAction, is_own: bool, scope: &Scope) -> &'static str {
    match (scope, action, is_own) {
        (Scope::Workspace(_), ConfigAction::Create, _) => NEEDS_TO_CREATE,
        (Scope::Workspace(_), ConfigAction::Read | ConfigAction::List, _) => {
            "reading a configuration needs the role READ in its workspace"
        }
        (Scope::Workspace(_), ConfigAction::Update | ConfigAction::Delete | ConfigAction::Ping, _) => {
            "this needs the role WRITE in the configuration's workspace"
        }
        (Scope::Owner(_), ConfigAction::Create, true) => {
            "creating a configuration needs the permission CREATE_LLM_OWN"
        }
        (Scope::Owner(_), ConfigAction::Create, false) => {
            "creating a configuration for another owner needs the permissions CREATE_LLM_ANY and READ_LLM_ANY"
        }
        (Scope::Owner(_), ConfigAction::Read, true) => "reading this LLM needs the permission READ_LLM_OWN",
        (Scope::Owner(_), ConfigAction::Read, false) => "reading this LLM needs the permission READ_LLM_ANY",
        (Scope::Owner(_), ConfigAction::List, true) => "listing this LLM needs the permission LIST_LLM_OWN",
        (Scope::Owner(_), ConfigAction::List, false) => "listing this LLM needs the permission LIST_LLM_ANY",
        (Scope::Owner(_), ConfigAction::Update, true) => {
            "updating this LLM needs the permission UPDATE_LLM_OWN"
        }
        (Scope::Owner(_), ConfigAction::Update, false) => {
            "updating this LLM needs the permissions UPDATE_LLM_ANY and READ_LLM_ANY"
        }
        (Scope::Owner(_), ConfigAction::Delete, true) => {
            "deleting this LLM needs the permission DELETE_LLM_OWN"
        }
        (Scope::Owner(_), ConfigAction::Delete, false) => {
            "deleting this LLM needs the permission DELETE_LLM_ANY"
        }
        (Scope::Owner(_), ConfigAction::Ping, true) => "pinging this LLM needs the permission PING_LLM_OWN",
        (Scope::Owner(_), ConfigAction::Ping, false) => "pinging this LLM needs the permission PING_LLM_ANY",
    }
}
