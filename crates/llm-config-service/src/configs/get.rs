//! Returns one configuration.

use llm_config_core::access::ConfigAction;
use llm_config_core::config::LlmConfig;
use llm_config_core::id::ConfigId;

use super::authorization::authorized_config;
use super::scope_filter::ScopeFilter;
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// The configuration of that id, without its secret.
    pub async fn config(
        &self,
        session: &Session,
        filter: ScopeFilter,
        id: ConfigId,
    ) -> Result<LlmConfig, Error> {
        let actor = session.actor.clone();
        self.store.read(move |tx| authorized_config(tx, &actor, filter, id, &[ConfigAction::Read])).await
    }
}
