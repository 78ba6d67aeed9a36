//! Schema migrations, embedded in the program.

use diesel::dsl::sql;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::database::backend::AnyConnection;

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Why the schema cannot be migrated.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A newer version of this program has migrated the database.
    #[error(
        "the database is newer than this program: it has the migration `{migration}`, which this version \
         does not know; start the newer version"
    )]
    Newer {
        /// The first unknown migration.
        migration: String,
    },
    /// A migration failed.
    #[error("the database schema could not be migrated: {_0}")]
    Failed(String),
}

fn failed(error: impl std::fmt::Display) -> MigrationError {
    MigrationError::Failed(error.to_string())
}

/// Runs the pending migrations in the caller's transaction and returns their versions.
pub(crate) fn run_pending(conn: &mut AnyConnection) -> Result<Vec<String>, MigrationError> {
    // Diesel creates its own table even if nothing is pending, and a server's database user may lack that
    // right.
    if is_current(conn)? {
        return Ok(Vec::new());
    }
    let run = match conn {
        AnyConnection::Postgres(conn) => conn.run_pending_migrations(POSTGRES),
        AnyConnection::Sqlite(conn) => conn.run_pending_migrations(SQLITE),
    };
    Ok(run.map_err(failed)?.iter().map(ToString::to_string).collect())
}

/// The migrations that have not run.
pub(crate) struct Pending {
    pub(crate) count: usize,
    known: usize,
}

impl Pending {
    /// Whether no migration has run: the database has no tables.
    pub(crate) const fn is_all(&self) -> bool {
        self.count == self.known
    }
}

/// Whether every migration has run. Fails if the database has a migration that this program does not know.
pub(crate) fn is_current(conn: &mut AnyConnection) -> Result<bool, MigrationError> {
    Ok(pending(conn)?.count == 0)
}

/// The migrations that have not run. Fails if the database has a migration that this program does not know.
pub(crate) fn pending(conn: &mut AnyConnection) -> Result<Pending, MigrationError> {
    let known = known_versions(conn)?;
    let applied = applied(conn).map_err(failed)?;
    if let Some(migration) = applied.iter().find(|version| !known.contains(version)) {
        return Err(MigrationError::Newer { migration: migration.clone() });
    }
    let count = known.iter().filter(|version| !applied.contains(version)).count();
    Ok(Pending { count, known: known.len() })
}

/// The versions that have run; none where Diesel's own table is missing. Creates nothing.
fn applied(conn: &mut AnyConnection) -> QueryResult<Vec<String>> {
    const IN_POSTGRES: &str = "to_regclass('__diesel_schema_migrations') IS NOT NULL";
    const IN_SQLITE: &str = "EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '__diesel_schema_migrations')";
    let has_table: bool = match conn {
        AnyConnection::Postgres(conn) => diesel::select(sql::<Bool>(IN_POSTGRES)).get_result(conn)?,
        AnyConnection::Sqlite(conn) => diesel::select(sql::<Bool>(IN_SQLITE)).get_result(conn)?,
    };
    if !has_table {
        return Ok(Vec::new());
    }
    __diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(conn)
}

/// Reverts all migrations, newest first. For tests.
#[cfg(feature = "testing")]
pub(crate) fn revert_all(conn: &mut AnyConnection) -> Result<Vec<String>, MigrationError> {
    let reverted = match conn {
        AnyConnection::Postgres(conn) => conn.revert_all_migrations(POSTGRES),
        AnyConnection::Sqlite(conn) => conn.revert_all_migrations(SQLITE),
    };
    Ok(reverted.map_err(failed)?.iter().map(ToString::to_string).collect())
}

/// Reverts the newest migration. For tests.
#[cfg(feature = "testing")]
pub(crate) fn revert_last(conn: &mut AnyConnection) -> Result<String, MigrationError> {
    let reverted = match conn {
        AnyConnection::Postgres(conn) => conn.revert_last_migration(POSTGRES),
        AnyConnection::Sqlite(conn) => conn.revert_last_migration(SQLITE),
    };
    Ok(reverted.map_err(failed)?.to_string())
}

/// The versions that this program has for the connection's database.
fn known_versions(conn: &AnyConnection) -> Result<Vec<String>, MigrationError> {
    fn versions<DB: diesel::backend::Backend>(
        migrations: diesel::migration::Result<Vec<Box<dyn Migration<DB>>>>,
    ) -> Result<Vec<String>, MigrationError> {
        Ok(migrations
            .map_err(failed)?
            .iter()
            .map(|migration| migration.name().version().to_string())
            .collect())
    }
    match conn {
        AnyConnection::Postgres(_) => versions::<diesel::pg::Pg>(POSTGRES.migrations()),
        AnyConnection::Sqlite(_) => versions::<diesel::sqlite::Sqlite>(SQLITE.migrations()),
    }
}
