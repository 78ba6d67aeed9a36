//! Transactions: one for each use case, atomic, and retried after lock conflicts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable};
use diesel::RunQueryDsl;
use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::result::Error as DieselError;
use diesel::sql_types::Text;
use llm_config_core::time::Timestamp;

use crate::database::backend::{AnyConnection, checkout};
use crate::error::{StoreError, TxError};
use crate::store::Inner;
use crate::store::Store;

/// The maximum number of attempts of a contended transaction.
const ATTEMPTS: usize = 6;

/// The period in which a contended transaction is retried. One attempt alone may wait this long for a lock,
/// so without this limit a caller could wait for six such attempts.
const RETRY_PERIOD: Duration = Duration::from_secs(5);

/// An open transaction, whose methods are the queries of use cases. Only code below the use cases uses a
/// connection directly: opening a database, migrations, and the purge of old ciphertext.
pub struct Tx<'c> {
    pub(crate) conn: &'c mut AnyConnection,
    pub(crate) store: &'c Inner,
    pub(crate) now: Timestamp,
    pub(crate) mode: Mode,
    /// The number of audit events that this transaction has written.
    pub(crate) events: u16,
    /// Whether this transaction has replaced or deleted a sealed secret, so that a purge must follow.
    pub(crate) leaves_ciphertext: bool,
}

/// The access mode of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write,
}

impl Store {
    /// Runs `work` in one write transaction: either all of its changes are stored or none.
    ///
    /// After a lock conflict, `work` runs again, at most five times. `work` must therefore change state only
    /// through `Tx`, and use ids that were generated before this call. [`Tx::now`] is the same in every
    /// attempt.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    {
        let (work, now) = (Arc::new(work), self.now());
        let attempt = || {
            let work = Arc::clone(&work);
            self.blocking(move |store| store.transaction(Mode::Write, now, &*work))
        };
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

    /// Runs `work` in one read transaction, on a consistent snapshot. The transaction is rolled back at its
    /// end.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: TxError,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let now = self.now();
        self.blocking(move |store| store.transaction(Mode::Read, now, work)).await
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&Arc<Inner>) -> T + Send + 'static) -> T {
        let inner = Arc::clone(&self.inner);
        match tokio::task::spawn_blocking(move || work(&inner)).await {
            Ok(done) => done,
            // Blocking tasks are never cancelled, so this is a panic of `work`.
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        }
    }
}

impl Inner {
    fn transaction<T, E: TxError>(
        self: &Arc<Self>,
        mode: Mode,
        now: Timestamp,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = checkout(&self.pool)?;
        self.transaction_on(&mut conn, mode, now, work)
    }

    pub(crate) fn transaction_on<T, E: TxError>(
        self: &Arc<Self>,
        conn: &mut AnyConnection,
        mode: Mode,
        now: Timestamp,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        begin(conn, mode).map_err(StoreError::from)?;
        let mut tx = Tx { conn, store: self, now, mode, events: 0, leaves_ciphertext: false };
        let result = work(&mut tx);
        let leaves_ciphertext = tx.leaves_ciphertext;
        match (&result, mode) {
            (Ok(_), Mode::Write) => {
                commit(conn)?;
                if leaves_ciphertext {
                    self.purge(conn);
                }
            }
            (Ok(_), Mode::Read) | (Err(_), _) => rollback(conn),
        }
        result
    }
}

type Manager = <AnyConnection as Connection>::TransactionManager;

pub(crate) fn begin(conn: &mut AnyConnection, mode: Mode) -> Result<(), DieselError> {
    match (conn, mode) {
        // `Tx::lock` locks the rows that a use case reads before it writes. So the default isolation level is
        // enough, and conflicts on other rows cause no retries.
        (AnyConnection::Postgres(conn), Mode::Write) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN ISOLATION LEVEL READ COMMITTED")
        }
        (AnyConnection::Postgres(conn), Mode::Read) => AnsiTransactionManager::begin_transaction_sql(
            conn,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        ),
        // Takes the write lock at BEGIN. A deferred transaction that reads before it writes can fail with
        // "database is locked" regardless of the busy timeout. <https://www.sqlite.org/lang_transaction.html>
        (AnyConnection::Sqlite(conn), Mode::Write) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
        }
        (AnyConnection::Sqlite(conn), Mode::Read) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN DEFERRED")
        }
    }
}

pub(crate) fn commit(conn: &mut AnyConnection) -> Result<(), StoreError> {
    let committed = match conn {
        // After a failed statement, PostgreSQL rolls back at COMMIT and reports no error. The SELECT reports
        // one, so that a use case that ignored the failed statement fails.
        // <https://www.postgresql.org/docs/current/sql-commit.html>
        AnyConnection::Postgres(conn) => conn.batch_execute("SELECT 1; COMMIT"),
        AnyConnection::Sqlite(conn) => AnsiTransactionManager::commit_transaction(conn),
    };
    committed.map_err(|error| {
        rollback(conn);
        StoreError::from(error)
    })
}

/// Rolls a transaction back. If that fails, the pool recognises the connection as broken.
pub(crate) fn rollback(conn: &mut AnyConnection) {
    if let Err(error) = Manager::rollback_transaction(conn) {
        tracing::debug!(error = %error, "a transaction could not be rolled back");
    }
}

/// Takes the advisory lock of [`Lock::Identities`]. The number is arbitrary and unique among the locks of
/// this crate.
const IDENTITIES_LOCK: &str = "SELECT pg_advisory_xact_lock(5130764206842017361)";

/// Takes the advisory lock of [`Lock::Schedule`]. The number is arbitrary and unique among the locks of
/// this crate.
const SCHEDULE_LOCK: &str = "SELECT pg_advisory_xact_lock(2290417735516208843)";

/// Takes the advisory lock of [`Lock::WorkspaceNames`]. The number is arbitrary and unique among the locks of
/// this crate.
const WORKSPACE_NAMES_LOCK: &str = "SELECT pg_advisory_xact_lock(7406135520893364127)";

/// The rows to lock until the end of the transaction.
pub(crate) enum Lock<'a> {
    /// One row, for a change. Other transactions can neither change the row nor take a lock on it.
    ForUpdate { table: &'static str, id: &'a str },
    /// One row, against changes. Other transactions can take the same lock at the same time.
    ForShare { table: &'static str, id: &'a str },
    /// The checks of a configuration, which refer to it, and the configuration against changes.
    Checks { config: &'a str },
    /// All users, memberships and tokens, which decide the rights of callers.
    Identities,
    /// The names of workspaces, against other transactions that take this lock.
    WorkspaceNames,
    /// The schedule of background checks.
    Schedule,
    /// The row of the installation.
    Installation,
}

impl Tx<'_> {
    /// The time at which the transaction began, the same in every attempt.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Locks all users, memberships and tokens against changes by other transactions until this one ends.
    /// Call this before [`Tx::actor`]: two transactions that change identities then run one after the other
    /// and cannot deadlock.
    pub fn lock_identities(&mut self) -> Result<(), StoreError> {
        self.lock(&Lock::Identities)
    }

    /// Locks the names of workspaces against other transactions that call this, until this one ends: those
    /// that give a workspace a name only if no other has it. Call this before any other lock.
    pub fn lock_workspace_names(&mut self) -> Result<(), StoreError> {
        self.lock(&Lock::WorkspaceNames)
    }

    /// Locks rows until the end of the transaction. Has no effect in a read transaction, nor on SQLite, where
    /// only one transaction at a time can write.
    pub(crate) fn lock(&mut self, lock: &Lock<'_>) -> Result<(), StoreError> {
        let (Mode::Write, AnyConnection::Postgres(conn)) = (self.mode, &mut *self.conn) else {
            return Ok(());
        };
        match lock {
            Lock::ForUpdate { table, id } => {
                diesel::sql_query(format!("SELECT 1 FROM {table} WHERE id = $1 FOR UPDATE"))
                    .bind::<Text, _>(id)
                    .execute(conn)?;
            }
            Lock::ForShare { table, id } => {
                diesel::sql_query(format!("SELECT 1 FROM {table} WHERE id = $1 FOR SHARE"))
                    .bind::<Text, _>(id)
                    .execute(conn)?;
            }
            Lock::Checks { config } => {
                diesel::sql_query("SELECT 1 FROM llm_configs WHERE id = $1 FOR NO KEY UPDATE")
                    .bind::<Text, _>(config)
                    .execute(conn)?;
            }
            // An advisory lock: `Tx::actor` locks the actor's row, so with row locks two actors who
            // change each other's rows would deadlock.
            Lock::Identities => conn.batch_execute(IDENTITIES_LOCK)?,
            // An advisory lock, because a workspace that does not exist yet has no row to lock.
            Lock::WorkspaceNames => conn.batch_execute(WORKSPACE_NAMES_LOCK)?,
            // An advisory lock, because a configuration that was never scheduled has no row to lock.
            Lock::Schedule => conn.batch_execute(SCHEDULE_LOCK)?,
            Lock::Installation => conn.batch_execute("SELECT 1 FROM installation FOR UPDATE")?,
        }
        Ok(())
    }
}
