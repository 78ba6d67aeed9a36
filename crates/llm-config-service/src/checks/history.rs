//! Lists the past checks of a configuration.

use llm_config_core::access::ConfigAction;
use llm_config_core::id::ConfigId;
use llm_config_store::Check;

use crate::configs::{ScopeFilter, authorized_config};
use crate::error::Error;
use crate::service::Service;
use crate::session::Session;

/// The maximum number of checks in a list.
const LISTED: u32 = 20;

impl Service {
    /// The last checks of a configuration, newest first.
    pub async fn checks(&self, session: &Session, id: ConfigId) -> Result<Vec<Check>, Error> {
        let actor = session.actor.clone();
        self.store
            .read(move |tx| {
                authorized_config(tx, &actor, ScopeFilter::All, id, &[ConfigAction::Read])?;
                Ok(tx.list_checks(id, LISTED)?)
            })
            .await
    }
}
