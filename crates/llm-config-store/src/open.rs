//! Opening a database: migrate, initialise once, and make sure that the keys are the right ones.

use std::sync::Arc;

use diesel::connection::SimpleConnection;
use llm_config_core::endpoint::VendorHosts;
use llm_config_core::key::{KeySource, KeySourceError, Keyring};
use llm_config_core::time::Timestamp;

use crate::backend::{AnyConnection, Manager, pool};
use crate::clock::{Clock, SystemClock};
use crate::error::StoreError;
use crate::key_checks::KeyCheckError;
use crate::migrate::{self, MigrationError};
use crate::private_path::UnsafePath;
use crate::purge::Purge;
use crate::server_keys::{self, ServerKeyPurpose, ServerKeys};
use crate::store::{Inner, Store};
use crate::transaction::{Mode, begin, commit, rollback};
use crate::unique_keys::{self, Collision};
use crate::url::DatabaseUrl;
use crate::vault::{Vault, VaultError};
use crate::{instance, key_checks, sqlite_file};

/// What a store is opened with.
pub struct Options {
    /// The database.
    pub database: DatabaseUrl,
    /// Where the key-encryption keys come from.
    pub keys: Arc<dyn KeySource>,
    /// What is known about vendors' hosts. Credentials are bound to origins, so every program on one
    /// database needs the same answers.
    pub hosts: Arc<dyn VendorHosts>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The most connections that are open at once.
    pub connections: u32,
    /// Whether tables that are missing or old are brought up to date, and an empty database is
    /// initialised. Without it, such a database is refused as it is.
    pub allow_setup: bool,
}

impl Options {
    /// The system's clock and at most eight connections.
    #[must_use]
    pub fn new(database: DatabaseUrl, keys: Arc<dyn KeySource>, hosts: Arc<dyn VendorHosts>) -> Self {
        Self { database, keys, hosts, clock: Arc::new(SystemClock), connections: 8, allow_setup: true }
    }

    /// Refuses a database, or a place of keys, that others on this machine could write to. Changes
    /// nothing; [`Store::open`] does the same before anything else.
    pub fn check_permissions(&self) -> Result<(), OpenError> {
        self.database.check_files()?;
        self.keys.check_permissions().map_err(OpenError::KeySource)
    }
}

/// Why a store was not opened. Each is one clear sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database does not answer.
    #[error("the database {database} cannot be reached: {reason}")]
    Unreachable {
        /// The database, without its password.
        database: String,
        /// The driver's words.
        reason: String,
    },
    /// Others on this machine could write to the database past this program.
    #[error(transparent)]
    UnsafePath(#[from] UnsafePath),
    /// The tables could not be brought up to date.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The database holds sealed values, and there is no key at all.
    #[error(
        "the database is initialised, but {reason}; bring back the keyring that it was initialised with (a new key \
         could not open what is stored)"
    )]
    KeyMissing {
        /// Where the key was looked for.
        reason: String,
    },
    /// The keys cannot be used.
    #[error(transparent)]
    KeySource(KeySourceError),
    /// The keys are not those that the stored values were sealed with.
    #[error(transparent)]
    WrongKey(#[from] KeyCheckError),
    /// A key of the installation does not open.
    #[error("the installation's {purpose} key does not open: {source}")]
    ServerKey {
        /// What the key is for.
        purpose: &'static str,
        /// Why.
        source: VaultError,
    },
    /// The database was not to be changed, and is not ready as it is.
    #[error("the database {database} {state}")]
    NotReady {
        /// The database, without its password.
        database: String,
        /// What is missing, and what makes it.
        state: &'static str,
    },
    /// A statement failed.
    #[error("the database could not be opened: {_0}")]
    Store(#[from] StoreError),
}

impl Store {
    /// Opens the database, after bringing its tables up to date and, on the very first start,
    /// initialising it.
    ///
    /// Everything up to here happens in one transaction under one lock: of two first starts at
    /// once one initialises and the other finds it done, and one that is killed leaves nothing.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let runtime = tokio::runtime::Handle::current();
        let opened = tokio::task::spawn_blocking(move || {
            open(options, |keys| runtime.block_on(keys.load()), |keys| runtime.block_on(keys.create()))
        });
        match opened.await {
            Ok(done) => done,
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        }
    }
}

/// Brings the tables up to date without looking at keys. Returns the names of the migrations run.
pub async fn migrate(database: DatabaseUrl) -> Result<Vec<String>, OpenError> {
    let migrated = tokio::task::spawn_blocking(move || {
        database.check_files()?;
        let mut conn = connect(&database)?;
        let (migrations, collisions) = locked(&mut conn, |conn| {
            let migrations = migrate::run_pending(conn)?;
            Ok((migrations, unique_keys::bring_up_to_date(conn)?))
        })
        .map_err(|error| withhold(error, &database))?;
        collisions.iter().for_each(Collision::log);
        Ok(migrations)
    });
    match migrated.await {
        Ok(done) => done,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

type Load = Result<Keyring, KeySourceError>;

fn open(
    options: Options,
    load: impl Fn(&dyn KeySource) -> Load,
    create: impl Fn(&dyn KeySource) -> Load,
) -> Result<Store, OpenError> {
    options.check_permissions()?;
    let Options { database, keys, hosts, clock, connections, allow_setup } = options;
    let mut conn = connect(&database)?;
    let now = clock.now();
    let not_ready = |state| OpenError::NotReady { database: database.to_string(), state };
    let (vault, keys, organization, collisions) = locked(&mut conn, |conn| {
        let is_ready = allow_setup || (migrate::is_current(conn)? && unique_keys::are_current(conn)?);
        if !is_ready {
            return Err(not_ready(
                "has no tables of this version; `migrate`, or the server's start, makes them",
            ));
        }
        let migrations = migrate::run_pending(conn)?;
        if !migrations.is_empty() {
            tracing::info!(
                database = database.kind(),
                migrations = migrations.len(),
                "the tables are up to date"
            );
        }
        let collisions = unique_keys::bring_up_to_date(conn)?;
        let (vault, installation) = match instance::find(conn)? {
            Some(installation) => (known_keys(conn, load(&*keys), now)?, installation),
            None if !allow_setup => {
                return Err(not_ready("is not initialised; start the server once"));
            }
            None => first_keys(conn, load(&*keys), || create(&*keys), now)?,
        };
        let keys = match server_keys::find_all(conn, &vault)? {
            Some(keys) => keys,
            None if !allow_setup => {
                return Err(not_ready(
                    "holds tokens as an earlier version stored them; start the server once",
                ));
            }
            None => server_keys::key_tokens(conn, &vault, now)?,
        };
        Ok((vault, keys, installation.organization, collisions))
    })
    .map_err(|error| withhold(error, &database))?;
    // Only now are they kept.
    collisions.iter().for_each(Collision::log);
    let pool = pool(database, connections);
    let ServerKeys { fingerprint: fingerprints, token: tokens } = keys;
    let purge = Purge::default();
    let inner = Arc::new(Inner { pool, clock, hosts, vault, fingerprints, tokens, organization, purge });
    if allow_setup {
        // What a process that was killed left in the log.
        inner.purge(&mut conn);
    }
    Ok(Store { inner })
}

/// Leaves out of an error what the driver said, where that holds a part of a password.
fn withhold(error: OpenError, database: &DatabaseUrl) -> OpenError {
    match error {
        OpenError::Migration(MigrationError::Failed(text)) => {
            OpenError::Migration(MigrationError::Failed(database.withhold(text)))
        }
        OpenError::Store(StoreError::Database(error)) => {
            OpenError::Store(StoreError::Database(database.withhold_from_query(error)))
        }
        OpenError::Unreachable { .. }
        | OpenError::UnsafePath(_)
        | OpenError::Migration(MigrationError::Newer { .. })
        | OpenError::KeyMissing { .. }
        | OpenError::KeySource(_)
        | OpenError::WrongKey(_)
        | OpenError::ServerKey { .. }
        | OpenError::NotReady { .. }
        | OpenError::Store(_) => error,
    }
}

fn known_keys(conn: &mut AnyConnection, loaded: Load, now: Timestamp) -> Result<Vault, OpenError> {
    let keyring = match loaded {
        Ok(keyring) => keyring,
        Err(missing @ KeySourceError::Missing { .. }) => {
            return Err(OpenError::KeyMissing { reason: missing.to_string() });
        }
        Err(unusable @ KeySourceError::Unusable(_)) => return Err(OpenError::KeySource(unusable)),
    };
    let vault = Vault::new(keyring);
    key_checks::verify(conn, &vault, now)?;
    Ok(vault)
}

fn first_keys(
    conn: &mut AnyConnection,
    loaded: Load,
    create: impl FnOnce() -> Load,
    now: Timestamp,
) -> Result<(Vault, instance::Instance), OpenError> {
    let keyring = match loaded {
        Err(KeySourceError::Missing { .. }) => create(),
        other => other,
    };
    let vault = Vault::new(keyring.map_err(OpenError::KeySource)?);
    key_checks::add(conn, &vault, now)?;
    for purpose in ServerKeyPurpose::ALL {
        server_keys::create(conn, &vault, *purpose, now)?;
    }
    let installation = instance::create(conn, now)?;
    Ok((vault, installation))
}

fn connect(database: &DatabaseUrl) -> Result<AnyConnection, OpenError> {
    // Some drivers write several lines.
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let unreachable =
        |reason: String| OpenError::Unreachable { database: database.to_string(), reason: one_line(&reason) };
    sqlite_file::make(database).map_err(|error| unreachable(error.to_string()))?;
    let manager = Manager { database: database.clone() };
    manager.open().map_err(|error| unreachable(error.to_string()))
}

/// Any fixed number; PostgreSQL's advisory locks are per database.
const ADVISORY_LOCK: &str = "SELECT pg_advisory_xact_lock(7818362594108612433)";

/// Runs `work` in a transaction that no other start of a server overlaps.
fn locked<T>(
    conn: &mut AnyConnection,
    work: impl FnOnce(&mut AnyConnection) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    begin(conn, Mode::Write).map_err(StoreError::from)?;
    let lock = match conn {
        // Waiting for another server's first start may take longer than a lock usually may.
        AnyConnection::Postgres(conn) => conn
            .batch_execute("SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0")
            .and_then(|()| conn.batch_execute(ADVISORY_LOCK)),
        AnyConnection::Sqlite(_) => Ok(()),
    };
    match lock.map_err(|error| OpenError::Store(error.into())).and_then(|()| work(conn)) {
        Ok(done) => {
            commit(conn)?;
            Ok(done)
        }
        Err(error) => {
            rollback(conn);
            Err(error)
        }
    }
}
