//! The connection of the writer.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::R2D2Connection;
use diesel::sql_types::BigInt;

use crate::database::backend::{AnyConnection, ConnectionManager};

// `wal_autocheckpoint`: checkpoints run between groups, after their callers are answered, not in a commit.
// `busy_timeout`: between two attempts to lock the file, the thread polls for changes of other processes.
const SETUP: &str = "PRAGMA wal_autocheckpoint = 0; PRAGMA busy_timeout = 50;";

#[derive(QueryableByName)]
struct DataVersion {
    #[diesel(sql_type = BigInt)]
    data_version: i64,
}

/// The only connection of this process that writes to a SQLite file.
pub(super) struct WriteConnection {
    manager: ConnectionManager,
    conn: AnyConnection,
    /// Changes when another connection commits to the file. `None` if this one was just opened.
    data_version: Option<i64>,
    /// Whether the last attempt to open it again has failed, which is logged once.
    is_lost: bool,
}

impl WriteConnection {
    pub(super) fn new(manager: ConnectionManager, conn: AnyConnection) -> Self {
        let mut new = Self { manager, conn, data_version: None, is_lost: false };
        new.set_up();
        new
    }

    /// The connection with the transaction that was begun on it.
    pub(super) const fn in_transaction(&mut self) -> &mut AnyConnection {
        &mut self.conn
    }

    /// The connection without a transaction. Opened again if it is unusable, as it is after SQLite has ended
    /// a transaction itself.
    pub(super) fn idle(&mut self) -> &mut AnyConnection {
        if self.conn.is_broken() {
            match self.manager.open() {
                Ok(conn) => {
                    self.conn = conn;
                    self.data_version = None;
                    self.is_lost = false;
                    self.set_up();
                }
                Err(error) => {
                    if !self.is_lost {
                        tracing::warn!(%error, "the connection of the writer cannot be opened again");
                    }
                    self.is_lost = true;
                }
            }
        }
        &mut self.conn
    }

    fn set_up(&mut self) {
        if let Err(error) = self.conn.batch_execute(SETUP) {
            tracing::error!(%error, "the connection of the writer cannot be set up");
        }
    }

    /// Whether another connection may have committed since the last call that succeeded.
    pub(super) fn has_foreign_commits(&mut self) -> QueryResult<bool> {
        let query = diesel::sql_query("PRAGMA data_version");
        let found: DataVersion = match self.idle() {
            AnyConnection::Postgres(conn) => query.get_result(conn)?,
            AnyConnection::Sqlite(conn) => query.get_result(conn)?,
        };
        Ok(self.data_version.replace(found.data_version) != Some(found.data_version))
    }
}
