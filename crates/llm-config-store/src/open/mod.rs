//! Opens a database: runs migrations, initialises an empty database, and verifies the keys.

mod error;
mod inspect;
mod options;

use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::r2d2::Error as ManagerError;
use diesel::sql_types::Bool;
use llm_config_core::key::{KeySource, KeySourceError, Keyring};
use llm_config_core::time::Timestamp;

pub use error::OpenError;
pub use inspect::{DatabaseState, Inspection, inspect};
pub use options::Options;

use crate::cache::{Cache, PostgresPoll};
use crate::configs::{fingerprints, sources};
use crate::context::Context;
use crate::database::backend::{AnyConnection, ConnectionManager};
use crate::database::migrate;
use crate::database::pool::ConnectionPool;
use crate::database::session_mode::SessionMode;
use crate::database::sqlite_file::{self, DatabaseFileError};
use crate::database::url::DatabaseUrl;
use crate::error::StoreError;
use crate::installation::{self, Installation};
use crate::keys::server_keys::{ServerKeyPurpose, ServerKeys};
use crate::keys::{key_checks, server_keys};
use crate::list_rules;
use crate::purge::Purge;
use crate::store::{Inner, Store, WritePath};
use crate::transaction::{Mode, begin, commit, rollback};
use crate::unique_keys::{self, Collision};
use crate::vault::Vault;
use crate::writer::{Reserve, Writer};

impl Store {
    /// Opens the database. Runs pending migrations and, at the very first start, initialises it.
    ///
    /// All changes happen in one transaction under one lock: of two first starts at the same time one
    /// initialises the database and the other uses it, and a start that is killed leaves nothing behind.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let runtime = tokio::runtime::Handle::current();
        blocking(move || {
            open(options, |keys| runtime.block_on(keys.load()), |keys| runtime.block_on(keys.create()))
        })
        .await
    }
}

/// Runs pending migrations without loading keys. Returns the versions of the migrations.
pub async fn migrate(database: DatabaseUrl) -> Result<Vec<String>, OpenError> {
    blocking(move || {
        database.check_files()?;
        let mut conn = connect(&database)?;
        let (migrations, collisions) = with_setup_lock(&mut conn, database.session_mode(), |conn| {
            let migrations = migrate::run_pending(conn)?;
            // Only reject a newer database: no keys are loaded.
            fingerprints::are_current(conn)?;
            sources::are_current(conn)?;
            list_rules::update_outdated(conn)?;
            Ok((migrations, unique_keys::update_outdated(conn)?))
        })
        .map_err(|error| error.redacted(&database))?;
        collisions.iter().for_each(Collision::log);
        Ok(migrations)
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        // Blocking tasks are never cancelled, so this is a panic of `work`.
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

type LoadedKeys = Result<Keyring, KeySourceError>;

fn open(
    options: Options,
    load: impl Fn(&dyn KeySource) -> LoadedKeys,
    create: impl Fn(&dyn KeySource) -> LoadedKeys,
) -> Result<Store, OpenError> {
    options.check_permissions()?;
    let Options { database, keys, hosts, clock, connections, cache_entries, disk_reserve, allow_setup } =
        options;
    let mut conn = connect(&database)?;
    let (now, session_mode) = (clock.now(), database.session_mode());
    let not_ready = |state| OpenError::NotReady { database: database.to_string(), state };
    let (vault, keys, cursors, organization, collisions) = with_setup_lock(&mut conn, session_mode, |conn| {
        if !(allow_setup || is_set_up_without_keys(conn)?) {
            return Err(not_ready(
                "has no tables of this version; run `migrate`, or start the server, which creates them",
            ));
        }
        let migrations = migrate::run_pending(conn)?;
        if !migrations.is_empty() {
            tracing::info!(
                database = database.kind(),
                migrations = migrations.len(),
                "the database schema was migrated"
            );
        }
        let mut collisions = unique_keys::update_outdated(conn)?;
        list_rules::update_outdated(conn)?;
        if allow_setup {
            list_rules::fill_missing(conn)?;
        }
        let (vault, installation) = match installation::find(conn)? {
            Some(installation) => {
                let (vault, knows_current) = verified_vault(conn, load(&*keys))?;
                if !knows_current {
                    key_checks::add(conn, &vault, now)?;
                }
                (vault, installation)
            }
            None if !allow_setup => {
                return Err(not_ready("is not initialised; start the server once"));
            }
            None => initialize(conn, load(&*keys), || create(&*keys), now)?,
        };
        let keys = match server_keys::open_all(conn, &vault)? {
            Some(keys) => keys,
            None if !allow_setup => {
                return Err(not_ready("stores tokens as an earlier version did; start the server once"));
            }
            None => server_keys::migrate_to_keyed_token_hashes(conn, &vault, now)?,
        };
        if !fingerprints::are_current(conn)? {
            if !allow_setup {
                return Err(not_ready("has fingerprints of an earlier version; start the server once"));
            }
            collisions.extend(fingerprints::recompute(conn, &keys.fingerprint)?);
        }
        let cursors = match server_keys::open_cursor_key(conn, &vault)? {
            Some(key) => key,
            None if !allow_setup => return Err(not_ready(NEEDS_START)),
            None => server_keys::create_cursor_key(conn, &vault, now)?,
        };
        if !sources::are_current(conn)? {
            if !allow_setup {
                return Err(not_ready(NEEDS_START));
            }
            let unknown = sources::record(conn, &vault, &*hosts)?;
            if unknown > 0 {
                tracing::warn!(
                    credentials = unknown,
                    "stored credentials could not be decrypted; lists show their source as unknown"
                );
            }
        }
        Ok((vault, keys, cursors, installation.organization, collisions))
    })
    .map_err(|error| error.redacted(&database))?;
    // Logged after the commit: before it, the rows are not kept.
    collisions.iter().for_each(Collision::log);
    let (cache, purge) = (Cache::new(cache_entries), Arc::new(Purge::default()));
    if allow_setup && matches!(conn, AnyConnection::Sqlite(_)) {
        // A process that was killed may have left ciphertext in the log.
        purge.request();
    }
    let manager = ConnectionManager { database: database.clone() };
    let reserve = match &database {
        DatabaseUrl::Sqlite(path) if disk_reserve => Some(Reserve::new(&sqlite_file::target(path))),
        DatabaseUrl::Sqlite(_) | DatabaseUrl::Postgres(_) => None,
    };
    let (writes, polling) =
        start_threads(manager, conn, &cache, &purge, reserve).map_err(|error| no_thread(&error))?;
    let pool = ConnectionPool::new(database, connections);
    let ServerKeys { fingerprint: fingerprints, token: tokens } = keys;
    let context = Context { clock, hosts, vault, fingerprints, tokens, cursors, organization, cache };
    let context = Arc::new(context);
    let inner = Arc::new(Inner { context, pool, purge, writes, _polling: polling });
    Ok(Store { inner })
}

/// The state of a database that `migrate` has migrated, which has no keys at hand.
const NEEDS_START: &str = "was migrated without its keys; start the server once";

/// Whether the database needs neither a migration nor a computation that needs no keys.
fn is_set_up_without_keys(conn: &mut AnyConnection) -> Result<bool, OpenError> {
    Ok(migrate::is_current(conn)? && unique_keys::are_current(conn)? && list_rules::are_current(conn)?)
}

/// The vault of the keyring, and whether the database knows the keyring's current key.
fn verified_vault(conn: &mut AnyConnection, loaded: LoadedKeys) -> Result<(Vault, bool), OpenError> {
    let keyring = match loaded {
        Ok(keyring) => keyring,
        Err(missing @ KeySourceError::Missing { .. }) => {
            return Err(OpenError::KeyMissing { reason: missing.to_string() });
        }
        Err(unusable @ (KeySourceError::Permissions(_) | KeySourceError::Unusable(_))) => {
            return Err(OpenError::KeySource(unusable));
        }
    };
    let vault = Vault::new(keyring);
    let knows_current = key_checks::verify(conn, &vault)?;
    Ok((vault, knows_current))
}

fn initialize(
    conn: &mut AnyConnection,
    loaded: LoadedKeys,
    create: impl FnOnce() -> LoadedKeys,
    now: Timestamp,
) -> Result<(Vault, Installation), OpenError> {
    let keyring = match loaded {
        Err(KeySourceError::Missing { .. }) => create(),
        other => other,
    };
    let vault = Vault::new(keyring.map_err(OpenError::KeySource)?);
    key_checks::add(conn, &vault, now)?;
    for purpose in ServerKeyPurpose::ALL {
        server_keys::create(conn, &vault, *purpose, now)?;
    }
    let installation = installation::create(conn, now)?;
    Ok((vault, installation))
}

/// Starts the thread that each database needs, which takes over the connection.
fn start_threads(
    manager: ConnectionManager,
    conn: AnyConnection,
    cache: &Cache,
    purge: &Arc<Purge>,
    reserve: Option<Reserve>,
) -> std::io::Result<(WritePath, Option<PostgresPoll>)> {
    let coherence = Arc::clone(&cache.coherence);
    Ok(match conn {
        AnyConnection::Postgres(_) => {
            (WritePath::Pooled, Some(PostgresPoll::start(manager, conn, coherence)?))
        }
        AnyConnection::Sqlite(_) => {
            (WritePath::Grouped(Writer::start(manager, conn, coherence, Arc::clone(purge), reserve)?), None)
        }
    })
}

fn no_thread(error: &std::io::Error) -> StoreError {
    StoreError::Unavailable(format!("a thread could not be started: {error}"))
}

fn connect(database: &DatabaseUrl) -> Result<AnyConnection, OpenError> {
    database.create_file()?;
    let manager = ConnectionManager { database: database.clone() };
    let opened = manager.open_first().map_err(|error| {
        // The messages of some drivers have several lines.
        let reason = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        match database {
            DatabaseUrl::Postgres(url) => OpenError::Unreachable { database: url.to_string(), reason },
            DatabaseUrl::Sqlite(_) if is_busy(error) => StoreError::Contended.into(),
            DatabaseUrl::Sqlite(path) => DatabaseFileError::unusable(path, reason).into(),
        }
    })?;
    opened.ok_or_else(|| OpenError::UndeclaredPooler { database: database.to_string() })
}

fn is_busy(error: ManagerError) -> bool {
    match error {
        ManagerError::QueryError(error) => matches!(StoreError::from(error), StoreError::Contended),
        ManagerError::ConnectionError(_) => false,
    }
}

/// The number of the advisory lock of a start: arbitrary, and unique among the locks of this crate.
/// PostgreSQL's advisory locks are per database.
const SETUP_LOCK: i64 = 7_818_362_594_108_612_433;

/// Takes the advisory lock of a start, and logs if another start holds it.
fn take_setup_lock(conn: &mut PgConnection) -> QueryResult<()> {
    let try_lock = format!("pg_try_advisory_xact_lock({SETUP_LOCK})");
    if diesel::select(sql::<Bool>(&try_lock)).get_result(conn)? {
        return Ok(());
    }
    tracing::info!("waiting for another server or command, which migrates or opens the database");
    conn.batch_execute(&format!("SELECT pg_advisory_xact_lock({SETUP_LOCK})"))
}

/// Runs `work` in a write transaction that excludes every other start of a server.
fn with_setup_lock<T>(
    conn: &mut AnyConnection,
    session_mode: SessionMode,
    work: impl FnOnce(&mut AnyConnection) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    begin(conn, Mode::WRITE, session_mode).map_err(StoreError::from)?;
    let locked = match conn {
        // The first start of another server may take longer than the usual limit for a lock.
        AnyConnection::Postgres(conn) => conn
            .batch_execute("SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0")
            .and_then(|()| take_setup_lock(conn)),
        // SQLite has one writer at a time.
        AnyConnection::Sqlite(_) => Ok(()),
    };
    match locked.map_err(|error| OpenError::Store(error.into())).and_then(|()| work(conn)) {
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
