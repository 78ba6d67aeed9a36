//! Settings: from flags, environment variables and one TOML file, in this order of precedence.

mod arguments;
mod calls;
mod environment;
mod error;
mod file;
mod heading;
mod keys;
mod listen;
mod paths;
mod provider_access;
mod public_url;
mod quotas;
mod raw;
mod secrets;
mod sessions;
mod source;
#[cfg(feature = "testing")]
mod testing;
mod toml_text;
mod value;
mod view;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ipnet::IpNet;
use llm_config_probe::KnownVendorHosts;
use llm_config_service::{ProviderAccess, QuotaLimits, SessionTimes};
use llm_config_store::private_path::{Directory, check_directory};
use llm_config_store::{DatabaseUrl, OpenError, Options};

pub use arguments::Flags;
pub(crate) use arguments::may_contain_password;
pub use calls::CallSettings;
pub(crate) use calls::SHUTDOWN_TIMEOUT;
pub use environment::UnreadVariable;
pub use error::{InvalidSettings, SettingsError};
pub use keys::Keys;
pub use provider_access::ProviderAccessSettings;
pub use public_url::PublicUrl;
pub(crate) use quotas::variable as quota_variable;
pub use raw::LogFormat;
pub use secrets::{RawGoogleGrant, RawSecretGrant, RawVault, SecretSettings};
pub use source::SourceKind;
pub use value::LogFilter;
pub use view::SettingView;

use arguments::Values;
use listen::listen_errors;
use paths::absolute;
use raw::RawSettings;
use secrets::RawSecretSettings;
use source::{Source, Sources};
use toml_text::FileSettings;

/// Settings of the log.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// The format of log lines.
    pub format: LogFormat,
    /// The events to log.
    pub filter: LogFilter,
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
    /// The address at which browsers reach the server; `None` for the address to listen on.
    pub public_url: Option<PublicUrl>,
    /// The origins of web pages that may call the API.
    pub cors_origins: Vec<String>,
    /// The networks of proxies.
    pub trusted_proxies: Vec<IpNet>,
    /// The directory for the files of the server.
    pub data_dir: PathBuf,
    /// The database.
    pub database: DatabaseUrl,
    /// The source of the key-encryption keys.
    pub keys: Keys,
    /// Whether `POST /v1/system/init` hands out the root token.
    pub wait_for_init: bool,
    /// The file with the root token; read at initialisation only.
    pub bootstrap_token_file: Option<PathBuf>,
    /// Settings of the log.
    pub log: LogSettings,
    /// The number of threads that serve requests; `None` for one per core.
    pub workers: Option<usize>,
    /// The maximum number of database connections.
    pub connections: u32,
    /// The maximum number of cached tokens, and of cached configurations.
    pub cache_entries: usize,
    /// Settings of calls to providers.
    pub provider_access: ProviderAccessSettings,
    /// How much may be stored.
    pub quotas: QuotaLimits,
    /// How long browsers stay signed in.
    pub sessions: SessionTimes,
    /// Settings of model calls.
    pub calls: CallSettings,
    sources: Sources,
}

impl Settings {
    /// Reads and validates all settings.
    pub fn load(flags: Flags) -> Result<Self, InvalidSettings> {
        Self::merge(flags, |variable| std::env::var_os(variable))
    }

    /// Merges the flags, the variables and the file, and validates the result.
    fn merge(flags: Flags, variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, InvalidSettings> {
        let of_variables = arguments::from_environment(&variable);
        let path = flags.0.get("config").or_else(|| of_variables.get("config"));
        let path = path.and_then(|given| given.texts.last());
        let file = path.map_or_else(FileSettings::default, |path| file::read(Path::new(path)));
        Self::merge_with(file, flags, of_variables, variable)
    }

    fn merge_with(
        file: FileSettings,
        flags: Flags,
        of_variables: Values,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, InvalidSettings> {
        let FileSettings { values: of_file, secrets, mut sources, mut errors } = file;
        let mut merged = Values::new();
        for values in [of_file, of_variables, flags.0] {
            // Also a value that a later source replaces: it would be a surprise when that one goes.
            errors.extend(arguments::faults(&values));
            merged.extend(values);
        }
        for (name, given) in &merged {
            sources.add(name, given.source.clone());
        }
        let keyring = environment::keyring(&variable, &mut sources).unwrap_or_else(|error| {
            errors.push(error);
            None
        });
        if errors.is_empty() {
            Self::check(arguments::parse(&merged)?, secrets, keyring, sources)
        } else {
            Err(InvalidSettings(errors))
        }
    }

    /// Validates the merged settings.
    fn check(
        raw: RawSettings,
        secrets: RawSecretSettings,
        keyring: Option<String>,
        sources: Sources,
    ) -> Result<Self, InvalidSettings> {
        let RawSettings {
            config: _,
            listen,
            allow_public_listen,
            metrics_listen,
            public_url,
            cors_origins,
            trusted_proxies,
            allowed_hosts,
            allowed_networks,
            provider_ca_file,
            check_every,
            data_dir,
            database_url,
            database_connections,
            cache_entries,
            keyring_file,
            keyring_dir,
            current_key,
            wait_for_init,
            bootstrap_token_file,
            log_format,
            log_filter,
            workers,
            quotas,
            sessions,
            calls,
        } = raw;
        let listen = listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let allow_public_listen = allow_public_listen.unwrap_or(false);
        let mut errors = listen_errors(&sources, listen, metrics_listen, allow_public_listen);
        // Absolute, because the reader of a message may be in another directory.
        let data_dir = absolute(data_dir.unwrap_or_else(|| PathBuf::from("./data")));
        let database =
            database(&sources, database_url.as_deref(), &data_dir).map_err(|error| errors.push(error));
        let wait_for_init = wait_for_init.unwrap_or(false);
        if wait_for_init && bootstrap_token_file.is_some() {
            let reason = format!(
                "and {} exclude each other: the one prints no token and waits for a request, the other gives \
                 the token",
                sources.label("bootstrap-token-file")
            );
            errors.push(SettingsError::new(&sources, "wait-for-init", reason));
        }
        let calls = CallSettings::new(calls);
        if !calls.fits_bodies() {
            let reason = format!(
                "must be at least four times {}: one user may have a quarter of it",
                sources.label("call-body-limit")
            );
            errors.push(SettingsError::new(&sources, "call-bodies-limit", reason));
        }
        let keys = Keys::check(&sources, &data_dir, keyring_file, keyring_dir, keyring, current_key)
            .map_err(|error| errors.push(error));
        let secrets = secrets::SecretSettings::check(&sources, secrets).map_err(|error| errors.push(error));
        let (Ok(database), Ok(keys), Ok(secrets), []) = (database, keys, secrets, &errors[..]) else {
            return Err(InvalidSettings(errors));
        };
        Ok(Self {
            listen,
            allow_public_listen,
            metrics_listen,
            public_url,
            cors_origins: cors_origins.unwrap_or_default(),
            trusted_proxies: trusted_proxies.unwrap_or_default(),
            data_dir,
            database,
            keys,
            wait_for_init,
            bootstrap_token_file: bootstrap_token_file.map(absolute),
            log: LogSettings {
                format: log_format.unwrap_or(LogFormat::Text),
                filter: log_filter.unwrap_or_default(),
            },
            workers,
            connections: database_connections.unwrap_or(8),
            cache_entries: cache_entries.unwrap_or(Options::CACHE_ENTRIES),
            provider_access: ProviderAccessSettings::new(
                allowed_hosts.unwrap_or_default(),
                allowed_networks.unwrap_or_default(),
                provider_ca_file,
                secrets,
                check_every,
                sources.clone(),
            ),
            quotas: quotas::quota_limits(quotas),
            sessions: sessions::session_times(sessions),
            calls,
            sources,
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
        builder.create(&self.data_dir).map_err(|error| SettingsError::DataDir { path, error })?;
        Ok(())
    }

    /// Fails if other users can write to the data directory, the database or the keys. Changes nothing.
    pub fn check_permissions(&self) -> Result<(), OpenError> {
        self.check_data_dir()?;
        self.store_options().check_permissions()
    }

    /// Fails if other users can write to the data directory. Changes nothing.
    pub fn check_data_dir(&self) -> Result<(), OpenError> {
        if self.needs_data_dir() {
            check_directory("data directory", &self.data_dir, Directory::Private)?;
        }
        Ok(())
    }

    /// Whether the server, started with these settings, writes to the data directory.
    #[must_use]
    pub fn needs_data_dir(&self) -> bool {
        // A waiting server writes the initialisation code there, even if its database and keys are elsewhere.
        self.uses_data_dir() || self.wait_for_init
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
            cache_entries: self.cache_entries,
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
            SettingView::new("public-url", self.public_url.as_ref().map(ToString::to_string)),
            SettingView::new("cors-origins", self.cors_origins.clone()),
            SettingView::new(
                "trusted-proxies",
                self.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ),
            SettingView::new("data-dir", self.data_dir.display().to_string()),
            SettingView::new("database-url", self.database.with_parameters()),
            SettingView::new("keyring", self.keys.to_string()),
            SettingView::new("wait-for-init", self.wait_for_init),
            SettingView::new(
                "bootstrap-token-file",
                self.bootstrap_token_file.as_ref().map(|path| path.display().to_string()),
            ),
            SettingView::new("log-format", self.log.format.to_string()),
            SettingView::new("log-filter", self.log.filter.to_string()),
            SettingView::new("workers", self.workers).or_text("one per core"),
            SettingView::new("database-connections", self.connections),
            SettingView::new("cache-entries", self.cache_entries),
        ];
        views.extend(quotas::views(self.quotas));
        views.extend(sessions::views(self.sessions));
        views.extend(self.calls.views());
        views.extend(self.provider_access.views());
        views.into_iter().map(|view| view.with_source(&self.sources)).collect()
    }

    /// Opens what calls to providers need: the certificate authorities, and the stores of secret references.
    /// Returns each with the setting that names it.
    #[must_use]
    pub fn try_provider_access(&self) -> Vec<(&'static str, Result<String, SettingsError>)> {
        self.provider_access.try_open()
    }

    /// The access to providers of a server that listens at `address`.
    ///
    /// Programs on this machine may be called only while the server listens on a loopback address and has no
    /// proxy in front: neither trusted proxies nor a public URL with TLS, which only a proxy can serve.
    pub fn open_provider_access(&self, address: SocketAddr) -> Result<ProviderAccess, SettingsError> {
        let database = match &self.database {
            DatabaseUrl::Postgres(url) => url.ports(),
            DatabaseUrl::Sqlite(_) => Vec::new(),
        };
        let metrics = self.metrics_listen.map(|address| address.port());
        let own_ports = [address.port()].into_iter().chain(metrics).chain(database).collect();
        let has_proxy =
            !self.trusted_proxies.is_empty() || self.public_url.as_ref().is_some_and(PublicUrl::has_tls);
        let is_for_this_machine = address.ip().is_loopback() && !has_proxy;
        self.provider_access.open(is_for_this_machine.then_some(own_ports))
    }
}

fn database(sources: &Sources, url: Option<&str>, data_dir: &Path) -> Result<DatabaseUrl, SettingsError> {
    const NAME: &str = "database-url";
    let Some(url) = url else { return Ok(DatabaseUrl::Sqlite(data_dir.join("registry.db"))) };
    match url.parse::<DatabaseUrl>() {
        Ok(DatabaseUrl::Sqlite(path)) => Ok(DatabaseUrl::Sqlite(absolute(path))),
        Ok(DatabaseUrl::Postgres(url)) => Ok(DatabaseUrl::Postgres(url)),
        Err(error) => {
            let source = sources.get(NAME).unwrap_or(&Source::Flag);
            Err(SettingsError::value(source, NAME, None, &error.to_string()))
        }
    }
}

#[cfg(test)]
mod tests;
