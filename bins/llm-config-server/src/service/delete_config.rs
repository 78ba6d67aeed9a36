//! To delete a configuration and its credential.

use llm_config_core::access::Verb;
use llm_config_core::id::ConfigId;

use super::read_configs::owned_config;
use super::{Error, Service, Session};

impl Service {
    /// Deletes a configuration of an owner for good, with its sealed credential.
    pub async fn delete_config(&self, session: &Session, id: ConfigId) -> Result<(), Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                let current = owned_config(tx, &actor, id, Verb::Delete)?;
                Ok(tx.delete_config(&current, &caller)?)
            })
            .await
    }
}
