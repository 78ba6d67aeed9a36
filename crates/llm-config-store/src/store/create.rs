//! Creation of a configuration in one statement.

use std::sync::Arc;

use llm_config_core::caller::Caller;
use llm_config_core::config::{LlmConfig, NewLlmConfig};
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;

use super::{Inner, Store, WritePath};
use crate::cache::RightsBasis;
use crate::configs::UnchangedRights;
use crate::database::backend::AnyConnection;
use crate::error::StoreError;
use crate::transaction::{Effects, KnownActors, Mode, Tx};

/// The outcome of [`Store::create_config_at_once`].
#[derive(Debug)]
pub enum AtOnce {
    /// The configuration was stored.
    Created(Box<LlmConfig>),
    /// Nothing was stored. A transaction, which reads the rights again, finds out whether it can be.
    NotCreated,
    /// The connection was lost. The configuration may have been stored.
    Unknown,
}

impl Store {
    /// On PostgreSQL, stores a new configuration in one round trip, if the rights by which the caller decided
    /// are still the same: those of `basis`. The statement itself checks them, so they are as current as those
    /// that [`Tx::actor`] reads.
    ///
    /// Fails with `Conflict` like [`Tx::create_config`].
    pub async fn create_config_at_once(
        &self,
        id: ConfigId,
        scope: Scope,
        new: Arc<NewLlmConfig>,
        caller: &Caller,
        basis: &RightsBasis,
    ) -> Result<AtOnce, StoreError> {
        let now = self.now();
        let coherence = &self.inner.context.cache.coherence;
        let rights = match self.inner.writes {
            WritePath::Grouped(_) => None,
            WritePath::Pooled => UnchangedRights::new(basis, coherence, now),
        };
        let Some(rights) = rights else { return Ok(AtOnce::NotCreated) };
        let caller = caller.clone();
        let created = self.blocking(move |store| {
            store.one_statement(|conn| {
                let (context, known_actors) = (&store.context, &mut KnownActors::default());
                let effects = Effects::default();
                let mut tx = Tx { conn, context, now, mode: Mode::WRITE, known_actors, effects };
                tx.create_config_at_once(id, scope, &new, &caller, &rights)
            })
        });
        match created.await {
            Ok(Some(created)) => Ok(AtOnce::Created(Box::new(created))),
            // The owner or the workspace is missing: the transaction says which.
            Ok(None) | Err(StoreError::Contended | StoreError::ForeignKey) => Ok(AtOnce::NotCreated),
            Err(StoreError::Unavailable(_)) => Ok(AtOnce::Unknown),
            Err(error) => Err(error),
        }
    }
}

impl Inner {
    /// Runs a statement that is a transaction of its own.
    fn one_statement<T>(
        &self,
        statement: impl FnOnce(&mut AnyConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut pooled = self.pool.get().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let result = statement(&mut pooled.conn);
        pooled.is_lost = matches!(result, Err(StoreError::Unavailable(_)));
        result
    }
}
