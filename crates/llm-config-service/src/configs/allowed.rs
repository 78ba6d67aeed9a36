//! What the policy allows a caller to do to configurations, for interfaces that offer only this.
//!
//! The use cases decide again.

use llm_config_core::access::{Action, ConfigAction};
use llm_config_core::config::LlmConfig;
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_store::Workspace;

use super::authorization::authorized_config;
use super::details::{ConfigDetails, details_of};
use super::named_scope::NamedScope;
use super::scope_filter::ScopeFilter;
use crate::error::Error;
use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;

/// What a caller may do to one configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is the decision about one action")]
pub struct AllowedConfigActions {
    /// Change it.
    pub update: bool,
    /// Delete it.
    pub delete: bool,
    /// Check it.
    pub check: bool,
    /// Call its model.
    pub call: bool,
}

impl AllowedConfigActions {
    /// The decisions about `config`.
    #[must_use]
    pub fn new(session: &Session, config: &LlmConfig) -> Self {
        let may = |action| is_allowed(&session.actor, &Action::Config(action, config.scope, config.id));
        Self {
            update: may(ConfigAction::Update),
            delete: may(ConfigAction::Delete),
            check: may(ConfigAction::Ping),
            call: may(ConfigAction::Call),
        }
    }
}

impl Service {
    /// The configuration of that id with its state, if the caller may do `action` to it.
    pub async fn config_details_for(
        &self,
        session: &Session,
        id: ConfigId,
        action: ConfigAction,
    ) -> Result<ConfigDetails, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let actions = &[ConfigAction::Read, action];
                let config = authorized_config(tx, &actor, ScopeFilter::All, id, actions)?;
                details_of(tx, &actor, config)
            })
            .await
    }

    /// Where the caller may create configurations: their own, without a name, and those of `workspaces`,
    /// which the caller may read, by name.
    #[must_use]
    pub fn creatable_scopes(&self, session: &Session, workspaces: &[Workspace]) -> Vec<NamedScope> {
        let own = NamedScope { scope: Scope::Owner(session.actor.id), name: None };
        let workspaces = workspaces.iter().map(|workspace| NamedScope {
            scope: Scope::Workspace(workspace.id),
            name: Some(workspace.name.clone().into()),
        });
        let may_create = |named: &NamedScope| {
            is_allowed(&session.actor, &Action::Configs(ConfigAction::Create, named.scope))
        };
        std::iter::once(own).chain(workspaces).filter(may_create).collect()
    }
}
