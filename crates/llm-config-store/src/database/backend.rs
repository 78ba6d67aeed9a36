//! One connection type for both databases, and its pool.

use std::path::Path;
use std::time::{Duration, Instant};

use diesel::ConnectionError::BadConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, Pool, R2D2Connection};
use diesel::result::Error::DatabaseError;

use crate::database::open_connections::OpenConnection;
use crate::database::session_mode::{SessionMode, is_transaction_pooled};
use crate::database::url::{DatabaseUrl, PostgresUrl};

/// A connection to either database.
///
/// Not opened with the derived `establish`, which tries one variant after the other and would turn a mistyped
/// URL into a new SQLite file.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// Runs a query on either connection. Diesel knows the statement of such a query by its type; that of a query
/// on [`AnyConnection`] itself it knows by its text, which it composes anew for every run.
macro_rules! on_either {
    ($conn:expr, |$on:ident| $query:expr) => {
        match $conn {
            $crate::database::backend::AnyConnection::Postgres($on) => $query,
            $crate::database::backend::AnyConnection::Sqlite($on) => $query,
        }
    };
}
pub(crate) use on_either;

/// How long a SQLite writer waits for the write lock, in milliseconds.
pub(crate) const BUSY_TIMEOUT_MS: u32 = 5000;

// `journal_mode`: readers are not blocked by a writer. `synchronous`: a commit survives a loss of power.
// `secure_delete`: deleted ciphertext is overwritten. `temp_store`: no temporary file holds copies of pages.
// `journal_size_limit`: a log that has grown is truncated. `cache_size`: 768 KiB for each connection, because
// the operating system caches the file too. <https://www.sqlite.org/pragma.html>
const SQLITE_SETUP: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_size_limit = 8388608;
    PRAGMA cache_size = -768;
";

/// How long a new connection retries while another connection switches the new file to WAL mode.
const SETUP_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a use case waits for a free connection before it fails as unavailable.
const CHECKOUT_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens connections to one database.
pub(crate) struct ConnectionManager {
    pub(crate) database: DatabaseUrl,
}

impl ConnectionManager {
    /// Opens a connection. Its errors contain no part of a password.
    pub(crate) fn open(&self) -> Result<AnyConnection, diesel::r2d2::Error> {
        self.explain(self.establish())
    }

    /// Opens the first connection of a program. `None` if a pooler pools transactions, which the URL does not
    /// say. Errors as of [`Self::open`].
    pub(crate) fn open_first(&self) -> Result<Option<AnyConnection>, diesel::r2d2::Error> {
        match &self.database {
            DatabaseUrl::Postgres(url) => match url.session_mode() {
                SessionMode::Own => self.explain(open_unless_shared(url)),
                SessionMode::PerTransaction => self.open().map(Some),
            },
            DatabaseUrl::Sqlite(_) => self.open().map(Some),
        }
    }

    fn explain<T>(&self, opened: Result<T, diesel::r2d2::Error>) -> Result<T, diesel::r2d2::Error> {
        opened.map_err(|error| explain_missing_tls(self.database.redact_manager_error(error)))
    }

    fn establish(&self) -> Result<AnyConnection, diesel::r2d2::Error> {
        use diesel::r2d2::Error::{ConnectionError, QueryError};
        match &self.database {
            DatabaseUrl::Postgres(url) => {
                let mut conn = connect_to_postgres(url)?;
                url.session_mode().set_up(&mut conn).map_err(QueryError)?;
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

fn connect_to_postgres(url: &PostgresUrl) -> Result<PgConnection, diesel::r2d2::Error> {
    PgConnection::establish(&url.conninfo()).map_err(diesel::r2d2::Error::ConnectionError)
}

/// `None` if the connection does not have a session of its own. Then no session is left with settings, except
/// the two of Diesel: see [`SessionMode::PerTransaction`].
fn open_unless_shared(url: &PostgresUrl) -> Result<Option<AnyConnection>, diesel::r2d2::Error> {
    use diesel::r2d2::Error::QueryError;
    let (mut conn, mut other) = (connect_to_postgres(url)?, connect_to_postgres(url)?);
    if is_transaction_pooled(&mut conn, &mut other).map_err(QueryError)? {
        return Ok(None);
    }
    url.session_mode().set_up(&mut conn).map_err(QueryError)?;
    Ok(Some(AnyConnection::Postgres(conn)))
}

/// Says what to do about a server without TLS, which libpq refuses if the URL, or this program, requires it.
fn explain_missing_tls(error: diesel::r2d2::Error) -> diesel::r2d2::Error {
    use diesel::r2d2::Error::{ConnectionError, QueryError};
    match error {
        ConnectionError(BadConnection(text)) if text.contains("server does not support SSL") => {
            ConnectionError(BadConnection(format!("{}; {NO_TLS}", text.trim_end())))
        }
        ConnectionError(error) => ConnectionError(error),
        QueryError(error) => QueryError(error),
    }
}

const NO_TLS: &str = "connections to another machine must be encrypted; switch TLS on in PostgreSQL, or add \
                      `sslmode=disable` to the URL if the network between the machines is trusted";

/// Retries: when two connections switch a new file to WAL mode at once, SQLite fails one of them immediately,
/// without the busy timeout, because waiting would be a deadlock.
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

/// The absolute path, which SQLite cannot take for a special name such as `:memory:` or `file:a?mode=ro`.
fn sqlite_path(path: &Path) -> ConnectionResult<String> {
    let path = std::path::absolute(path).map_err(|error| BadConnection(error.to_string()))?;
    path.into_os_string().into_string().map_err(|_| BadConnection("the path is not UTF-8".to_owned()))
}

/// A connection of the pool.
pub(crate) struct PooledConnection {
    pub(crate) conn: AnyConnection,
    /// Whether the server has closed it, so that the pool discards it.
    pub(crate) is_lost: bool,
    /// The last field, so that it is dropped after the connection.
    _open: OpenConnection,
}

impl ManageConnection for ConnectionManager {
    type Connection = PooledConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<PooledConnection, Self::Error> {
        // Before the connection, which may be opened when the program ends.
        let open = OpenConnection::count();
        Ok(PooledConnection { conn: self.open()?, is_lost: false, _open: open })
    }

    fn is_valid(&self, pooled: &mut PooledConnection) -> Result<(), Self::Error> {
        let pinged = pooled.conn.ping();
        pinged.map_err(|error| diesel::r2d2::Error::QueryError(self.database.redact_query_error(error)))
    }

    fn has_broken(&self, pooled: &mut PooledConnection) -> bool {
        pooled.is_lost || pooled.conn.is_broken()
    }
}

/// A pool of at most `size` connections, which are opened on demand.
pub(super) fn pool(database: DatabaseUrl, size: u32) -> Pool<ConnectionManager> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(0))
        // The statement that begins a transaction finds out, without a round trip of its own.
        .test_on_check_out(false)
        .connection_timeout(CHECKOUT_TIMEOUT)
        .error_handler(Box::new(LogError))
        .build_unchecked(ConnectionManager { database })
}

/// Logs the pool's errors. They come from [`ConnectionManager::open`], so they contain no part of a password.
#[derive(Debug)]
struct LogError;

impl diesel::r2d2::HandleError<diesel::r2d2::Error> for LogError {
    fn handle_error(&self, error: diesel::r2d2::Error) {
        tracing::warn!(error = %error, "a database connection could not be opened");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_path_with_special_name_is_absolute() {
        for path in [":memory:", "file:a?mode=memory", "sqlite://a", "a.db"] {
            let absolute = sqlite_path(Path::new(path)).unwrap();
            assert!(absolute.starts_with('/') && Path::new(&absolute).ends_with(path), "{absolute}");
        }
        assert!(sqlite_path(Path::new("")).is_err());
    }
}
