//! Authorisation of use cases on configurations.

use std::borrow::Borrow;
use std::sync::Arc;

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
pub(crate) const CREATE_REQUIREMENT: &str =
    "creating a configuration requires the role WRITE in the workspace";

/// Succeeds if the policy allows to create configurations of `scope`.
pub(crate) fn authorize_creation(actor: &Actor, scope: Scope) -> Result<(), Error> {
    let action = ConfigAction::Create;
    let requirement = requirement(action, scope == Scope::Owner(actor.id), &scope);
    authorize(actor, &Action::Configs(action, scope), "configuration", requirement)
}

/// The configuration of that id, if `filter` includes it and the policy allows all of `actions`.
pub(crate) fn authorized_config(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: ScopeFilter,
    id: ConfigId,
    actions: &[ConfigAction],
) -> Result<LlmConfig, Error> {
    authorize_found(tx.find_config(id)?, actor, filter, actions)
}

/// The configuration that was found, if `filter` includes it and the policy allows all of `actions`.
pub(super) fn authorize_found<C: Borrow<LlmConfig>>(
    found: Option<C>,
    actor: &Actor,
    filter: ScopeFilter,
    actions: &[ConfigAction],
) -> Result<C, Error> {
    let found = found.filter(|config| filter.includes(&config.borrow().scope));
    let config = found.ok_or(Error::NotFound(filter.noun()))?;
    let LlmConfig { id, scope, .. } = *config.borrow();
    for action in actions {
        let requirement = requirement(*action, scope == Scope::Owner(actor.id), &scope);
        authorize(actor, &Action::Config(*action, scope, id), filter.noun(), requirement)?;
    }
    Ok(config)
}

impl Service {
    /// A configuration, if the caller may do all of `actions` to it.
    ///
    /// A use case that opens a credential later calls this first, to refuse before it charges a rate limit
    /// and waits for a slot. The decision in the transaction that opens the
    /// credential is binding.
    pub(crate) async fn authorize_config(
        &self,
        session: &Session,
        filter: ScopeFilter,
        id: ConfigId,
        actions: &[ConfigAction],
    ) -> Result<Arc<LlmConfig>, Error> {
        let found = self.store.config(id).await?;
        authorize_found(found, &session.actor, filter, actions)
    }
}

/// The sentence for a caller who may not do `action`.
const fn requirement(action: ConfigAction, is_own: bool, scope: &Scope) -> &'static str {
    match (scope, action, is_own) {
        (Scope::Workspace(_), ConfigAction::Create, _) => CREATE_REQUIREMENT,
        (Scope::Workspace(_), ConfigAction::Read | ConfigAction::List, _) => {
            "reading a configuration requires the role READ in its workspace"
        }
        (Scope::Workspace(_), ConfigAction::Call, _) => {
            "calling the model of a configuration requires the role READ in its workspace"
        }
        (Scope::Workspace(_), ConfigAction::Update | ConfigAction::Delete | ConfigAction::Ping, _) => {
            "this requires the role WRITE in the configuration's workspace"
        }
        (Scope::Owner(_), ConfigAction::Create, true) => {
            "creating a configuration requires the right CREATE_LLM_OWN"
        }
        (Scope::Owner(_), ConfigAction::Create, false) => {
            "creating a configuration for another owner requires the rights CREATE_LLM_ANY and READ_LLM_ANY"
        }
        (Scope::Owner(_), ConfigAction::Read, true) => "reading this LLM requires the right READ_LLM_OWN",
        (Scope::Owner(_), ConfigAction::Read, false) => "reading this LLM requires the right READ_LLM_ANY",
        (Scope::Owner(_), ConfigAction::List, true) => "listing this LLM requires the right LIST_LLM_OWN",
        (Scope::Owner(_), ConfigAction::List, false) => "listing this LLM requires the right LIST_LLM_ANY",
        (Scope::Owner(_), ConfigAction::Update, true) => {
            "updating this LLM requires the right UPDATE_LLM_OWN"
        }
        (Scope::Owner(_), ConfigAction::Update, false) => {
            "updating this LLM requires the rights UPDATE_LLM_ANY and READ_LLM_ANY"
        }
        (Scope::Owner(_), ConfigAction::Delete, true) => {
            "deleting this LLM requires the right DELETE_LLM_OWN"
        }
        (Scope::Owner(_), ConfigAction::Delete, false) => {
            "deleting this LLM requires the right DELETE_LLM_ANY"
        }
        (Scope::Owner(_), ConfigAction::Ping, true) => "pinging this LLM requires the right PING_LLM_OWN",
        (Scope::Owner(_), ConfigAction::Ping, false) => "pinging this LLM requires the right PING_LLM_ANY",
        (Scope::Owner(_), ConfigAction::Call, true) => "calling this LLM requires the right CALL_LLM_OWN",
        (Scope::Owner(_), ConfigAction::Call, false) => "calling this LLM requires the right CALL_LLM_ANY",
    }
}
