//! Runs use cases in transactions.

use std::sync::Arc;
use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable};
use llm_config_core::caller::Caller;
use llm_config_core::id::PrincipalId;
use llm_config_core::time::Timestamp;

use super::watch::Watch;
use super::{Inner, Store, WritePath};
use crate::error::{StoreError, TxError};
use crate::progress::{Progress, Running, no_answer};
#[cfg(debug_assertions)]
use crate::transaction::all_changes_are_invalidated;
use crate::transaction::{Effects, KnownActors, Mode, Tx, begin_pooled, commit, rollback};

/// The maximum number of attempts of a contended transaction.
const ATTEMPTS: usize = 6;

/// The period in which a contended transaction is retried. One attempt alone may wait this long for a lock,
/// so without this limit a caller could wait for six such attempts.
const RETRY_PERIOD: Duration = Duration::from_secs(5);

impl Store {
    /// Runs `work` in one write transaction: either all of its changes are stored or none.
    ///
    /// `work` may run several times, after a lock conflict or the failure of a commit that it shares with
    /// others. It must therefore change state only through `Tx`, and use ids that were generated before this
    /// call. [`Tx::now`] is the same in every attempt.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    {
        self.write_with(None, work).await
    }

    /// Like [`Self::write`], for a use case whose first query is [`Tx::actor`] of `caller`: on PostgreSQL,
    /// the round trip that begins the transaction locks their rights too.
    pub async fn write_as<T, E, F>(&self, caller: &Caller, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    {
        self.write_with(Some(caller.identity.principal()), work).await
    }

    async fn write_with<T, E, F>(&self, locked_user: Option<PrincipalId>, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    {
        let (work, now) = (Arc::new(work), self.now());
        let attempt = || self.write_once(Mode::Write { locked_user }, now, Arc::clone(&work));
        let pause = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(5))
            .with_max_delay(Duration::from_millis(200))
            .with_max_times(ATTEMPTS - 1)
            .with_jitter();
        let started = Instant::now();
        let is_retryable = |error: &E| {
            matches!(error.store_error(), Some(StoreError::Contended)) && started.elapsed() < RETRY_PERIOD
        };
        attempt.retry(pause).when(is_retryable).await
    }

    async fn write_once<T, E, F>(&self, mode: Mode, now: Timestamp, work: Arc<F>) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    {
        match &self.inner.writes {
            WritePath::Grouped(writer) => writer.write(Arc::clone(&self.inner.context), now, work).await,
            WritePath::Pooled => {
                self.blocking(move |store, progress| store.transaction(mode, now, progress, &*work)).await
            }
        }
    }

    /// Runs `work` in one read transaction, on a consistent snapshot. The transaction is rolled back at its
    /// end.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let now = self.now();
        self.blocking(move |store, progress| store.transaction(Mode::Read, now, progress, work)).await
    }

    /// Runs `work` in a thread of its own. On PostgreSQL, fails if it takes longer than
    /// [`DEADLINE`](crate::progress::DEADLINE): no setting of the database or of the system ends every wait
    /// for a process that does not answer. SQLite is part of this process, and waits for no other longer than
    /// its busy timeout.
    pub(super) async fn blocking<T, E>(
        &self,
        work: impl FnOnce(&Inner, &Progress) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (inner, progress) = (Arc::clone(&self.inner), Arc::new(Progress::default()));
        let running = Running::new(Arc::clone(&progress));
        let task = tokio::task::spawn_blocking(move || {
            let running = running;
            work(&inner, &running.0)
        });
        let ended = match self.inner.writes {
            WritePath::Grouped(_) => task.await,
            WritePath::Pooled => {
                let watch = Watch::start(&self.inner, progress);
                watch.wait(task).await.ok_or_else(no_answer)?
            }
        };
        match ended {
            Ok(done) => done,
            // Blocking tasks are never cancelled, so this is a panic of `work`.
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        }
    }
}

impl Inner {
    /// Runs `work` in a transaction of its own, on a connection of the pool.
    fn transaction<T, E: TxError>(
        &self,
        mode: Mode,
        now: Timestamp,
        progress: &Progress,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut pooled = begin_pooled(&self.pool, mode, progress)?;
        let conn = &mut pooled.conn;
        let (context, known_actors) = (&self.context, &mut KnownActors::default());
        let mut tx = Tx { conn, context, now, mode, known_actors, effects: Effects::default() };
        let result = work(&mut tx);
        let Tx { conn, effects, .. } = tx;
        match (&result, mode) {
            (Ok(_), Mode::Write { .. }) => {
                #[cfg(debug_assertions)]
                all_changes_are_invalidated(conn, &effects.invalidated);
                let committed = match progress.ensure_not_given_up() {
                    Ok(()) => commit(conn),
                    Err(given_up) => {
                        rollback(conn);
                        Err(given_up)
                    }
                };
                // Also after an error, which may hide a commit.
                self.context.cache.coherence.invalidate(&effects.invalidated);
                committed?;
            }
            (Ok(_), Mode::Read) | (Err(_), _) => rollback(conn),
        }
        pooled.is_lost |= progress.is_given_up();
        result
    }
}
