//! Throw-away databases for tests: a SQLite file in a temporary folder, or a new database on a PostgreSQL
//! server. And sealed values without a database.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a test without its database has failed")]

use std::io::Write;
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use llm_config_core::endpoint::NoVendorHosts;
use llm_config_core::key::{KeyEncryptionKey, KeyId, KeySource, Keyring};
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::database::backend::{AnyConnection, ConnectionManager};
use crate::database::migrate::{self, MigrationError};
use crate::database::url::DatabaseUrl;
use crate::keys::KeyText;
use crate::open::Options;
use crate::store::Store;
use crate::vault::{AssociatedData, Vault, VaultError};

/// The environment variable with the URL of a PostgreSQL server and of a user who may create databases there.
#[cfg(feature = "postgres-tests")]
const POSTGRES_VARIABLE: &str = "TEST_POSTGRES_URL";

/// The keyring of every test database: one key of 32 zero bytes.
pub const KEYRING: &str = "test-key AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// An empty database that is deleted when this value is dropped.
pub struct TestDatabase {
    url: String,
    location: Location,
}

enum Location {
    Folder(TempDir),
    #[cfg(feature = "postgres-tests")]
    Server {
        /// The URL of the database from which this one is dropped.
        admin: String,
        name: String,
    },
}

impl TestDatabase {
    /// One database of each kind that the features of this build include.
    #[must_use]
    pub fn each() -> Vec<Self> {
        vec![
            Self::sqlite(),
            #[cfg(feature = "postgres-tests")]
            Self::postgres(),
        ]
    }

    /// A SQLite file.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("registry.db").display());
        Self { url, location: Location::Folder(folder) }
    }

    /// A PostgreSQL database.
    ///
    /// # Panics
    /// Panics if `TEST_POSTGRES_URL` is not set. Tests that need a server are compiled only with the feature
    /// `postgres-tests`, so none of them passes without running.
    #[cfg(feature = "postgres-tests")]
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the settings of tests, not of the program")]
    pub fn postgres() -> Self {
        let admin = std::env::var(POSTGRES_VARIABLE).unwrap_or_else(|_| {
            panic!(
                "{POSTGRES_VARIABLE} is not set: run the tests of the feature `postgres-tests` with \
                 `tests/run.sh`, which starts a PostgreSQL server and sets it"
            )
        });
        let name = format!("test_{}", data_encoding::HEXLOWER.encode(&crate::random::bytes::<8>()));
        execute(&admin, &format!("CREATE DATABASE {name}"));
        let mut url = url::Url::parse(&admin).expect("the URL of a server");
        url.set_path(&name);
        Self { url: url.into(), location: Location::Server { admin, name } }
    }

    /// The database's URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database's parsed URL.
    #[must_use]
    pub fn database(&self) -> DatabaseUrl {
        self.url.parse().expect("the URL of a database")
    }

    /// The folder of a SQLite database; `None` for PostgreSQL.
    #[must_use]
    pub fn folder(&self) -> Option<&std::path::Path> {
        match &self.location {
            Location::Folder(folder) => Some(folder.path()),
            #[cfg(feature = "postgres-tests")]
            Location::Server { .. } => None,
        }
    }

    /// The options that open it with [`KEYRING`].
    #[must_use]
    pub fn options(&self) -> Options {
        self.options_with(KEYRING)
    }

    /// The options that open it with another keyring.
    #[must_use]
    pub fn options_with(&self, keyring: &str) -> Options {
        let keys: Arc<dyn KeySource> = Arc::new(KeyText::new(keyring.to_owned(), "the test's keyring"));
        // Tests have thousands of databases.
        Options { disk_reserve: false, ..Options::new(self.database(), keys, Arc::new(NoVendorHosts)) }
    }

    /// The opened store.
    pub async fn store(&self) -> Store {
        Store::open(self.options()).await.expect("a store")
    }

    /// Runs SQL directly, as an attacker with write access to the database would.
    pub fn execute(&self, sql: &str) {
        execute(&self.url, sql);
    }

    /// The texts in the column `value` of a query's result.
    #[must_use]
    pub fn texts(&self, sql: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Value {
            #[diesel(sql_type = Text)]
            value: String,
        }
        let query = diesel::sql_query(sql);
        let rows: Vec<Value> = match &mut connect(&self.url) {
            AnyConnection::Postgres(conn) => query.load(conn),
            AnyConnection::Sqlite(conn) => query.load(conn),
        }
        .expect("a query");
        rows.into_iter().map(|row| row.value).collect()
    }

    /// A connection of another program with an open read transaction, which ends when the value is dropped.
    #[must_use]
    pub fn reader(&self) -> Reader {
        let mut conn = connect(&self.url);
        conn.batch_execute("BEGIN; SELECT COUNT(*) FROM installation").expect("a transaction");
        Reader { _conn: conn }
    }

    /// Runs the pending migrations and returns their versions.
    pub fn migrate(&self) -> Result<Vec<String>, MigrationError> {
        migrate::run_pending(&mut connect(&self.url))
    }

    /// Reverts the newest migration and returns its version.
    pub fn revert_last(&self) -> Result<String, MigrationError> {
        migrate::revert_last(&mut connect(&self.url))
    }

    /// Reverts all migrations and returns their versions.
    pub fn revert(&self) -> Result<Vec<String>, MigrationError> {
        migrate::revert_all(&mut connect(&self.url))
    }
}

/// An open read transaction; see [`TestDatabase::reader`].
pub struct Reader {
    _conn: AnyConnection,
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        match &self.location {
            Location::Folder(_) => {}
            #[cfg(feature = "postgres-tests")]
            Location::Server { admin, name } => {
                execute(admin, &format!("DROP DATABASE {name} WITH (FORCE)"));
            }
        }
    }
}

/// Seals a value for a row as the secrets of configurations are sealed, with a key of 32 zero bytes.
#[must_use]
pub fn seal(row: &str, value: &[u8]) -> Vec<u8> {
    vault().seal(&AssociatedData::new("test", &[row]), value).to_bytes()
}

/// Opens what [`seal`] returned for the same row.
pub fn open_sealed(row: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    vault().open(&AssociatedData::new("test", &[row]), sealed)
}

fn vault() -> Vault {
    let id: KeyId = "test-key".parse().expect("the id of a key");
    let keys = [(id.clone(), KeyEncryptionKey::new(Zeroizing::new([0; 32])))];
    Vault::new(Keyring::new(id, keys.into()).expect("a keyring with its current key"))
}

/// Writes on standard error that `tests` are left out of this build and that `tests/run.sh` runs them. Does
/// not use `eprintln!`, whose output the test runner hides.
pub fn report_left_out(tests: &str) {
    let line = format!("left out: {tests} (`tests/run.sh` runs them)");
    writeln!(std::io::stderr(), "{line}").expect("standard error");
}

fn connect(url: &str) -> AnyConnection {
    ConnectionManager { database: url.parse().expect("the URL of a database") }.open().expect("a connection")
}

fn execute(url: &str, sql: &str) {
    let mut conn = connect(url);
    if let AnyConnection::Sqlite(conn) = &mut conn {
        // A connection that waits for the write lock starves while others write in turn.
        conn.batch_execute("PRAGMA busy_timeout = 30000").expect("a pragma");
    }
    conn.batch_execute(sql).expect("a statement");
}
