//! Raw settings: the same list for flags, environment variables and the file, not validated yet.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Deserialize;

use super::secrets::{RawGoogleGrant, RawSecretGrant, RawVault};

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Plain text.
    Text,
    /// One JSON object per line.
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

/// The settings of one source; `None` for a setting that the source does not have.
#[derive(Default, Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[command(next_help_heading = "Settings")]
pub struct RawSettings {
    /// TOML file with settings; its keys are the names of these flags
    #[arg(long, global = true, value_name = "FILE", env = "LLM_CONFIG_FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS:PORT", env = "LLM_CONFIG_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// Allow `--listen` addresses that other machines can reach, although HTTP is not encrypted
    #[arg(
        long, global = true, env = "LLM_CONFIG_ALLOW_PUBLIC_LISTEN",
        num_args = 0..=1, default_missing_value = "true", value_name = "BOOL"
    )]
    pub allow_public_listen: Option<bool>,
    /// Address at which metrics are served without a token [default: none; `/metrics` serves them to
    /// administrators]
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
    /// Hosts that may be called in addition to public ones, also without TLS, such as `ollama.lan:11434` or,
    /// with a pinned address, `ollama.lan:11434=10.0.0.7` [default: none]
    #[arg(
        long,
        global = true,
        value_name = "HOST:PORT",
        env = "LLM_CONFIG_ALLOWED_HOSTS",
        value_delimiter = ','
    )]
    pub allowed_hosts: Option<Vec<String>>,
    /// Networks that may be called in addition to public ones, such as `10.20.0.0/16` [default: none]
    #[arg(
        long,
        global = true,
        value_name = "NETWORK",
        env = "LLM_CONFIG_ALLOWED_NETWORKS",
        value_delimiter = ','
    )]
    pub allowed_networks: Option<Vec<String>>,
    /// PEM file with certificate authorities to trust for providers, in addition to the system's [default:
    /// none]
    #[arg(long, global = true, value_name = "FILE", env = "LLM_CONFIG_PROVIDER_CA_FILE")]
    pub provider_ca_file: Option<PathBuf>,
    /// Interval at which every configuration is checked in the background, such as `6h` or `30m` [default:
    /// never]
    #[arg(long, global = true, value_name = "TIME", env = "LLM_CONFIG_CHECK_EVERY")]
    pub check_every: Option<String>,
    /// Grants of secret references
    #[arg(skip)]
    #[serde(default)]
    pub secret_grants: Vec<RawSecretGrant>,
    /// The Vault server behind `vault://`
    #[arg(skip)]
    pub vault: Option<RawVault>,
    /// Grants of the server's own Google identity
    #[arg(skip)]
    #[serde(default)]
    pub google_grants: Vec<RawGoogleGrant>,
    /// URL of the metadata server that issues tokens of the Google identity
    #[arg(skip)]
    pub google_metadata_url: Option<String>,
    /// Directory for the SQLite database and the key file [default: ./data]
    #[arg(long, global = true, value_name = "DIR", env = "LLM_CONFIG_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// `sqlite://FILE` or `postgres://…` [default: registry.db in the data directory]
    #[arg(long, global = true, value_name = "URL", env = "LLM_CONFIG_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Maximum number of open database connections [default: 8]
    #[arg(long, global = true, value_name = "N", env = "LLM_CONFIG_DATABASE_CONNECTIONS")]
    pub database_connections: Option<u32>,
    /// File with the key-encryption keys, created on the first start [default: keyring in the data directory]
    #[arg(long, global = true, value_name = "FILE", env = "LLM_CONFIG_KEYRING_FILE")]
    pub keyring_file: Option<PathBuf>,
    /// Directory with one file per key-encryption key, named by the key's id; replaces the file
    #[arg(long, global = true, value_name = "DIR", env = "LLM_CONFIG_KEYRING_DIR")]
    pub keyring_dir: Option<PathBuf>,
    /// Id of the key in the directory that encrypts new secrets; required if the directory has several keys
    #[arg(long, global = true, value_name = "ID", env = "LLM_CONFIG_CURRENT_KEY")]
    pub current_key: Option<String>,
    /// The keys themselves. Only from the environment, because all users of a machine can see flags
    #[arg(skip)]
    #[serde(skip)]
    pub keyring: Option<String>,
    /// Do not print the root token on the first start; return it from `POST /v1/system/init`: for ten
    /// minutes to programs of the server's own user on this machine, to others with the code in the file
    /// init-code in the data directory
    #[arg(
        long, global = true, env = "LLM_CONFIG_WAIT_FOR_INIT",
        num_args = 0..=1, default_missing_value = "true", value_name = "BOOL"
    )]
    pub wait_for_init: Option<bool>,
    /// Format of log lines [default: text]
    #[arg(long, global = true, value_name = "FORMAT", env = "LLM_CONFIG_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
    /// Events to log, such as `warn` or `info,llm_config_store=debug` [default: `info,actix_server=warn`]
    #[arg(long, global = true, value_name = "FILTER", env = "LLM_CONFIG_LOG_FILTER")]
    pub log_filter: Option<String>,
    /// Number of threads that serve requests [default: one per core]
    #[arg(long, global = true, value_name = "N", env = "LLM_CONFIG_WORKERS")]
    pub workers: Option<usize>,
}

impl RawSettings {
    /// The settings of a TOML text. An unknown key is an error.
    pub(super) fn from_toml(text: &str) -> Result<Self, String> {
        // The parser's own message quotes the line, which may contain a database password.
        toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let line = line.map_or_else(String::new, |line| format!("line {line}: "));
            format!("{line}{}", unquoted(error.message()))
        })
    }

    /// These settings; missing ones are taken from `other`.
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
            // Only the file can have these settings.
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

/// The parser's message without the invalid value, which may be a secret.
fn unquoted(message: &str) -> String {
    const QUOTING: [&str; 3] = ["invalid type: string ", "invalid value: string ", "unknown variant "];
    let expected = message.rfind(", expected ").map_or("", |at| &message[at..]);
    match QUOTING.iter().find(|start| message.starts_with(**start)) {
        Some(start) => format!("{}{expected}", start.trim_end()),
        None => message.to_owned(),
    }
}

/// Without the database URL and the keys, which contain secrets.
impl fmt::Debug for RawSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawSettings")
            .field("listen", &self.listen)
            .field("data_dir", &self.data_dir)
            .finish_non_exhaustive()
    }
}
