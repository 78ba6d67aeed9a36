//! Single statements, which are transactions of their own.

use diesel::connection::{AnsiTransactionManager, Connection, TransactionManager};

use crate::database::backend::AnyConnection;
use crate::database::session_mode::SessionMode;
use crate::error::StoreError;

type Manager = <AnyConnection as Connection>::TransactionManager;

/// Runs `work`, which is one statement. It needs no transaction, but the limits of one: where its session
/// does not have them, a transaction around it sets them.
pub(crate) fn run_statement<T>(
    conn: &mut AnyConnection,
    session_mode: SessionMode,
    work: impl FnOnce(&mut AnyConnection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    match (session_mode, &mut *conn) {
        (SessionMode::Own, AnyConnection::Postgres(_) | AnyConnection::Sqlite(_))
        | (SessionMode::PerTransaction, AnyConnection::Sqlite(_)) => return work(conn),
        (SessionMode::PerTransaction, AnyConnection::Postgres(conn)) => {
            let settings = session_mode.settings_of_transaction();
            let begin = format!("BEGIN ISOLATION LEVEL READ COMMITTED{settings}");
            AnsiTransactionManager::begin_transaction_sql(conn, &begin)?;
        }
    }
    match work(conn) {
        Ok(done) => {
            Manager::commit_transaction(conn)?;
            Ok(done)
        }
        Err(error) => {
            if let Err(error) = Manager::rollback_transaction(conn) {
                tracing::debug!(%error, "the transaction of a statement could not be rolled back");
            }
            Err(error)
        }
    }
}
