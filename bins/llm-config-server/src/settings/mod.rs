//! Settings: from flags, environment variables and one TOML file, in this order of precedence.

mod error;
mod file;
mod keys;
mod paths;
mod provider_access;
mod raw;
mod secrets;
mod view;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use llm_config_probe::KnownVendorHosts;
use llm_config_service::ProviderAccess;
use llm_config_store::private_path::{Directory, check_directory};
use llm_config_store::{DatabaseUrl, OpenError, Options};
use tracing_subscriber::EnvFilter;

pub use error::SettingsError;
pub use keys::Keys;
pub use provider_access::ProviderAccessSettings;
pub use raw::{LogFormat, RawSettings};
pub use secrets::{RawGoogleGrant, RawSecretGrant, RawVault, SecretSettings};
pub use view::SettingView;

use error::invalid;
use paths::absolute;

/// The default log filter. The HTTP library's own lines are of no use to an operator.
const DEFAULT_FILTER: &str = "info,actix_server=warn";

/// Settings of the log.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// The format of log lines.
    pub format: LogFormat,
    /// The events to log, in the syntax of `tracing` filters.
    pub filter: String,
}

/// The validated settings.
#[derive(Clone)]
pub struct Settings {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Whether the server may listen on addresses that other machines can reach.
    pub allow_public_listen: bool,
    /// The address on which metrics are served without a token.
    pub metrics_listen: Option<SocketAddr>,
    /// The origins of web pages that may call the API.
    pub cors_origins: Vec<String>,
    /// The directory for the files of the server.
    pub data_dir: PathBuf,
    /// The database.
    pub database: DatabaseUrl,
    /// The source of the key-encryption keys.
    pub keys: Keys,
    /// Whether `POST /v1/system/init` hands out the root token.
    pub wait_for_init: bool,
    /// Settings of the log.
    pub log: LogSettings,
    /// The number of threads that serve requests; `None` for one per core.
    pub workers: Option<usize>,
    /// The maximum number of database connections.
    pub connections: u32,
    /// Settings of calls to providers.
    pub provider_access: ProviderAccessSettings,
}

impl Settings {
    /// Reads and validates all settings.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where settings are read from the environment"
    )]
    pub fn load(flags: RawSettings) -> Result<Self, SettingsError> {
        // Read by hand: the argument parser, which reads all other variables, would also make it a flag.
        let flags = RawSettings { keyring: std::env::var("LLM_CONFIG_KEYRING").ok(), ..flags };
        let path = flags.config.clone();
        let raw = match &path {
            Some(path) => flags.or(file::read(path)?),
            None => flags,
        };
        Self::check(raw)
    }

    /// Validates settings whose sources were merged.
    pub fn check(mut raw: RawSettings) -> Result<Self, SettingsError> {
        let provider_access = ProviderAccessSettings::check(&mut raw)?;
        let listen = raw.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let may_be_public = raw.allow_public_listen.unwrap_or(false);
        require_loopback("--listen", listen, may_be_public)?;
        if let Some(metrics_listen) = raw.metrics_listen {
            require_loopback("--metrics-listen", metrics_listen, may_be_public)?;
        }
        let cors_origins = raw.cors_origins.unwrap_or_default();
        if let Some(wrong) = cors_origins.iter().find(|origin| !is_origin(origin)) {
            let reason = format!(
                "has `{wrong}`, but an origin is a scheme and a host, such as `https://console.example`"
            );
            return Err(invalid("--cors-origins", reason));
        }
        // Absolute, because the reader of a message may be in another directory.
        let data_dir = absolute(raw.data_dir.unwrap_or_else(|| PathBuf::from("./data")));
        let database = match &raw.database_url {
            Some(url) => match url.parse()? {
                DatabaseUrl::Sqlite(path) => DatabaseUrl::Sqlite(absolute(path)),
                DatabaseUrl::Postgres(url) => DatabaseUrl::Postgres(url),
            },
            None => DatabaseUrl::Sqlite(data_dir.join("registry.db")),
        };
        let keys = Keys::check(&data_dir, raw.keyring_file, raw.keyring_dir, raw.keyring, raw.current_key)?;
        let connections = raw.database_connections.unwrap_or(8);
        if !(1..=1000).contains(&connections) {
            return Err(invalid("--database-connections", "must be from 1 to 1000"));
        }
        if raw.workers.is_some_and(|workers| !(1..=1024).contains(&workers)) {
            return Err(invalid("--workers", "must be from 1 to 1024"));
        }
        let filter = raw.log_filter.unwrap_or_else(|| DEFAULT_FILTER.to_owned());
        EnvFilter::try_new(&filter).map_err(|error| {
            let reason = format!(
                "is `{filter}`, but must be a filter such as `warn` or `info,llm_config_store=debug`"
            );
            invalid("--log-filter", format!("{reason}: {error}"))
        })?;
        Ok(Self {
            listen,
            allow_public_listen: may_be_public,
            metrics_listen: raw.metrics_listen,
            cors_origins,
            data_dir,
            database,
            keys,
            wait_for_init: raw.wait_for_init.unwrap_or(false),
            log: LogSettings { format: raw.log_format.unwrap_or(LogFormat::Text), filter },
            workers: raw.workers,
            connections,
            provider_access,
        })
    }

    /// Creates the data directory, for its owner only, if a file of the server belongs in it. Fails first if
    /// [`Settings::check_permissions`] fails.
    pub fn prepare_data_dir(&self) -> Result<(), SettingsError> {
        self.check_permissions()?;
        if self.uses_data_dir() { self.make_data_dir() } else { Ok(()) }
    }

    /// The file with the initialisation code of a waiting server.
    #[must_use]
    pub fn init_code_file(&self) -> PathBuf {
        self.data_dir.join("init-code")
    }

    /// Creates the data directory, for its owner only.
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

    /// Fails if other users can write to the data directory, the database or the keys. Changes nothing.
    pub fn check_permissions(&self) -> Result<(), OpenError> {
        // A waiting server writes the initialisation code there, even if its database and keys are elsewhere.
        if self.uses_data_dir() || self.wait_for_init {
            check_directory("data directory", &self.data_dir, Directory::Private)?;
        }
        self.store_options().check_permissions()
    }

    /// Whether a file of the server belongs in the data directory.
    fn uses_data_dir(&self) -> bool {
        let is_ours = |path: &Path| path.starts_with(&self.data_dir);
        let database = matches!(&self.database, DatabaseUrl::Sqlite(path) if is_ours(path));
        database || matches!(&self.keys, Keys::File(path) if is_ours(path))
    }

    /// The options of the store.
    #[must_use]
    pub fn store_options(&self) -> Options {
        let hosts = Arc::new(KnownVendorHosts);
        Options {
            connections: self.connections,
            ..Options::new(self.database.clone(), self.keys.source(), hosts)
        }
    }

    /// Every setting in effect, without secrets.
    #[must_use]
    pub fn views(&self) -> Vec<SettingView> {
        let mut views = vec![
            SettingView::new("listen", self.listen.to_string()),
            SettingView::new("allow-public-listen", self.allow_public_listen),
            SettingView::new("metrics-listen", self.metrics_listen.map(|address| address.to_string())),
            SettingView::new("cors-origins", self.cors_origins.clone()),
            SettingView::new("data-dir", self.data_dir.display().to_string()),
            SettingView::new("database-url", self.database.to_string()),
            SettingView::new("keyring", self.keys.to_string()),
            SettingView::new("wait-for-init", self.wait_for_init),
            SettingView::new("log-format", self.log.format.to_string()),
            SettingView::new("log-filter", self.log.filter.clone()),
            SettingView::new("workers", self.workers).or_text("one per core"),
            SettingView::new("database-connections", self.connections),
        ];
        views.extend(self.provider_access.views());
        views
    }

    /// The access to providers of a server that listens at `address`.
    ///
    /// Programs on this machine may be called only while the server listens on a loopback address.
    pub fn open_provider_access(&self, address: SocketAddr) -> Result<ProviderAccess, SettingsError> {
        let database = match &self.database {
            DatabaseUrl::Postgres(url) => url.ports(),
            DatabaseUrl::Sqlite(_) => Vec::new(),
        };
        let metrics = self.metrics_listen.map(|address| address.port());
        let own_ports = [address.port()].into_iter().chain(metrics).chain(database).collect();
        self.provider_access.open(address.ip().is_loopback().then_some(own_ports))
    }
}

fn require_loopback(
    setting: &'static str,
    listen: SocketAddr,
    may_be_public: bool,
) -> Result<(), SettingsError> {
    if listen.ip().is_loopback() || may_be_public {
        return Ok(());
    }
    Err(invalid(
        setting,
        format!(
            "{listen} can be reached from other machines, in clear text; put a proxy with TLS in front, or \
             give `--allow-public-listen`"
        ),
    ))
}

/// Whether `text` has the form of an `Origin` header: no path, no trailing slash.
fn is_origin(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    })
}

#[cfg(test)]
mod tests;
