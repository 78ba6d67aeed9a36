//! How calls of models treat a configuration.

use llm_config_core::access::ConfigAction;
use llm_config_core::config::CallSettings;
use llm_config_core::id::ConfigId;

use super::authorization::authorized_config;
use super::scope_filter::ScopeFilter;
use crate::error::{Error, Parsed};
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// The call settings of a configuration.
    pub async fn call_settings(&self, session: &Session, id: ConfigId) -> Result<CallSettings, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                authorized_config(tx, &actor, ScopeFilter::All, id, &[ConfigAction::Read])?;
                Ok(tx.call_settings(id)?)
            })
            .await
    }

    /// Replaces the call settings of a configuration. Calls follow them within a second.
    pub async fn set_call_settings(
        &self,
        session: &Session,
        id: ConfigId,
        settings: Parsed<CallSettings>,
    ) -> Result<CallSettings, Error> {
        let caller = session.caller.clone();
        self.store
            .write_as(&session.caller, move |tx| {
                let actor = tx.actor(&caller)?;
                let config = authorized_config(tx, &actor, ScopeFilter::All, id, &[ConfigAction::Update])?;
                let settings = settings.clone()?;
                tx.set_call_settings(&config, settings, &caller)?;
                Ok(settings)
            })
            .await
    }
}
