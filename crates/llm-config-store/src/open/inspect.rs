//! Inspects a database without changing it: whether a server could open it, and what its start would do.

use std::path::Path;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use llm_config_core::key::KeySource;

use super::{LoadedKeys, OpenError, Options, connect, verified_vault, with_setup_lock};
use crate::database::backend::AnyConnection;
use crate::database::migrate;
use crate::database::url::DatabaseUrl;
use crate::error::StoreError;
use crate::installation;
use crate::keys::server_keys;

/// A database that responds and that this version can use.
#[derive(Debug)]
pub struct Inspection {
    /// The product and its version, such as `PostgreSQL 15.14`; `None` for a database that does not exist.
    pub product: Option<String>,
    /// What the database has.
    pub state: DatabaseState,
    /// Whether the keys open what an initialised database stores; the error prevents a start.
    pub keys: Result<(), OpenError>,
}

/// What a database has, and what the next start of a server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseState {
    /// The file of a SQLite database does not exist. The start creates it.
    Missing,
    /// No tables. The start creates them.
    Empty,
    /// Tables of an earlier version. The start migrates them.
    Outdated {
        /// The number of pending migrations.
        migrations: usize,
    },
    /// Tables without content. The start initialises them.
    Uninitialized,
    /// An installation.
    Initialized {
        /// Whether the root user exists.
        has_root: bool,
    },
}

/// Inspects the database that the options name, and the keys if it is initialised. Fails if a server could
/// not use the database. Creates and changes nothing.
pub async fn inspect(options: Options) -> Result<Inspection, OpenError> {
    let runtime = tokio::runtime::Handle::current();
    super::blocking(move || inspect_with(&options, |keys| runtime.block_on(keys.load()))).await
}

fn inspect_with(
    options: &Options,
    load: impl Fn(&dyn KeySource) -> LoadedKeys,
) -> Result<Inspection, OpenError> {
    let Options { database, keys, .. } = options;
    database.check_files()?;
    if let DatabaseUrl::Sqlite(path) = database
        && is_missing_or_empty(path)
    {
        database.check_creatable()?;
        return Ok(Inspection { product: None, state: DatabaseState::Missing, keys: Ok(()) });
    }
    let mut conn = connect(database)?;
    // Under the lock, because the start of another server may be about to change what is inspected.
    with_setup_lock(&mut conn, database.session_mode(), |conn| {
        inspect_in_transaction(conn, database, || load(&**keys))
    })
    .map_err(|error| error.redacted(database))
}

/// SQLite would write a header to an empty file.
fn is_missing_or_empty(path: &Path) -> bool {
    std::fs::metadata(path).map_or(true, |metadata| metadata.is_file() && metadata.len() == 0)
}

fn inspect_in_transaction(
    conn: &mut AnyConnection,
    database: &DatabaseUrl,
    load: impl FnOnce() -> LoadedKeys,
) -> Result<Inspection, OpenError> {
    let product = Some(product(conn).map_err(StoreError::from)?);
    if is_standby(conn).map_err(StoreError::from)? {
        let database = database.to_string();
        return Err(OpenError::Unreachable {
            database,
            reason: "it is a standby, which accepts no writes".to_owned(),
        });
    }
    let pending = migrate::pending(conn)?;
    if pending.count > 0 {
        let state = match pending.count {
            _ if pending.is_all() => DatabaseState::Empty,
            migrations => DatabaseState::Outdated { migrations },
        };
        return Ok(Inspection { product, state, keys: Ok(()) });
    }
    let Some(installation) = installation::find(conn)? else {
        return Ok(Inspection { product, state: DatabaseState::Uninitialized, keys: Ok(()) });
    };
    let state = DatabaseState::Initialized { has_root: installation.has_root };
    Ok(Inspection { product, state, keys: open_keys(conn, load()) })
}

fn open_keys(conn: &mut AnyConnection, loaded: LoadedKeys) -> Result<(), OpenError> {
    let (vault, _) = verified_vault(conn, loaded)?;
    server_keys::open_all(conn, &vault)?;
    Ok(())
}

fn product(conn: &mut AnyConnection) -> QueryResult<String> {
    Ok(match conn {
        AnyConnection::Postgres(conn) => {
            let version: String =
                diesel::select(sql::<Text>("current_setting('server_version')")).get_result(conn)?;
            // Distributions append their package: `15.14 (Debian 15.14-0+deb12u1)`.
            format!("PostgreSQL {}", version.split_whitespace().next().unwrap_or_default())
        }
        AnyConnection::Sqlite(conn) => {
            let version: String = diesel::select(sql::<Text>("sqlite_version()")).get_result(conn)?;
            format!("SQLite {version}")
        }
    })
}

fn is_standby(conn: &mut AnyConnection) -> QueryResult<bool> {
    match conn {
        AnyConnection::Postgres(conn) => diesel::select(sql::<Bool>("pg_is_in_recovery()")).get_result(conn),
        AnyConnection::Sqlite(_) => Ok(false),
    }
}
