//! The statements that begin and end transactions.

use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::r2d2::PooledConnection;
use diesel::result::Error as DieselError;

use super::Mode;
use super::locks::lock_rights;
use crate::database::backend::{AnyConnection, ConnectionManager};
use crate::database::pool::{Checkout, ConnectionPool};
use crate::error::StoreError;
use crate::use_case::Progress;

type Manager = <AnyConnection as Connection>::TransactionManager;

pub(crate) fn begin(conn: &mut AnyConnection, mode: Mode) -> Result<(), DieselError> {
    match (conn, mode) {
        // `Tx::lock` locks the rows that a use case reads before it writes. So the default isolation level is
        // enough, and conflicts on other rows cause no retries.
        (AnyConnection::Postgres(conn), Mode::Write { locked_user: None }) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN ISOLATION LEVEL READ COMMITTED")
        }
        // In one round trip.
        (AnyConnection::Postgres(conn), Mode::Write { locked_user: Some(user) }) => {
            let lock = lock_rights(user);
            let begin = format!("BEGIN ISOLATION LEVEL READ COMMITTED; {lock}");
            AnsiTransactionManager::begin_transaction_sql(conn, &begin)
        }
        (AnyConnection::Postgres(conn), Mode::Read) => AnsiTransactionManager::begin_transaction_sql(
            conn,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        ),
        // Takes the write lock at BEGIN. A deferred transaction that reads before it writes can fail with
        // "database is locked" regardless of the busy timeout. <https://www.sqlite.org/lang_transaction.html>
        (AnyConnection::Sqlite(conn), Mode::Write { .. }) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
        }
        (AnyConnection::Sqlite(conn), Mode::Read) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN DEFERRED")
        }
    }
}

/// Begins a transaction on a connection of the pool. Discards connections that the server has closed while
/// they were idle.
pub(crate) fn begin_pooled(
    pool: &ConnectionPool,
    mode: Mode,
    progress: &Progress,
) -> Result<PooledConnection<ConnectionManager>, StoreError> {
    let mut attempts = pool.size();
    loop {
        let Checkout { connection: mut pooled, pool: number } = pool.get()?;
        progress.connect(number)?;
        let Err(error) = begin(&mut pooled.conn, mode).map_err(StoreError::from) else { return Ok(pooled) };
        pooled.is_lost = true;
        if attempts == 0 || !matches!(error, StoreError::Unavailable(_)) {
            return Err(error);
        }
        attempts -= 1;
    }
}

pub(crate) fn commit(conn: &mut AnyConnection) -> Result<(), StoreError> {
    let committed = match conn {
        // After a failed statement, PostgreSQL rolls back at COMMIT and reports no error. Any other statement
        // reports one, so that a use case that ignored the failed statement fails; closing no cursor costs
        // least. <https://www.postgresql.org/docs/current/sql-commit.html>
        AnyConnection::Postgres(conn) => conn.batch_execute("CLOSE ALL; COMMIT"),
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
