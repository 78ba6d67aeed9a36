//! How calls of models treat a configuration.

use llm_config_core::access::ConfigAction;
use llm_config_core::config::{CallSettings, LlmConfig, Precondition};
use llm_config_core::id::ConfigId;

use super::authorization::authorized_config;
use super::scope_filter::ScopeFilter;
use super::update::require;
use crate::error::{Error, Parsed};
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// A configuration and its call settings.
    pub async fn call_settings(
        &self,
        session: &Session,
        id: ConfigId,
    ) -> Result<(LlmConfig, CallSettings), Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                let config = authorized_config(tx, &actor, ScopeFilter::All, id, &[ConfigAction::Read])?;
                Ok((config, tx.call_settings(id)?))
            })
            .await
    }

    /// Replaces the call settings of a configuration, which makes a new revision of it. Calls follow them
    /// within a second.
    pub async fn set_call_settings(
        &self,
        session: &Session,
        id: ConfigId,
        precondition: Parsed<Precondition>,
        settings: Parsed<CallSettings>,
    ) -> Result<(LlmConfig, CallSettings), Error> {
        let caller = session.caller.clone();
        self.store
            .write_as(&session.caller, move |tx| {
                let actor = tx.actor(&caller)?;
                let config = authorized_config(tx, &actor, ScopeFilter::All, id, &[ConfigAction::Update])?;
                require(&precondition, &config)?;
                let settings = settings.clone()?;
                Ok((tx.set_call_settings(&config, settings, &caller)?, settings))
            })
            .await
    }
}
