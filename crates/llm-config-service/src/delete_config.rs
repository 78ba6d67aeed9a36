//! To delete a configuration and its credential.

use llm_config_core::access::{Action, Actor, ConfigAction, Decision, decide};
use llm_config_core::config::Precondition;
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_store::Tx;

use crate::read_configs::config_among;
use crate::update_config::{Parsed, require};
use crate::{Dependents, Error, ScopeFilter, Service, Session};

impl Service {
    /// Deletes a configuration for good, with its sealed credential.
    pub async fn delete_config(
        &self,
        session: &Session,
        filter: ScopeFilter,
        id: ConfigId,
        precondition: Parsed<Precondition>,
    ) -> Result<(), Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let actor = tx.actor(&caller)?;
                let current = config_among(tx, &actor, filter, id, ConfigAction::Delete)?;
                require(&precondition, &current)?;
                Ok(tx.delete_config(&current, &caller)?)
            })
            .await
    }
}

/// Refuses to delete an owner or a workspace that still has configurations. They are named only to an
/// actor who may list them.
pub(crate) fn not_in_use(tx: &mut Tx<'_>, actor: &Actor, scope: Scope) -> Result<(), Error> {
    let held = tx.list_config_names(&scope)?;
    if held.is_empty() {
        return Ok(());
    }
    let may_list = decide(actor, &Action::Config(ConfigAction::List, scope)) == Decision::Allow;
    Err(Error::InUse(if may_list { Dependents::Named(held) } else { Dependents::Unnamed }))
}
