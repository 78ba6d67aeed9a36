//! Settings as somebody gave them: the same list for flags, environment and file.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Deserialize;

use super::secrets::{GivenGoogleGrant, GivenSecretGrant, GivenVault};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// A JSON object per line.
    Json,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

/// Settings as they were given; `None` where nobody gave one.
#[derive(Default, Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[command(next_help_heading = "Settings")]
pub struct Given {
    /// TOML file with settings; its keys are the names of these flags
    #[arg(long, global = true, value_name = "FILE", env = "LLM_CONFIG_FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS:PORT", env = "LLM_CONFIG_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// Listen on an address that other machines can reach, although HTTP is not encrypted
    #[arg(
        long, global = true, env = "LLM_CONFIG_ALLOW_PUBLIC_LISTEN",
        num_args = 0..=1, default_missing_value = "true", value_name = "BOOL"
    )]
    pub allow_public_listen: Option<bool>,
    /// Address on which metrics are served without a token [default: none; administrators read
    /// them at `/metrics`]
    #[arg(long, global = true, value_name = "ADDRESS:PORT", env = "LLM_CONFIG_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// Origins of web pages that may call the API, such as `https://console.example` [default: none]
    #[arg(
        long,
        global = true,
        value_name = "ORIGIN",
        env = "LLM_CONFIG_CORS_ORIGINS",
        value_delimiter = ','
    )]
    pub cors_origins: Option<Vec<String>>,
    /// Hosts with their port that may be called besides public ones, also without TLS, such as
    /// `ollama.lan:11434` or, with the address it must have, `ollama.lan:11434=10.0.0.7` [default: none]
    #[arg(
        long,
        global = true,
        value_name = "HOST:PORT",
        env = "LLM_CONFIG_ALLOWED_HOSTS",
        value_delimiter = ','
    )]
    pub allowed_hosts: Option<Vec<String>>,
    /// Networks whose addresses may be called besides public ones, such as `10.20.0.0/16` [default: none]
    #[arg(
        long,
        global = true,
        value_name = "NETWORK",
        env = "LLM_CONFIG_ALLOWED_NETWORKS",
        value_delimiter = ','
    )]
    pub allowed_networks: Option<Vec<String>>,
    /// PEM file with certificate authorities that providers may have besides the system's [default: none]
    #[arg(long, global = true, value_name = "FILE", env = "LLM_CONFIG_PROVIDER_CA_FILE")]
    pub provider_ca_file: Option<PathBuf>,
    /// Check every configuration by itself once in this time, such as `6h` or `30m` [default: never]
    #[arg(long, global = true, value_name = "TIME", env = "LLM_CONFIG_CHECK_EVERY")]
    pub check_every: Option<String>,
    /// What secret references may be used, by whom and where
    #[arg(skip)]
    #[serde(default)]
    pub secret_grants: Vec<GivenSecretGrant>,
    /// The store behind `vault://`
    #[arg(skip)]
    pub vault: Option<GivenVault>,
    /// Who may use the server's own Google identity, and for what
    #[arg(skip)]
    #[serde(default)]
    pub google_grants: Vec<GivenGoogleGrant>,
    /// Where tokens of that identity come from
    #[arg(skip)]
    pub google_metadata_url: Option<String>,
    /// Directory for the SQLite database and the key file [default: ./data]
    #[arg(long, global = true, value_name = "DIR", env = "LLM_CONFIG_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// `sqlite://FILE` or `postgres://…` [default: registry.db in the data directory]
    #[arg(long, global = true, value_name = "URL", env = "LLM_CONFIG_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The most database connections open at once [default: 8]
    #[arg(long, global = true, value_name = "N", env = "LLM_CONFIG_DATABASE_CONNECTIONS")]
    pub database_connections: Option<u32>,
    /// File with the key-encryption keys, made on the first start [default: keyring in the data directory]
    #[arg(long, global = true, value_name = "FILE", env = "LLM_CONFIG_KEYRING_FILE")]
    pub keyring_file: Option<PathBuf>,
    /// Directory with one file for each key-encryption key, named by its id, in place of a file
    #[arg(long, global = true, value_name = "DIR", env = "LLM_CONFIG_KEYRING_DIR")]
    pub keyring_dir: Option<PathBuf>,
    /// The key of the directory that seals; needed when it holds several
    #[arg(long, global = true, value_name = "ID", env = "LLM_CONFIG_CURRENT_KEY")]
    pub current_key: Option<String>,
    /// The keys themselves. Only from the environment: flags are seen by everybody on the machine
    #[arg(skip)]
    #[serde(skip)]
    pub keyring: Option<String>,
    /// Print no token on the first start; hand it out by `POST /v1/system/init`: for ten minutes to
    /// programs of the server's own user on this machine, to others against the code in the file
    /// init-code in the data directory
    #[arg(
        long, global = true, env = "LLM_CONFIG_WAIT_FOR_INIT",
        num_args = 0..=1, default_missing_value = "true", value_name = "BOOL"
    )]
    pub wait_for_init: Option<bool>,
    /// How log lines look [default: text]
    #[arg(long, global = true, value_name = "FORMAT", env = "LLM_CONFIG_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
    /// Which events are logged, such as `warn` or `info,llm_config_store=debug` [default:
    /// `info,actix_server=warn`]
    #[arg(long, global = true, value_name = "FILTER", env = "LLM_CONFIG_LOG_FILTER")]
    pub log_filter: Option<String>,
    /// Threads that serve requests [default: one a core]
    #[arg(long, global = true, value_name = "N", env = "LLM_CONFIG_WORKERS")]
    pub workers: Option<usize>,
}

impl Given {
    /// The settings of a TOML text. A key that no setting has is an error.
    pub(super) fn from_toml(text: &str) -> Result<Self, String> {
        // The parser's own text shows the offending line, which may hold a database password.
        toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let line = line.map_or_else(String::new, |line| format!("line {line}: "));
            format!("{line}{}", unquoted(error.message()))
        })
    }

    /// These settings, and where one is not given, that of `other`.
    #[must_use]
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            config: self.config.or(other.config),
            listen: self.listen.or(other.listen),
            allow_public_listen: self.allow_public_listen.or(other.allow_public_listen),
            metrics_listen: self.metrics_listen.or(other.metrics_listen),
            cors_origins: self.cors_origins.or(other.cors_origins),
            allowed_hosts: self.allowed_hosts.or(other.allowed_hosts),
            allowed_networks: self.allowed_networks.or(other.allowed_networks),
            provider_ca_file: self.provider_ca_file.or(other.provider_ca_file),
            check_every: self.check_every.or(other.check_every),
            // Only the file has these.
            secret_grants: other.secret_grants,
            vault: other.vault,
            google_grants: other.google_grants,
            google_metadata_url: other.google_metadata_url,
            data_dir: self.data_dir.or(other.data_dir),
            database_url: self.database_url.or(other.database_url),
            database_connections: self.database_connections.or(other.database_connections),
            keyring_file: self.keyring_file.or(other.keyring_file),
            keyring_dir: self.keyring_dir.or(other.keyring_dir),
            current_key: self.current_key.or(other.current_key),
            keyring: self.keyring.or(other.keyring),
            wait_for_init: self.wait_for_init.or(other.wait_for_init),
            log_format: self.log_format.or(other.log_format),
            log_filter: self.log_filter.or(other.log_filter),
            workers: self.workers.or(other.workers),
        }
    }
}

/// The parser's message without the value that does not fit: it may be one of another setting.
fn unquoted(message: &str) -> String {
    const QUOTING: [&str; 3] = ["invalid type: string ", "invalid value: string ", "unknown variant "];
    let expected = message.rfind(", expected ").map_or("", |at| &message[at..]);
    match QUOTING.iter().find(|it| message.starts_with(**it)) {
        Some(start) => format!("{}{expected}", start.trim_end()),
        None => message.to_owned(),
    }
}

/// Without the database URL and the keys, which hold secrets.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given")
            .field("listen", &self.listen)
            .field("data_dir", &self.data_dir)
            .finish_non_exhaustive()
    }
}
