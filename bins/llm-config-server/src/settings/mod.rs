//! Settings: from flags, environment and one TOML file, in that order; checked once.

mod file;
mod given;
mod outgoing;
mod secrets;

use std::error::Error;
use std::fmt::{self, Display};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use given::{Given, LogFormat};
use llm_config_core::key::{KeyId, KeySource};
use llm_config_probe::KnownVendorHosts;
use llm_config_service::ProviderAccess;
use llm_config_store::keys::{KeyDirectory, KeyFile, KeyText};
use llm_config_store::private_path::{Directory, UnsafePath, check_directory};
use llm_config_store::{DatabaseUrl, DatabaseUrlError, Options};
pub use outgoing::ProviderAccessSettings;
pub use secrets::{GivenGoogleGrant, GivenSecretGrant, GivenVault, SecretSettings};
use serde_json::Value;
use zeroize::Zeroizing;

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("the settings file {path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML of the known keys.
    #[error("the settings file {path} is wrong: {reason}")]
    Malformed {
        /// The file.
        path: String,
        /// What is wrong, and where.
        reason: String,
    },
    /// Others could write to the file.
    #[error(transparent)]
    Unsafe(#[from] UnsafePath),
    /// Others can read the file, and it holds a password.
    #[error(
        "the settings file {path} holds the password of the database and can be read by everyone; run \
         `chmod o-r {path}`"
    )]
    Readable {
        /// The file.
        path: String,
    },
    /// A value that is not what the setting takes.
    #[error("`{setting}` {reason}")]
    Invalid {
        /// The setting, as a flag.
        setting: &'static str,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// The database URL.
    #[error("`--database-url`: {_0}")]
    Database(#[from] DatabaseUrlError),
    /// The data directory cannot be made.
    #[error("the data directory {path} cannot be made: {source}")]
    DataDir {
        /// The directory.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

/// Where the key-encryption keys are.
#[derive(Clone)]
pub enum Keys {
    /// A file, made on the first start.
    File(PathBuf),
    /// A mounted directory with one file a key, and the key that seals.
    Directory(PathBuf, Option<KeyId>),
    /// The text of an environment variable.
    Text(Arc<Zeroizing<String>>),
}

/// Where they are, without the keys.
impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Directory(path, None) => write!(f, "directory {}", path.display()),
            Self::Directory(path, Some(current)) => {
                write!(f, "directory {}, sealing with `{current}`", path.display())
            }
            Self::Text(_) => f.write_str("the environment variable LLM_CONFIG_KEYRING"),
        }
    }
}

/// What is logged by default. The HTTP library's own lines tell an operator nothing.
const DEFAULT_FILTER: &str = "info,actix_server=warn";

/// How to log.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// Text or JSON.
    pub format: LogFormat,
    /// Which events, as `tracing` filters are written.
    pub filter: String,
}

/// What the program uses.
#[derive(Clone)]
pub struct Settings {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Whether addresses may be used that other machines can reach.
    pub allow_public_listen: bool,
    /// The address on which metrics are served without a token.
    pub metrics_listen: Option<SocketAddr>,
    /// The origins of web pages that may call.
    pub cors_origins: Vec<String>,
    /// Where files of the server are kept.
    pub data_dir: PathBuf,
    /// The database.
    pub database: DatabaseUrl,
    /// Where the key-encryption keys are.
    pub keys: Keys,
    /// Whether the root token is handed out by the first `POST /v1/system/init` that may have it.
    pub wait_for_init: bool,
    /// How to log.
    pub log: LogSettings,
    /// Threads that serve requests; `None` for one a core.
    pub workers: Option<usize>,
    /// The most database connections.
    pub connections: u32,
    /// The way to providers.
    pub outgoing: ProviderAccessSettings,
}

/// A setting as it will be used.
#[derive(Clone, Debug)]
pub struct Described {
    /// Its name, as a flag without the dashes.
    pub name: &'static str,
    /// Its value: text, a number, a boolean, a list, or `null` where none was given.
    pub value: Value,
    /// What that means where none was given.
    if_none: &'static str,
}

impl Described {
    /// The value for people.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.value {
            Value::Null => self.if_none.to_owned(),
            Value::Array(items) if items.is_empty() => self.if_none.to_owned(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => self.value.to_string(),
        }
    }
}

impl Settings {
    /// Reads and checks all settings.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where settings are read from the environment"
    )]
    pub fn load(flags: Given) -> Result<Self, SettingsError> {
        // Every other variable is the parser's, which would also make it a flag.
        let flags = Given { keyring: std::env::var("LLM_CONFIG_KEYRING").ok(), ..flags };
        let path = flags.config.clone();
        let given = match &path {
            Some(path) => flags.or(file::read(path)?),
            None => flags,
        };
        Self::check(given)
    }

    /// Checks settings whose sources were merged.
    pub fn check(mut given: Given) -> Result<Self, SettingsError> {
        let outgoing = ProviderAccessSettings::check(&mut given)?;
        let listen = given.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let may_be_public = given.allow_public_listen.unwrap_or(false);
        not_public_by_mistake("--listen", listen, may_be_public)?;
        if let Some(metrics_listen) = given.metrics_listen {
            not_public_by_mistake("--metrics-listen", metrics_listen, may_be_public)?;
        }
        let cors_origins = given.cors_origins.unwrap_or_default();
        if let Some(wrong) = cors_origins.iter().find(|it| !is_origin(it)) {
            let reason = format!(
                "has `{wrong}`, but an origin is a scheme and a host, such as `https://console.example`"
            );
            return Err(invalid("--cors-origins", reason));
        }
        // Absolute, because they are shown to somebody who may be looking in another directory.
        let data_dir = absolute(given.data_dir.unwrap_or_else(|| PathBuf::from("./data")));
        let database = match &given.database_url {
            Some(url) => match url.parse()? {
                DatabaseUrl::Sqlite(path) => DatabaseUrl::Sqlite(absolute(path)),
                DatabaseUrl::Postgres(url) => DatabaseUrl::Postgres(url),
            },
            None => DatabaseUrl::Sqlite(data_dir.join("registry.db")),
        };
        let keys = keys(&data_dir, given.keyring_file, given.keyring_dir, given.keyring, given.current_key)?;
        let connections = given.database_connections.unwrap_or(8);
        if !(1..=1000).contains(&connections) {
            return Err(invalid("--database-connections", "must be from 1 to 1000"));
        }
        if given.workers.is_some_and(|it| !(1..=1024).contains(&it)) {
            return Err(invalid("--workers", "must be from 1 to 1024"));
        }
        Ok(Self {
            listen,
            allow_public_listen: may_be_public,
            metrics_listen: given.metrics_listen,
            cors_origins,
            data_dir,
            database,
            keys,
            wait_for_init: given.wait_for_init.unwrap_or(false),
            log: LogSettings {
                format: given.log_format.unwrap_or(LogFormat::Text),
                filter: given.log_filter.unwrap_or_else(|| DEFAULT_FILTER.to_owned()),
            },
            workers: given.workers,
            connections,
            outgoing,
        })
    }

    /// Makes the data directory, for its owner only, if something of ours belongs into it. Before
    /// that, refuses all that [`Settings::check_permissions`] does.
    pub fn prepare_data_dir(&self) -> Result<(), Box<dyn Error>> {
        self.check_permissions()?;
        if self.uses_data_dir() { Ok(self.make_data_dir()?) } else { Ok(()) }
    }

    /// The file with the code against which a waiting server hands out the root token.
    #[must_use]
    pub fn init_code_file(&self) -> PathBuf {
        self.data_dir.join("init-code")
    }

    /// Makes the data directory, for its owner only.
    pub fn make_data_dir(&self) -> Result<(), SettingsError> {
        if self.data_dir.is_dir() {
            return Ok(());
        }
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let path = self.data_dir.display().to_string();
        builder.create(&self.data_dir).map_err(|source| SettingsError::DataDir { path, source })?;
        Ok(())
    }

    /// Refuses a data directory, a database and a place of keys that others could write to.
    /// Changes nothing.
    pub fn check_permissions(&self) -> Result<(), Box<dyn Error>> {
        // A server that waits writes the initialisation code there, wherever its database and keys are.
        if self.uses_data_dir() || self.wait_for_init {
            check_directory("data directory", &self.data_dir, Directory::Private)?;
        }
        Ok(self.store_options().check_permissions()?)
    }

    /// Whether something of ours is in the data directory, or will be.
    fn uses_data_dir(&self) -> bool {
        let is_ours = |path: &Path| path.starts_with(&self.data_dir);
        let database = matches!(&self.database, DatabaseUrl::Sqlite(path) if is_ours(path));
        database || matches!(&self.keys, Keys::File(path) if is_ours(path))
    }

    /// What the store is opened with.
    #[must_use]
    pub fn store_options(&self) -> Options {
        let keys: Arc<dyn KeySource> = match &self.keys {
            Keys::File(path) => Arc::new(KeyFile::new(path.clone())),
            Keys::Directory(path, current) => Arc::new(KeyDirectory::new(path.clone(), current.clone())),
            Keys::Text(text) => Arc::new(KeyText::new(text.to_string(), "LLM_CONFIG_KEYRING")),
        };
        let hosts = Arc::new(KnownVendorHosts);
        Options { connections: self.connections, ..Options::new(self.database.clone(), keys, hosts) }
    }

    /// Each setting as it will be used, without secrets.
    #[must_use]
    pub fn describe(&self) -> Vec<Described> {
        let setting = |name, value: Value| Described { name, value, if_none: "none" };
        let mut described = vec![
            setting("listen", self.listen.to_string().into()),
            setting("allow-public-listen", self.allow_public_listen.into()),
            setting("metrics-listen", self.metrics_listen.map(|it| it.to_string()).into()),
            setting("cors-origins", self.cors_origins.clone().into()),
            setting("data-dir", self.data_dir.display().to_string().into()),
            setting("database-url", self.database.to_string().into()),
            setting("keyring", self.keys.to_string().into()),
            setting("wait-for-init", self.wait_for_init.into()),
            setting("log-format", self.log.format.to_string().into()),
            setting("log-filter", self.log.filter.clone().into()),
            Described { name: "workers", value: self.workers.into(), if_none: "one a core" },
            setting("database-connections", self.connections.into()),
        ];
        described.extend(self.outgoing.describe());
        described
    }

    /// The way to providers, for a server that listens at `address`.
    ///
    /// Programs on this machine may be reached only while nobody else can reach this server.
    pub fn open_provider_access(&self, address: SocketAddr) -> Result<ProviderAccess, SettingsError> {
        let database = match &self.database {
            DatabaseUrl::Postgres(url) => url.ports(),
            DatabaseUrl::Sqlite(_) => Vec::new(),
        };
        let metrics = self.metrics_listen.map(|it| it.port());
        let own_ports = [address.port()].into_iter().chain(metrics).chain(database).collect();
        self.outgoing.open(address.ip().is_loopback().then_some(own_ports))
    }
}

fn not_public_by_mistake(
    setting: &'static str,
    listen: SocketAddr,
    is_meant: bool,
) -> Result<(), SettingsError> {
    if listen.ip().is_loopback() || is_meant {
        return Ok(());
    }
    Err(invalid(
        setting,
        format!(
            "{listen} can be reached from other machines, in clear text; put a proxy with TLS in front, or say \
             `--allow-public-listen` if that is what you want"
        ),
    ))
}

/// The path from the root; as it is where the system does not tell the working directory.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// What a browser sends as `Origin`: no path, no trailing slash.
fn is_origin(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    })
}

fn invalid(setting: &'static str, reason: impl Display) -> SettingsError {
    SettingsError::Invalid { setting, reason: reason.to_string() }
}

fn keys(
    data_dir: &Path,
    file: Option<PathBuf>,
    directory: Option<PathBuf>,
    text: Option<String>,
    current: Option<String>,
) -> Result<Keys, SettingsError> {
    let current =
        current.map(|it| it.parse::<KeyId>()).transpose().map_err(|it| invalid("--current-key", it))?;
    match (file, directory, text) {
        (None, Some(directory), None) => Ok(Keys::Directory(absolute(directory), current)),
        _ if current.is_some() => {
            Err(invalid("--current-key", "goes with `--keyring-dir`; elsewhere the first key seals"))
        }
        (Some(file), None, None) => Ok(Keys::File(absolute(file))),
        (None, None, Some(text)) => Ok(Keys::Text(Arc::new(Zeroizing::new(text)))),
        (None, None, None) => Ok(Keys::File(data_dir.join("keyring"))),
        _ => Err(invalid(
            "--keyring-file",
            "is one of three sources of keys; give only one of it, `--keyring-dir` and LLM_CONFIG_KEYRING",
        )),
    }
}

#[cfg(test)]
mod tests;
