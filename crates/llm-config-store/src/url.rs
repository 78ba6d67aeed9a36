//! Which database: parsed once, printed without its password.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use url::form_urlencoded;

/// Why a database URL was refused. Never repeats the URL: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Neither of the two schemes.
    #[error("the database URL must start with `postgres://` or `sqlite://`")]
    Scheme,
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
    /// `postgres://…`: a connection URI of libpq, with all of its parameters.
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

/// A libpq connection URI, completed with what a server needs.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

impl PostgresUrl {
    fn new(text: &str) -> Result<Self, DatabaseUrlError> {
        let (base, query) = text.split_once('?').unwrap_or((text, ""));
        let mut parameters: Vec<(String, String)> =
            // A plus sign is itself to libpq, not a space.
            form_urlencoded::parse(query.replace('+', "%2B").as_bytes()).into_owned().collect();
        let find = |parameters: &[(String, String)], name: &str| {
            parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        };
        let verifies = find(&parameters, "sslmode").is_some_and(|mode| mode.starts_with("verify-"));
        let roots = find(&parameters, "sslrootcert");
        // OpenSSL is built into this program and does not know where this system keeps its CAs.
        if verifies && roots.is_none_or(|it| it == "system") {
            let bundle = openssl_probe::probe().cert_file.ok_or(DatabaseUrlError::NoCaBundle)?;
            parameters.retain(|(key, _)| key != "sslrootcert");
            parameters.push(("sslrootcert".to_owned(), bundle.to_string_lossy().into_owned()));
        }
        for (name, default) in
            [("connect_timeout", "5"), ("keepalives_idle", "30"), ("application_name", "llm-config")]
        {
            if find(&parameters, name).is_none() {
                parameters.push((name.to_owned(), default.to_owned()));
            }
        }
        let encode = |text: &str| {
            form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
        };
        let query: Vec<_> = parameters.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
        Ok(Self(format!("{base}?{}", query.join("&"))))
    }

    pub(crate) fn conninfo(&self) -> &str {
        &self.0
    }

    /// The ports that the database may listen on, libpq's default included: what nothing else is
    /// to be reached at in its place.
    #[must_use]
    pub fn ports(&self) -> Vec<u16> {
        let (base, query) = self.0.split_once('?').unwrap_or((&self.0, ""));
        let authority =
            base.split_once("://").map_or(base, |(_, rest)| rest).split('/').next().unwrap_or_default();
        let hosts = authority.rsplit('@').next().unwrap_or_default();
        let parameters = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == "port");
        let named: Vec<String> = parameters.map(|(_, value)| value.into_owned()).collect();
        let written = hosts.split(',').filter_map(|it| it.rsplit(':').next());
        let named = named.iter().flat_map(|it| it.split(','));
        written.chain(named).filter_map(|it| it.parse().ok()).chain([5432]).collect()
    }
}

/// Without the password and without parameters, which may hold one too.
impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.split('?').next().unwrap_or_default();
        let (scheme, rest) = shown.split_once("://").unwrap_or(("postgres", shown));
        match rest.rsplit_once('@') {
            Some((user, place)) => {
                let user = user.split(':').next().unwrap_or_default();
                write!(f, "{scheme}://{user}@{place}")
            }
            None => write!(f, "{scheme}://{rest}"),
        }
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl({self})")
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

    #[test]
    fn a_password_is_never_shown() {
        check("postgres://u:p%40ss@h:5/d?password=x", Ok("postgres://u@h:5/d"));
        check("postgresql://h/d", Ok("postgresql://h/d"));
        let url: DatabaseUrl = "postgres://u:hunter2@h/d".parse().unwrap();
        assert!(!format!("{url:?}").contains("hunter2"));
    }

    #[test]
    fn every_port_that_may_be_the_database_s_is_known() {
        let ports = |text: &str| match text.parse() {
            Ok(DatabaseUrl::Postgres(url)) => url.ports(),
            other => panic!("{other:?}"),
        };
        assert_eq!(ports("postgres://h/d"), [5432]);
        assert_eq!(ports("postgres://u:p%40:1@h:5433/d"), [5433, 5432]);
        assert_eq!(ports("postgres://h:5433,[::1]:5434/d"), [5433, 5434, 5432]);
        assert_eq!(ports("postgres:///d?host=/run&port=5435,5436"), [5435, 5436, 5432]);
    }

    #[test]
    fn parameters_are_kept_and_completed() {
        let DatabaseUrl::Postgres(url) =
            "postgres://h/d?options=-csearch_path%3Da%20b+c&connect_timeout=9".parse().unwrap()
        else {
            panic!("a PostgreSQL URL")
        };
        assert_eq!(
            url.conninfo(),
            "postgres://h/d?options=-csearch_path%3Da%20b%2Bc&connect_timeout=9&keepalives_idle=30&\
             application_name=llm-config"
        );
    }

    #[test]
    fn verification_gets_a_ca_bundle_unless_one_is_named() {
        let conninfo = |text: &str| match text.parse() {
            Ok(DatabaseUrl::Postgres(url)) => url.conninfo().to_owned(),
            other => format!("{other:?}"),
        };
        assert!(
            conninfo("postgres://h/d?sslmode=verify-full&sslrootcert=%2Fca.pem")
                .contains("sslrootcert=%2Fca.pem")
        );
        assert!(!conninfo("postgres://h/d?sslmode=require").contains("sslrootcert"));
        let system = conninfo("postgres://h/d?sslmode=verify-full&sslrootcert=system");
        assert!(!system.contains("sslrootcert=system"), "{system}");
    }
}
