//! Which database: parsed once, printed without its password.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

pub use crate::postgres_url::PostgresUrl;
use crate::private_path::{UnsafePath, check_authorities};
use crate::sqlite_file;

/// Why a database URL was refused. Never repeats the URL: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Neither of the two schemes.
    #[error("the database URL must start with `postgres://` or `sqlite://`")]
    Scheme,
    /// A PostgreSQL URL that cannot be read, and how it is wrong. No piece of it is in the text.
    #[error(
        "the database URL {_0}; in a user, a password or a name write `@` as `%40`, `:` as `%3A`, `/` as \
         `%2F`, `?` as `%3F`, `#` as `%23`, `%` as `%25` and a space as `%20`"
    )]
    Malformed(&'static str),
    /// No file behind `sqlite://`.
    #[error(
        "the database URL must name a file behind `sqlite://`, such as `sqlite:///var/lib/llm-config/registry.db`"
    )]
    NoFile,
    /// Certificates are to be verified, and there is nothing to verify them with.
    #[error(
        "the database URL asks for a verified certificate, but no CA bundle was found on this system; install \
         `ca-certificates` or add `sslrootcert=/path/to/ca.pem` to the URL"
    )]
    NoCaBundle,
}

/// The database to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `postgres://…`, with any parameter of libpq.
    Postgres(PostgresUrl),
    /// `sqlite://path`: a file, made when it is missing.
    Sqlite(PathBuf),
}

impl DatabaseUrl {
    /// The name of the kind of database, for logs.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "PostgreSQL",
            Self::Sqlite(_) => "SQLite",
        }
    }

    /// Refuses a SQLite database whose files others may change, and a PostgreSQL server that is trusted on
    /// the word of a file that others may change.
    pub(crate) fn check_files(&self) -> Result<(), UnsafePath> {
        match self {
            Self::Postgres(url) => url.authorities().map_or(Ok(()), check_authorities),
            Self::Sqlite(path) => sqlite_file::check(path),
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

    fn check(url: &str, shown: Result<&str, DatabaseUrlError>) {
        let found = url.parse::<DatabaseUrl>().map(|it| it.to_string());
        assert_eq!(found, shown.map(str::to_owned), "{url}");
    }

    #[test]
    fn the_scheme_decides_and_a_typing_error_makes_no_file() {
        check("sqlite:///tmp/a.db", Ok("sqlite:///tmp/a.db"));
        check("mydb", Err(DatabaseUrlError::Scheme));
        check("host=x dbname=y", Err(DatabaseUrlError::Scheme));
        check("postgers://h/d", Err(DatabaseUrlError::Scheme));
        check("sqlite://", Err(DatabaseUrlError::NoFile));
        check("sqlite://:memory:", Err(DatabaseUrlError::NoFile));
    }
}
