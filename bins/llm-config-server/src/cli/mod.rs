//! The command line. Each command is a file, with its definition.

mod config;
mod config_shown;
mod environment;
mod failure;
mod find;
mod migrate;
mod mistake;
mod openapi;
mod output;
mod serve;
mod token;
mod user;
mod workspace;

use std::error::Error;

use clap::{Parser, Subcommand};
use llm_config_store::{DatabaseUrl, Options, Store};

pub use config::ConfigArgs;
pub(crate) use mistake::explain;
pub use output::Format;
pub(crate) use output::escaped;
pub use token::TokenArgs;
pub use user::UserArgs;
pub use workspace::WorkspaceArgs;

use crate::http::document::Document;
use crate::settings::{Given, Settings};

/// Keeps a team's LLM provider configurations and credentials, and serves them over HTTP.
///
/// Started without a command it serves. On the very first start it makes a SQLite database and a
/// key file in the data directory and prints a root token once.
///
/// The other commands work on the database directly, with the rights of an operator and without a
/// token, also while servers run. They print text for people, or with `--json` one JSON document.
///
/// Every setting can be given as a flag, as an environment variable, or in a TOML file; the first
/// of these that names it wins.
#[derive(Debug, Parser)]
#[command(name = "llm-config-server", version, max_term_width = 100, after_long_help = ENVIRONMENT)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Settings.
    #[command(flatten)]
    pub settings: Given,
}

/// What no flag says, because flags are seen by everybody on the machine.
const ENVIRONMENT: &str = "\
Environment only:
  LLM_CONFIG_KEYRING
          The key-encryption keys themselves, in place of a file";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the HTTP API (the default)
    Serve,
    /// Bring the database's tables up to date and exit
    Migrate(Format),
    /// Create, list, show and delete users, and give them roles
    User(UserArgs),
    /// Create, list, show, rename and delete workspaces, and choose their members
    Workspace(WorkspaceArgs),
    /// Issue, list and revoke access tokens
    Token(TokenArgs),
    /// Check the settings; list, show and move LLM configurations
    Config(ConfigArgs),
    /// Print an `OpenAPI` document, as it is served at `/openapi`
    Openapi {
        /// Which one
        document: Document,
    },
}

/// Carries a command out.
pub(crate) async fn run(command: Option<Command>, settings: Settings) -> Result<(), Box<dyn Error>> {
    match command.unwrap_or(Command::Serve) {
        // Much larger than the others.
        Command::Serve => Box::pin(serve::run(settings)).await,
        Command::Migrate(format) => migrate::run(format, settings).await,
        Command::User(args) => user::run(args, settings).await,
        Command::Workspace(args) => workspace::run(args, settings).await,
        Command::Token(args) => token::run(args, settings).await,
        Command::Config(args) => config::run(args, settings).await,
        Command::Openapi { document } => openapi::run(document),
    }
}

/// The store that a command works on. It makes no database: in the wrong directory, or with a
/// wrong setting, the operator would look at an empty one.
async fn open(settings: &Settings) -> Result<Store, Box<dyn Error>> {
    settings.check_permissions()?;
    if let DatabaseUrl::Sqlite(path) = &settings.database
        && !path.exists()
    {
        let database = &settings.database;
        return Err(format!(
            "there is no database {database}; run this in the server's directory or with its settings, as \
             `config check` prints them; the server's first start makes it"
        )
        .into());
    }
    // No command but `serve` and `migrate` makes tables or keys: a wrong setting must not pass for an
    // empty registry.
    Ok(Store::open(Options { allow_setup: false, ..settings.store_options() }).await?)
}
