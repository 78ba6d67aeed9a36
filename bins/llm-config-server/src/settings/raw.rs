//! Raw settings: the one list of flags, environment variables and keys of the file. Each value is parsed;
//! combinations are not checked yet.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use ipnet::IpNet;
use llm_config_core::key::KeyId;
use llm_config_probe::AllowedHost;

use super::calls::RawCallSettings;
use super::heading::SERVER;
use super::public_url::PublicUrl;
use super::quotas::RawQuotaSettings;
use super::sessions::RawSessionSettings;
use super::value::{LogFilter, address, interval, network, web_origin, whole_number};

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
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

/// The settings that have a flag, a variable and a key; `None` for one that is not given.
#[derive(Default, Args)]
#[command(next_help_heading = "Settings")]
pub(super) struct RawSettings {
    /// TOML file with settings; its keys are the names of these flags
    #[arg(long, global = true, value_name = "FILE", env = "LLM_CONFIG_FILE")]
    pub(super) config: Option<PathBuf>,
    /// Directory for the SQLite database and the key file [default: ./data]
    #[arg(long, global = true, value_name = "DIR", env = "LLM_CONFIG_DATA_DIR")]
    pub(super) data_dir: Option<PathBuf>,
    /// `sqlite://FILE` or `postgres://…` [default: registry.db in the data directory]
    #[arg(long, global = true, value_name = "URL", env = "LLM_CONFIG_DATABASE_URL")]
    pub(super) database_url: Option<String>,
    /// File with the key-encryption keys, created on the first start [default: keyring in the data directory]
    #[arg(long, global = true, value_name = "FILE", env = "LLM_CONFIG_KEYRING_FILE")]
    pub(super) keyring_file: Option<PathBuf>,
    /// Directory with one file per key-encryption key, named by the key's id; replaces the file
    #[arg(long, global = true, value_name = "DIR", env = "LLM_CONFIG_KEYRING_DIR")]
    pub(super) keyring_dir: Option<PathBuf>,
    /// Id of the key in the directory that encrypts new secrets; required if the directory has several keys
    #[arg(long, global = true, value_name = "ID", env = "LLM_CONFIG_CURRENT_KEY")]
    pub(super) current_key: Option<KeyId>,
    /// Format of log lines [default: text]
    #[arg(long, global = true, value_name = "FORMAT", env = "LLM_CONFIG_LOG_FORMAT")]
    pub(super) log_format: Option<LogFormat>,
    /// Events to log, such as `warn` or `info,llm_config_store=debug` [default: `info,actix_server=warn`]
    #[arg(long, global = true, value_name = "FILTER", env = "LLM_CONFIG_LOG_FILTER")]
    pub(super) log_filter: Option<LogFilter>,

    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "ADDRESS:PORT", env = "LLM_CONFIG_LISTEN",
        value_parser = address
    )]
    pub(super) listen: Option<SocketAddr>,
    /// Allow `--listen` addresses that other machines can reach, although HTTP is not encrypted
    #[arg(
        long, global = true, help_heading = SERVER, env = "LLM_CONFIG_ALLOW_PUBLIC_LISTEN",
        num_args = 0..=1, default_missing_value = "true", value_name = "BOOL"
    )]
    pub(super) allow_public_listen: Option<bool>,
    /// Address at which metrics are served without a token [default: none; `/metrics` serves them to
    /// administrators]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "ADDRESS:PORT",
        env = "LLM_CONFIG_METRICS_LISTEN", value_parser = address
    )]
    pub(super) metrics_listen: Option<SocketAddr>,
    /// Address at which browsers reach the server through a proxy, such as `https://llm.example`; without it,
    /// the console is served on loopback addresses only [default: none]
    #[arg(long, global = true, help_heading = SERVER, value_name = "URL", env = "LLM_CONFIG_PUBLIC_URL")]
    pub(super) public_url: Option<PublicUrl>,
    /// Origins of web pages that may call the API, such as `https://console.example` [default: none]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "ORIGIN", env = "LLM_CONFIG_CORS_ORIGINS",
        value_delimiter = ',', value_parser = web_origin
    )]
    pub(super) cors_origins: Option<Vec<String>>,
    /// Networks of proxies, such as `10.0.3.0/24`, whose `X-Forwarded-For` names the client; the limit of
    /// connections per client does not apply to them [default: none]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "NETWORK",
        env = "LLM_CONFIG_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network
    )]
    pub(super) trusted_proxies: Option<Vec<IpNet>>,
    /// Hosts that may be called in addition to public ones, also without TLS, such as `ollama.lan:11434` or,
    /// with a pinned address, `ollama.lan:11434=10.0.0.7` [default: none]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "HOST:PORT",
        env = "LLM_CONFIG_ALLOWED_HOSTS", value_delimiter = ','
    )]
    pub(super) allowed_hosts: Option<Vec<AllowedHost>>,
    /// Networks that may be called in addition to public ones, such as `10.20.0.0/16` [default: none]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "NETWORK",
        env = "LLM_CONFIG_ALLOWED_NETWORKS", value_delimiter = ',', value_parser = network
    )]
    pub(super) allowed_networks: Option<Vec<IpNet>>,
    /// PEM file with certificate authorities to trust for providers, in addition to the system's [default:
    /// none]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "FILE",
        env = "LLM_CONFIG_PROVIDER_CA_FILE"
    )]
    pub(super) provider_ca_file: Option<PathBuf>,
    /// Interval at which every configuration is checked in the background, such as `6h` or `30m` [default:
    /// never]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "TIME", env = "LLM_CONFIG_CHECK_EVERY",
        value_parser = interval
    )]
    pub(super) check_every: Option<Duration>,
    /// Maximum number of open database connections [default: 8]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "N", env = "LLM_CONFIG_DATABASE_CONNECTIONS",
        value_parser = whole_number(1..=1000_u32)
    )]
    pub(super) database_connections: Option<u32>,
    /// Maximum number of tokens, of sessions, and of configurations that are kept in memory; 0 keeps none
    /// [default: 2048]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "N", env = "LLM_CONFIG_CACHE_ENTRIES",
        value_parser = whole_number(0..=1_000_000_usize)
    )]
    pub(super) cache_entries: Option<usize>,
    /// Do not print the root token on the first start; return it from `POST /v1/system/init`: for ten
    /// minutes to programs of the server's own user on this machine, to others with the code in the file
    /// init-code in the data directory
    #[arg(
        long, global = true, help_heading = SERVER, env = "LLM_CONFIG_WAIT_FOR_INIT",
        num_args = 0..=1, default_missing_value = "true", value_name = "BOOL"
    )]
    pub(super) wait_for_init: Option<bool>,
    /// File with the root token, 32 to 255 printable characters that only the server's user can read; read at
    /// initialisation only, in place of printing a random token
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "FILE",
        env = "LLM_CONFIG_BOOTSTRAP_TOKEN_FILE"
    )]
    pub(super) bootstrap_token_file: Option<PathBuf>,
    /// Number of threads that serve requests [default: one per core]
    #[arg(
        long, global = true, help_heading = SERVER, value_name = "N", env = "LLM_CONFIG_WORKERS",
        value_parser = whole_number(1..=1024_usize)
    )]
    pub(super) workers: Option<usize>,
    #[command(flatten)]
    pub(super) quotas: RawQuotaSettings,
    #[command(flatten)]
    pub(super) sessions: RawSessionSettings,
    #[command(flatten)]
    pub(super) calls: RawCallSettings,
}
