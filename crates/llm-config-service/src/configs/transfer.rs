//! Transfers a configuration to another owner or another workspace.

use std::time::Duration;

use llm_config_core::config::LlmConfig;
use llm_config_core::endpoint::Origin;
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;

use crate::error::Error;
use crate::policy::require_operator;
use crate::service::Service;
use crate::session::Session;

/// How long a transfer waits until the replaced ciphertext has left SQLite's write-ahead log.
const PURGE_WAIT: Duration = Duration::from_secs(3);

/// A configuration after a transfer.
pub struct TransferredConfig {
    /// The configuration in its new scope.
    pub config: LlmConfig,
    /// The scope before the transfer.
    pub from: Scope,
    /// The origin that the credential is bound to.
    pub origin: Origin,
    /// Whether the replaced ciphertext may still be in SQLite's write-ahead log, because another program
    /// reads the database.
    pub is_purge_pending: bool,
}

impl Service {
    /// Transfers a configuration and seals its credential for the new scope. A transfer to the present scope
    /// changes nothing. Only the operator may do this: it hands a credential to another party.
    ///
    /// An owner's configuration goes only to an owner, a workspace's only to a workspace.
    pub async fn transfer_config(
        &self,
        session: &Session,
        id: ConfigId,
        to: Scope,
    ) -> Result<TransferredConfig, Error> {
        require_operator(&session.caller, "transferring a configuration")?;
        let caller = session.caller.clone();
        let (config, from, origin) = self
            .store
            .write(move |tx| {
                let current = tx.find_config(id)?.ok_or(Error::NotFound("configuration"))?;
                let config = tx.transfer_config(&current, to, &caller)?;
                let origin = tx.origin(&config);
                Ok::<_, Error>((config, current.scope, origin))
            })
            .await?;
        let is_purge_pending = !self.store.wait_for_secret_purge(PURGE_WAIT).await;
        Ok(TransferredConfig { config, from, origin, is_purge_pending })
    }
}
