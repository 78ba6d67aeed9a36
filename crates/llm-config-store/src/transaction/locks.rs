//! Locks that a use case on PostgreSQL takes before it relies on what it reads.

use diesel::connection::SimpleConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Text;
use llm_config_core::id::PrincipalId;

use super::{Mode, Tx};
use crate::database::backend::AnyConnection;
use crate::error::StoreError;

/// Takes the advisory lock of [`Lock::Identities`]. The number is arbitrary and unique among the locks of
/// this crate.
const IDENTITIES_LOCK: &str = "SELECT pg_advisory_xact_lock(5130764206842017361)";

/// Takes the advisory lock of [`Lock::Schedule`]. The number is arbitrary and unique among the locks of
/// this crate.
const SCHEDULE_LOCK: &str = "SELECT pg_advisory_xact_lock(2290417735516208843)";

/// Takes the advisory lock of [`Lock::WorkspaceNames`]. The number is arbitrary and unique among the locks of
/// this crate.
const WORKSPACE_NAMES_LOCK: &str = "SELECT pg_advisory_xact_lock(7406135520893364127)";

/// The first number of the locks of rights, as in migration 0010.
const RIGHTS: i32 = 1_915_846_031;

/// The statement that takes [`Lock::Rights`].
pub(super) fn lock_rights(user: PrincipalId) -> String {
    format!("SELECT pg_advisory_xact_lock_shared({RIGHTS}, rights_lock('{user}'))")
}

/// The statement that takes [`Lock::ChangeOfRights`].
fn lock_change_of_rights(user: PrincipalId) -> String {
    format!("SELECT pg_advisory_xact_lock({RIGHTS}, rights_lock('{user}'))")
}

/// Runs a query that returns one row, and in a write transaction locks the row against changes: on PostgreSQL
/// in the same statement, on SQLite by being the only writer.
macro_rules! get_shared {
    ($tx:ident, $query:expr) => {
        match (&mut *$tx.conn, $tx.mode) {
            (
                $crate::database::backend::AnyConnection::Postgres(conn),
                $crate::transaction::Mode::Write { .. },
            ) => $query.for_share().get_result(conn),
            ($crate::database::backend::AnyConnection::Postgres(conn), $crate::transaction::Mode::Read) => {
                $query.get_result(conn)
            }
            ($crate::database::backend::AnyConnection::Sqlite(conn), _) => $query.get_result(conn),
        }
    };
}
pub(crate) use get_shared;

/// The rows to lock until the end of the transaction.
pub(crate) enum Lock<'a> {
    /// One row, for a change. Other transactions can neither change the row nor take a lock on it.
    ForUpdate { table: &'static str, id: &'a str },
    /// One row, against changes. Other transactions can take the same lock at the same time.
    ForShare { table: &'static str, id: &'a str },
    /// The checks of a configuration, which refer to it, and the configuration against changes.
    Checks { config: &'a str },
    /// The roles and the tokens of one user, against changes that take rights away. Other transactions can
    /// take the same lock at the same time. Unlike a lock of their rows, it writes nothing.
    Rights { user: PrincipalId },
    /// The same, for a change of them. Triggers take this lock for every change; a use case takes it before
    /// it locks a row, because writes lock rights before rows.
    ChangeOfRights { user: PrincipalId },
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
        let (Mode::Write { locked_user }, AnyConnection::Postgres(conn)) = (self.mode, &mut *self.conn)
        else {
            return Ok(());
        };
        match lock {
            Lock::ForUpdate { table, id } => {
                RowLock { table, id, strength: "UPDATE" }.execute(conn)?;
            }
            Lock::ForShare { table, id } => {
                RowLock { table, id, strength: "SHARE" }.execute(conn)?;
            }
            Lock::Checks { config } => {
                RowLock { table: "llm_configs", id: config, strength: "NO KEY UPDATE" }.execute(conn)?;
            }
            // Locked since the transaction began.
            Lock::Rights { user } if locked_user == Some(*user) => {}
            Lock::Rights { user } => conn.batch_execute(&lock_rights(*user))?,
            Lock::ChangeOfRights { user } => conn.batch_execute(&lock_change_of_rights(*user))?,
            // An advisory lock: `Tx::actor` locks the actor's rights, so with row locks two actors who
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

/// The statement that locks one row. Unlike one of `sql_query`, it is prepared once for each connection.
struct RowLock<'a> {
    table: &'static str,
    id: &'a str,
    strength: &'static str,
}

impl QueryFragment<Pg> for RowLock<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT 1 FROM ");
        out.push_sql(self.table);
        out.push_sql(" WHERE id = ");
        out.push_bind_param::<Text, _>(self.id)?;
        out.push_sql(" FOR ");
        out.push_sql(self.strength);
        Ok(())
    }
}

impl QueryId for RowLock<'_> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for RowLock<'_> {}
