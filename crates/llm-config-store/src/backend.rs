//! The two databases behind one connection type, and the pool over it.

use std::path::Path;
use std::time::{Duration, Instant};

use diesel::ConnectionError::BadConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, Pool, R2D2Connection};
use diesel::result::Error::DatabaseError;

use crate::error::StoreError;
use crate::url::DatabaseUrl;

/// A connection to either database.
///
/// Its derived `establish` tries one variant after the other and so turns a typing error into a
/// new SQLite file; nothing here calls it.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// How long a writer of SQLite waits for its turn.
pub(crate) const BUSY_TIMEOUT_MS: u32 = 5000;

/// WAL lets readers go on while one writes; what it once grew to is not kept. FULL keeps a commit
/// through a loss of power. Deleted ciphertext is overwritten, and temporary copies of pages go to
/// no file.
const SQLITE_SETUP: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_size_limit = 4194304;
";

/// How long a connection to a file waits for others that make the file at the same time.
const SETUP_TIMEOUT: Duration = Duration::from_secs(5);

/// No statement, lock or forgotten transaction holds a connection for ever.
const POSTGRES_SETUP: &str = "
    SET statement_timeout = '30s';
    SET lock_timeout = '5s';
    SET idle_in_transaction_session_timeout = '60s';
    SET client_min_messages = warning;
    SET TIME ZONE 'UTC';
";

/// How long a use case waits for a free connection before it answers "unavailable".
const CHECKOUT_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens connections of the kind that the URL names.
pub(crate) struct Manager {
    pub(crate) database: DatabaseUrl,
}

impl Manager {
    /// A new connection. No error holds a part of a password.
    pub(crate) fn open(&self) -> Result<AnyConnection, diesel::r2d2::Error> {
        self.establish().map_err(|error| self.database.withhold_from_manager(error))
    }

    fn establish(&self) -> Result<AnyConnection, diesel::r2d2::Error> {
        use diesel::r2d2::Error::{ConnectionError, QueryError};
        match &self.database {
            DatabaseUrl::Postgres(url) => {
                let mut conn = PgConnection::establish(&url.conninfo()).map_err(ConnectionError)?;
                conn.batch_execute(POSTGRES_SETUP).map_err(QueryError)?;
                Ok(AnyConnection::Postgres(conn))
            }
            DatabaseUrl::Sqlite(path) => {
                let path = sqlite_path(path).map_err(ConnectionError)?;
                let mut conn = SqliteConnection::establish(&path).map_err(ConnectionError)?;
                set_up_sqlite(&mut conn).map_err(QueryError)?;
                Ok(AnyConnection::Sqlite(conn))
            }
        }
    }
}

/// Of two connections that turn a new file to WAL at once, SQLite refuses one on the spot, for its
/// waiting would be a deadlock; a moment later it finds the work done.
fn set_up_sqlite(conn: &mut SqliteConnection) -> QueryResult<()> {
    let end = Instant::now() + SETUP_TIMEOUT;
    conn.batch_execute(&format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}"))?;
    loop {
        match conn.batch_execute(SQLITE_SETUP) {
            Err(DatabaseError(_, info)) if info.message() == "database is locked" && Instant::now() < end => {
                std::thread::sleep(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}

/// Absolute, so that no name is taken for one of SQLite's own, such as `:memory:` or `file:a?mode=ro`.
fn sqlite_path(path: &Path) -> ConnectionResult<String> {
    let path = std::path::absolute(path).map_err(|error| BadConnection(error.to_string()))?;
    path.into_os_string().into_string().map_err(|_| BadConnection("the path is not UTF-8".to_owned()))
}

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<AnyConnection, Self::Error> {
        self.open()
    }

    fn is_valid(&self, conn: &mut AnyConnection) -> Result<(), Self::Error> {
        conn.ping().map_err(|error| diesel::r2d2::Error::QueryError(self.database.withhold_from_query(error)))
    }

    fn has_broken(&self, conn: &mut AnyConnection) -> bool {
        conn.is_broken()
    }
}

/// A pool of at most `size` connections, opened when they are needed.
pub(crate) fn pool(database: DatabaseUrl, size: u32) -> Pool<Manager> {
    // A file does not go away between two uses; a server does.
    let may_go_away = matches!(database, DatabaseUrl::Postgres(_));
    Pool::builder()
        .max_size(size.max(1))
        .min_idle(Some(0))
        .test_on_check_out(may_go_away)
        .connection_timeout(CHECKOUT_TIMEOUT)
        .error_handler(Box::new(LogError))
        .build_unchecked(Manager { database })
}

/// The pool's own messages are those of [`Manager::open`], which hold no part of a password.
#[derive(Debug)]
struct LogError;

impl diesel::r2d2::HandleError<diesel::r2d2::Error> for LogError {
    fn handle_error(&self, error: diesel::r2d2::Error) {
        tracing::warn!(error = %error, "a database connection could not be opened");
    }
}

pub(crate) fn checkout(pool: &Pool<Manager>) -> Result<diesel::r2d2::PooledConnection<Manager>, StoreError> {
    pool.get().map_err(|error| StoreError::Unavailable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_is_taken_for_one_of_the_names_that_sqlite_knows() {
        for path in [":memory:", "file:a?mode=memory", "sqlite://a", "a.db"] {
            let absolute = sqlite_path(Path::new(path)).unwrap();
            assert!(absolute.starts_with('/') && Path::new(&absolute).ends_with(path), "{absolute}");
        }
        assert!(sqlite_path(Path::new("")).is_err());
    }
}
