//! Transactions: one for every use case, all or nothing, repeated when others were in the way.

use std::sync::Arc;
use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable};
use diesel::RunQueryDsl;
use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::result::Error as DieselError;
use diesel::sql_types::Text;
use llm_config_core::time::Timestamp;

use crate::Store;
use crate::backend::{AnyConnection, checkout};
use crate::error::{StoreError, TxError};
use crate::store::Inner;

/// How often a contended transaction is tried at most.
const ATTEMPTS: usize = 6;

/// How long a contended transaction is tried again. Each try may wait for a lock by itself, up to
/// the same time; whoever called should not wait for six of those.
const PATIENCE: Duration = Duration::from_secs(5);

/// An open transaction: what every query of this crate is a method of.
pub struct Tx<'c> {
    pub(crate) conn: &'c mut AnyConnection,
    pub(crate) store: &'c Inner,
    pub(crate) now: Timestamp,
    pub(crate) mode: Mode,
    /// How many audit events it has written.
    pub(crate) events: u16,
    /// Whether it replaced or deleted a sealed secret.
    pub(crate) leaves_ciphertext: bool,
}

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write,
}

impl Store {
    /// Runs `work` in one write transaction: all of it is stored, or none.
    ///
    /// `work` is repeated, a bounded number of times, when it lost against others; so it draws
    /// no ids and changes nothing but through `Tx`. The time within is drawn once.
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
        let is_worth_it = |error: &E| {
            matches!(error.store_error(), Some(StoreError::Contended)) && started.elapsed() < PATIENCE
        };
        attempt.retry(pause).when(is_worth_it).await
    }

    /// Runs `work` on a consistent view; nothing it does is stored.
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
            // Blocking tasks are never cancelled, so this is a panic of `work`: let it go on.
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
        let done = work(&mut tx);
        let leaves_ciphertext = tx.leaves_ciphertext;
        match (&done, mode) {
            (Ok(_), Mode::Write) => {
                commit(conn)?;
                if leaves_ciphertext {
                    self.purge(conn);
                }
            }
            (Ok(_), Mode::Read) | (Err(_), _) => rollback(conn),
        }
        done
    }
}

type Manager = <AnyConnection as Connection>::TransactionManager;

pub(crate) fn begin(conn: &mut AnyConnection, mode: Mode) -> Result<(), DieselError> {
    match (conn, mode) {
        // What a use case reads before it writes is locked by `Tx::lock`, so the default
        // isolation is enough, and nothing has to be repeated for somebody else's rows.
        (AnyConnection::Postgres(conn), Mode::Write) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN ISOLATION LEVEL READ COMMITTED")
        }
        (AnyConnection::Postgres(conn), Mode::Read) => AnsiTransactionManager::begin_transaction_sql(
            conn,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        ),
        // SQLite takes the write lock at BEGIN: a deferred transaction that reads first fails
        // with "database is locked" instead of waiting, whatever the busy timeout says.
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
        // After a statement that failed PostgreSQL stores nothing, and yet answers COMMIT with
        // success. Any other statement in front makes a use case that went on fail instead.
        AnyConnection::Postgres(conn) => conn.batch_execute("SELECT 1; COMMIT"),
        AnyConnection::Sqlite(conn) => AnsiTransactionManager::commit_transaction(conn),
    };
    committed.map_err(|error| {
        rollback(conn);
        StoreError::from(error)
    })
}

/// Ends a transaction without keeping anything. A connection on which even that fails is
/// recognised as broken when the pool takes it back.
pub(crate) fn rollback(conn: &mut AnyConnection) {
    if let Err(error) = Manager::rollback_transaction(conn) {
        tracing::debug!(error = %error, "a transaction could not be rolled back");
    }
}

/// Any fixed number but that of `open`.
const IDENTITIES_LOCK: &str = "SELECT pg_advisory_xact_lock(5130764206842017361)";

/// Any fixed number but those.
const SCHEDULE_LOCK: &str = "SELECT pg_advisory_xact_lock(2290417735516208843)";

/// Rows that a use case reads and relies on until it ends.
pub(crate) enum Lock<'a> {
    /// A row that is about to change.
    ForUpdate(&'static str, &'a str),
    /// A row that must stay as it is.
    ForShare(&'static str, &'a str),
    /// Everything that decides who may do what: users, memberships, tokens.
    Identities,
    /// The claims of background checks, and who is enrolled for them.
    Schedule,
    /// The row that says who was first.
    Instance,
}

impl Tx<'_> {
    /// The moment at which the transaction began, the same in every repetition.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Makes this transaction the only one that changes users, memberships or tokens until it
    /// ends. Taken before [`Tx::actor`], it keeps such changes from waiting for each other.
    pub fn lock_identities(&mut self) -> Result<(), StoreError> {
        self.lock(&Lock::Identities)
    }

    /// Keeps others from changing rows until the transaction ends. In a read, and on SQLite,
    /// where a writer is alone anyway, there is nothing to do.
    pub(crate) fn lock(&mut self, lock: &Lock<'_>) -> Result<(), StoreError> {
        let (Mode::Write, AnyConnection::Postgres(conn)) = (self.mode, &mut *self.conn) else {
            return Ok(());
        };
        match lock {
            Lock::ForUpdate(table, id) => {
                diesel::sql_query(format!("SELECT 1 FROM {table} WHERE id = $1 FOR UPDATE"))
                    .bind::<Text, _>(id)
                    .execute(conn)?;
            }
            Lock::ForShare(table, id) => {
                diesel::sql_query(format!("SELECT 1 FROM {table} WHERE id = $1 FOR SHARE"))
                    .bind::<Text, _>(id)
                    .execute(conn)?;
            }
            // No row: two actors who each hold their own row, which `Tx::actor` locked, and want to
            // change that of the other one would wait for ever.
            Lock::Identities => conn.batch_execute(IDENTITIES_LOCK)?,
            // No row: what is enrolled is not there yet.
            Lock::Schedule => conn.batch_execute(SCHEDULE_LOCK)?,
            Lock::Instance => conn.batch_execute("SELECT 1 FROM installation FOR UPDATE")?,
        }
        Ok(())
    }
}
