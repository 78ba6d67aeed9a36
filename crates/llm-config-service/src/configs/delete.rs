//! Deletes a configuration and its credential.

use llm_config_core::access::{Action, Actor, ConfigAction};
use llm_config_core::config::Precondition;
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_store::Tx;

use super::authorization::authorized_config;
use super::scope_filter::ScopeFilter;
use super::update::require;
use crate::error::{Dependents, Error, Parsed};
use crate::policy::is_allowed;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Deletes a configuration with its sealed credential.
    pub async fn delete_config(
        &self,
        session: &Session,
        filter: ScopeFilter,
        id: ConfigId,
        precondition: Parsed<Precondition>,
    ) -> Result<(), Error> {
        let caller = session.caller.clone();
        let scope = self
            .store
            .write_as(&session.caller, move |tx| {
                let actor = tx.actor(&caller)?;
                let current = authorized_config(tx, &actor, filter, id, &[ConfigAction::Delete])?;
                require(&precondition, &current)?;
                tx.delete_config(&current, &caller)?;
                Ok::<_, Error>(current.scope)
            })
            .await?;
        self.forget_config_counts(scope);
        Ok(())
    }
}

/// `InUse` if an owner or a workspace that is to be deleted has configurations. The error names them only
/// to an actor who may list them.
pub(crate) fn require_no_configs(tx: &mut Tx<'_>, actor: &Actor, scope: Scope) -> Result<(), Error> {
    let names = tx.list_config_names(&scope)?;
    if names.is_empty() {
        return Ok(());
    }
    let may_list = is_allowed(actor, &Action::Configs(ConfigAction::List, scope));
    Err(Error::InUse(if may_list { Dependents::Named(names) } else { Dependents::Unnamed }))
}
