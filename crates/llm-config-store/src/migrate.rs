//! Migrations, embedded in the program.

use diesel::dsl::sql;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::backend::AnyConnection;

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Why the tables could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A later version of this program was here.
    #[error(
        "the database is newer than this program: it has the migration `{migration}`, which this version does not \
         know; start the newer version"
    )]
    Newer {
        /// The first migration that is not known.
        migration: String,
    },
    /// A migration did not run.
    #[error("the tables could not be brought up to date: {_0}")]
    Failed(String),
}

fn failed(error: impl std::fmt::Display) -> MigrationError {
    MigrationError::Failed(error.to_string())
}

/// Runs what has not run yet, inside the caller's transaction.
pub(crate) fn run_pending(conn: &mut AnyConnection) -> Result<Vec<String>, MigrationError> {
    // Diesel makes its own table even then; who serves need not be one who may make tables.
    if is_current(conn)? {
        return Ok(Vec::new());
    }
    let run = match conn {
        AnyConnection::Postgres(conn) => conn.run_pending_migrations(POSTGRES),
        AnyConnection::Sqlite(conn) => conn.run_pending_migrations(SQLITE),
    };
    Ok(run.map_err(failed)?.iter().map(ToString::to_string).collect())
}

/// Whether every migration has run. An error when one has that this program does not know.
pub(crate) fn is_current(conn: &mut AnyConnection) -> Result<bool, MigrationError> {
    let known = names(conn)?;
    let applied = applied(conn).map_err(failed)?;
    match applied.iter().find(|it| !known.contains(it)) {
        Some(migration) => Err(MigrationError::Newer { migration: migration.clone() }),
        None => Ok(known.iter().all(|it| applied.contains(it))),
    }
}

/// The versions that have run. Only looks: where Diesel's own table is missing, there are none.
fn applied(conn: &mut AnyConnection) -> QueryResult<Vec<String>> {
    const IN_POSTGRES: &str = "to_regclass('__diesel_schema_migrations') IS NOT NULL";
    const IN_SQLITE: &str = "EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '__diesel_schema_migrations')";
    let is_there: bool = match conn {
        AnyConnection::Postgres(conn) => diesel::select(sql::<Bool>(IN_POSTGRES)).get_result(conn)?,
        AnyConnection::Sqlite(conn) => diesel::select(sql::<Bool>(IN_SQLITE)).get_result(conn)?,
    };
    if !is_there {
        return Ok(Vec::new());
    }
    __diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(conn)
}

/// Takes all migrations back, newest first. For the test that they can be.
#[cfg(feature = "testing")]
pub(crate) fn revert_all(conn: &mut AnyConnection) -> Result<Vec<String>, MigrationError> {
    let reverted = match conn {
        AnyConnection::Postgres(conn) => conn.revert_all_migrations(POSTGRES),
        AnyConnection::Sqlite(conn) => conn.revert_all_migrations(SQLITE),
    };
    Ok(reverted.map_err(failed)?.iter().map(ToString::to_string).collect())
}

/// Takes the newest migration back. For the test that the others leave rows as they are.
#[cfg(feature = "testing")]
pub(crate) fn revert_last(conn: &mut AnyConnection) -> Result<String, MigrationError> {
    let reverted = match conn {
        AnyConnection::Postgres(conn) => conn.revert_last_migration(POSTGRES),
        AnyConnection::Sqlite(conn) => conn.revert_last_migration(SQLITE),
    };
    Ok(reverted.map_err(failed)?.to_string())
}

/// The versions that this program knows for the connection's database.
fn names(conn: &AnyConnection) -> Result<Vec<String>, MigrationError> {
    fn versions<DB: diesel::backend::Backend>(
        migrations: diesel::migration::Result<Vec<Box<dyn Migration<DB>>>>,
    ) -> Result<Vec<String>, MigrationError> {
        Ok(migrations.map_err(failed)?.iter().map(|it| it.name().version().to_string()).collect())
    }
    match conn {
        AnyConnection::Postgres(_) => versions::<diesel::pg::Pg>(POSTGRES.migrations()),
        AnyConnection::Sqlite(_) => versions::<diesel::sqlite::Sqlite>(SQLITE.migrations()),
    }
}
