//! Deletes a user.

use llm_config_core::access::UserAction;
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;

use super::authorization::authorized_user;
use crate::configs::require_no_configs;
use crate::error::Error;
use crate::policy::ensure_active_owner;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Deletes a user who owns no configuration, with their tokens and memberships.
    pub async fn delete_user(&self, session: &Session, id: PrincipalId) -> Result<(), Error> {
        let caller = session.caller.clone();
        self.store
            .write(move |tx| {
                let found = tx.find_user_for_update(id)?;
                let actor = tx.actor(&caller)?;
                let current = authorized_user(tx, &actor, found, UserAction::Delete)?;
                require_no_configs(tx, &actor, Scope::Owner(id))?;
                ensure_active_owner(tx, &caller, |tx| Ok(tx.delete_user(&current, &caller)?))
            })
            .await
    }
}
