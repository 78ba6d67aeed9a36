//! Throw-away databases for tests: a file in a temporary folder, or a database of its own in a
//! PostgreSQL server that the environment names.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a test without its database has failed")]

use std::io::Write;
use std::sync::{Arc, Once};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use llm_config_core::destination::NoVendorHosts;
use llm_config_core::key::KeySource;
use tempfile::TempDir;

use crate::backend::{AnyConnection, Manager};
use crate::keys::KeyText;
use crate::{DatabaseUrl, MigrationError, Options, Store};

/// Names a PostgreSQL server, and a user that may create databases there.
pub const POSTGRES_VARIABLE: &str = "TEST_POSTGRES_URL";

/// The keyring of every test database: one key of 32 zero bytes.
pub const KEYRING: &str = "test-key AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// An empty database that goes away with this value.
pub struct TestDatabase {
    url: String,
    /// Where to drop the database from; the folder of a file.
    place: Place,
}

enum Place {
    Folder(TempDir),
    Server { admin: String, name: String },
}

impl TestDatabase {
    /// A SQLite file.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("registry.db").display());
        Self { url, place: Place::Folder(folder) }
    }

    /// A PostgreSQL database; `None`, and a line on standard error that the test runner does not
    /// swallow, where the environment names no server.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the settings of tests, not of the program")]
    pub fn postgres() -> Option<Self> {
        static SAID: Once = Once::new();
        let Ok(admin) = std::env::var(POSTGRES_VARIABLE) else {
            SAID.call_once(|| {
                let told = writeln!(
                    std::io::stderr(),
                    "left out: PostgreSQL tests ({POSTGRES_VARIABLE} is not set)"
                );
                told.expect("standard error");
            });
            return None;
        };
        let name = format!("test_{}", data_encoding::HEXLOWER.encode(&crate::random::bytes::<8>()));
        execute(&admin, &format!("CREATE DATABASE {name}"));
        let mut url = url::Url::parse(&admin).expect("the URL of a server");
        url.set_path(&name);
        Some(Self { url: url.into(), place: Place::Server { admin, name } })
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

    /// The folder of a SQLite database.
    #[must_use]
    pub fn folder(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::Folder(folder) => Some(folder.path()),
            Place::Server { .. } => None,
        }
    }

    /// Options to open it with, under [`KEYRING`].
    #[must_use]
    pub fn options(&self) -> Options {
        self.options_with(KEYRING)
    }

    /// Options to open it with, under another keyring.
    #[must_use]
    pub fn options_with(&self, keyring: &str) -> Options {
        let keys: Arc<dyn KeySource> = Arc::new(KeyText::new(keyring.to_owned(), "the test's keyring"));
        Options::new(self.database(), keys, Arc::new(NoVendorHosts))
    }

    /// The opened store.
    pub async fn store(&self) -> Store {
        Store::open(self.options()).await.expect("a store")
    }

    /// Runs SQL past the store, as an attacker would who can write to the database.
    pub fn execute(&self, sql: &str) {
        execute(&self.url, sql);
    }

    /// The texts of one column, which the query calls `value`.
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

    /// Another program that reads the database, in one transaction that lasts as long as this value.
    #[must_use]
    pub fn reader(&self) -> Reader {
        let mut conn = connect(&self.url);
        conn.batch_execute("BEGIN; SELECT COUNT(*) FROM installation").expect("a transaction");
        Reader { _conn: conn }
    }

    /// Runs the pending migrations and returns their versions.
    pub fn migrate(&self) -> Result<Vec<String>, MigrationError> {
        crate::migrate::run_pending(&mut connect(&self.url))
    }

    /// Takes the newest migration back and returns its version.
    pub fn revert_last(&self) -> Result<String, MigrationError> {
        crate::migrate::revert_last(&mut connect(&self.url))
    }

    /// Takes all migrations back and returns their versions.
    pub fn revert(&self) -> Result<Vec<String>, MigrationError> {
        crate::migrate::revert_all(&mut connect(&self.url))
    }
}

/// A transaction that reads; see [`TestDatabase::reader`].
pub struct Reader {
    _conn: AnyConnection,
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Place::Server { admin, name } = &self.place {
            execute(admin, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

fn connect(url: &str) -> AnyConnection {
    Manager { database: url.parse().expect("the URL of a database") }.open().expect("a connection")
}

fn execute(url: &str, sql: &str) {
    connect(url).batch_execute(sql).expect("a statement");
}
