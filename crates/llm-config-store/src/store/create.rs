//! Creation of a configuration in one statement.

use std::sync::Arc;

use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, NewLlmConfig};
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;

use super::{Inner, Store, WritePath};
use crate::cache::RightsBasis;
use crate::configs::UnchangedRights;
use crate::database::pool::Checkout;
use crate::database::statement::run_statement;
use crate::error::StoreError;
use crate::progress::Progress;
use crate::transaction::{Effects, KnownActors, Mode, Tx};

/// The outcome of [`Store::create_config_in_one_statement`].
#[derive(Debug)]
pub enum OneStatement {
    /// The configuration was stored.
    Created(Box<LlmConfig>),
    /// Nothing was stored. A transaction, which reads the rights again, finds out whether it can be.
    NotCreated,
    /// The connection was lost. The configuration may have been stored.
    Unknown,
}

impl Store {
    /// On PostgreSQL, stores a new configuration in one round trip, if the rights by which the caller decided
    /// are still the same: those of `basis`. The statement itself checks them, so they are as current as
    /// those that [`Tx::actor`] reads.
    ///
    /// Fails with `Conflict` like [`Tx::create_config`].
    pub async fn create_config_in_one_statement(
        &self,
        id: ConfigId,
        scope: Scope,
        new: Arc<NewLlmConfig>,
        caller: &Caller,
        basis: &RightsBasis,
    ) -> Result<OneStatement, StoreError> {
        match self.inner.writes {
            WritePath::Grouped(_) => Ok(OneStatement::NotCreated),
            WritePath::Pooled => {
                let (caller, basis) = (caller.clone(), basis.clone());
                let create = move |store: &Inner, progress: &Progress| {
                    store.create_config(id, scope, &new, &caller, &basis, progress)
                };
                self.blocking(create).await
            }
        }
    }
}

impl Inner {
    fn create_config(
        &self,
        id: ConfigId,
        scope: Scope,
        new: &NewLlmConfig,
        caller: &Caller,
        basis: &RightsBasis,
        progress: &Progress,
    ) -> Result<OneStatement, StoreError> {
        let Checkout { connection: mut pooled, pool } = self.pool.get()?;
        progress.connect(pool)?;
        let (context, now) = (&self.context, self.context.clock.now());
        let coherence = &context.cache.coherence;
        // After the wait for a connection, during which the rights may have changed.
        let Some(rights) = UnchangedRights::new(basis, coherence, now) else {
            return Ok(OneStatement::NotCreated);
        };
        progress.ensure_not_given_up()?;
        let mut invalidated = Vec::new();
        let created = run_statement(&mut pooled.conn, self.pool.session_mode(), |conn| {
            let (mode, known_actors) = (Mode::WRITE, &mut KnownActors::default());
            let mut tx = Tx { conn, context, now, mode, known_actors, effects: Effects::default() };
            let created = tx.create_config_in_one_statement(id, scope, new, caller, &rights);
            invalidated = tx.effects.invalidated;
            created
        });
        // Also after an error, which may hide a commit.
        coherence.invalidate(&invalidated);
        match created {
            Ok(created) => Ok(OneStatement::Created(Box::new(created))),
            // The rights may have changed, or the workspace does not exist.
            Err(StoreError::Contended | StoreError::ForeignKey) => Ok(OneStatement::NotCreated),
            Err(StoreError::Unavailable(_)) => {
                pooled.is_lost = true;
                Ok(OneStatement::Unknown)
            }
            Err(error) => Err(error),
        }
    }
}
