//! Returns one configuration.

use std::sync::Arc;

use llm_config_core::access::ConfigAction;
use llm_config_core::config::LlmConfig;
use llm_config_core::id::ConfigId;

use super::authorization::authorize_found;
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
    ) -> Result<Arc<LlmConfig>, Error> {
        let found = self.store.config(id).await?;
        authorize_found(found, &session.actor, filter, &[ConfigAction::Read])
    }
}
