//! Database URLs: parsed once, displayed without their password.

mod error;
mod postgres;
mod redact;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

pub use error::DatabaseUrlError;
pub use postgres::PostgresUrl;

use crate::database::session_mode::SessionMode;
use crate::database::sqlite_file::{self, DatabaseFileError};
use crate::private_path::{UnsafePath, check_authorities};

/// The URL of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `postgres://…`, with any parameter of libpq, and `pooler=transaction`.
    Postgres(PostgresUrl),
    /// `sqlite://path`: a file, created when it is missing.
    Sqlite(PathBuf),
}

impl DatabaseUrl {
    /// The product name, for logs.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "PostgreSQL",
            Self::Sqlite(_) => "SQLite",
        }
    }

    /// The URL with those of its parameters that are not secret. [`Display`](fmt::Display) has none, for
    /// messages.
    #[must_use]
    pub fn with_parameters(&self) -> String {
        match self {
            Self::Postgres(url) => url.with_parameters(),
            Self::Sqlite(_) => self.to_string(),
        }
    }

    /// Whose sessions the connections are.
    pub(crate) const fn session_mode(&self) -> SessionMode {
        match self {
            Self::Postgres(url) => url.session_mode(),
            Self::Sqlite(_) => SessionMode::Own,
        }
    }

    /// Rejects files that other users may write to: the SQLite database, or the CA file that decides which
    /// PostgreSQL server is trusted.
    pub(crate) fn check_files(&self) -> Result<(), UnsafePath> {
        match self {
            Self::Postgres(url) => url.authorities().map_or(Ok(()), check_authorities),
            Self::Sqlite(path) => sqlite_file::check(path),
        }
    }

    /// Creates the file of a SQLite database where it is missing. Fails if the file that exists cannot be
    /// read and written.
    pub(crate) fn create_file(&self) -> Result<(), DatabaseFileError> {
        match self {
            Self::Postgres(_) => Ok(()),
            Self::Sqlite(path) => sqlite_file::create(path),
        }
    }

    /// Fails if [`Self::create_file`] would fail. Creates nothing.
    pub(crate) fn check_creatable(&self) -> Result<(), DatabaseFileError> {
        match self {
            Self::Postgres(_) => Ok(()),
            Self::Sqlite(path) => sqlite_file::check_creatable(path),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => PostgresUrl::new(text).map(Self::Postgres),
            Some(("sqlite", "" | ":memory:")) => Err(DatabaseUrlError::NoFile),
            Some(("sqlite", path)) => Ok(Self::Sqlite(path.into())),
            _ => Err(DatabaseUrlError::Scheme),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres(url) => url.fmt(f),
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Result<&str, DatabaseUrlError>) {
        let parsed = url.parse::<DatabaseUrl>().map(|url| url.to_string());
        assert_eq!(parsed, expected.map(str::to_owned), "{url}");
    }

    #[test]
    fn parse_url_with_unknown_scheme_is_rejected_and_creates_no_file() {
        check("sqlite:///tmp/a.db", Ok("sqlite:///tmp/a.db"));
        check("mydb", Err(DatabaseUrlError::Scheme));
        check("host=x dbname=y", Err(DatabaseUrlError::Scheme));
        check("postgers://h/d", Err(DatabaseUrlError::Scheme));
        check("sqlite://", Err(DatabaseUrlError::NoFile));
        check("sqlite://:memory:", Err(DatabaseUrlError::NoFile));
    }
}
