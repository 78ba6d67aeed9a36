//! The statements that begin and end transactions.

use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::r2d2::PooledConnection;
use diesel::result::Error as DieselError;

use super::Mode;
use super::locks::lock_rights;
use crate::database::backend::{AnyConnection, ConnectionManager};
use crate::database::pool::{Checkout, ConnectionPool};
use crate::database::session_mode::SessionMode;
use crate::error::StoreError;
use crate::progress::Progress;

type Manager = <AnyConnection as Connection>::TransactionManager;

/// Begins a transaction on a connection with this session mode.
pub(crate) fn begin(
    conn: &mut AnyConnection,
    mode: Mode,
    session_mode: SessionMode,
) -> Result<(), DieselError> {
    match (conn, mode) {
        (AnyConnection::Postgres(conn), Mode::Read | Mode::Write { .. }) => {
            AnsiTransactionManager::begin_transaction_sql(conn, &begin_on_postgres(mode, session_mode))
        }
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

/// The statements that begin a transaction on PostgreSQL, in one round trip.
fn begin_on_postgres(mode: Mode, session_mode: SessionMode) -> String {
    let begin = match (mode, session_mode) {
        // `Tx::lock` locks the rows that a use case reads before it writes. So the default isolation level is
        // enough, and conflicts on other rows cause no retries.
        (Mode::Write { .. }, SessionMode::Own | SessionMode::PerTransaction) => {
            "BEGIN ISOLATION LEVEL READ COMMITTED"
        }
        (Mode::Read, SessionMode::Own) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        // A direct connection was made to a primary. A pooler may have been led to a standby since, which
        // may not know yet what was revoked, and which refuses `READ WRITE`.
        (Mode::Read, SessionMode::PerTransaction) => {
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE; SET TRANSACTION READ ONLY"
        }
    };
    let settings = session_mode.settings_of_transaction();
    match mode {
        Mode::Write { locked_user: Some(user) } => format!("{begin}{settings}; {}", lock_rights(user)),
        Mode::Write { locked_user: None } | Mode::Read => format!("{begin}{settings}"),
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
        let Err(error) = begin(&mut pooled.conn, mode, pool.session_mode()).map_err(StoreError::from) else {
            return Ok(pooled);
        };
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

#[cfg(test)]
mod tests {
    use llm_config_core::id::PrincipalId;

    use super::*;

    const LOCKED: Mode = Mode::Write { locked_user: Some(PrincipalId::OPERATOR) };

    #[test]
    fn begin_in_shared_session_sets_its_settings_before_it_waits_for_a_lock() {
        for mode in [Mode::Read, Mode::WRITE, LOCKED] {
            let begin = begin_on_postgres(mode, SessionMode::PerTransaction);
            let statements: Vec<&str> = begin.split("; ").collect();
            let lock = statements.iter().position(|statement| statement.contains("advisory"));
            assert_eq!(lock.is_some(), mode == LOCKED, "{begin}");
            for setting in [
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "timezone",
                "client_encoding",
            ] {
                let begin_of_set = format!("SET LOCAL {setting} = ");
                let set = statements.iter().position(|text| text.starts_with(&begin_of_set));
                assert!(set.is_some_and(|set| lock.is_none_or(|lock| set < lock)), "{begin}");
            }
            let is_left = |text: &&&str| text.starts_with("SET ") && !text.starts_with("SET LOCAL ");
            let left: Vec<&str> = statements.iter().filter(is_left).copied().collect();
            let expected: &[&str] = if mode == Mode::Read { &["SET TRANSACTION READ ONLY"] } else { &[] };
            assert_eq!(left, expected, "nothing else outlives the transaction: {begin}");
        }
    }

    #[test]
    fn begin_in_own_session_sets_nothing() {
        for mode in [Mode::Read, Mode::WRITE, LOCKED] {
            let begin = begin_on_postgres(mode, SessionMode::Own);
            assert!(!begin.contains("SET "), "{begin}");
        }
    }
}
