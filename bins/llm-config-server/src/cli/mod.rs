//! The command line: definitions only; each command is a file.

pub(crate) mod config;
pub(crate) mod migrate;
pub(crate) mod serve;
pub(crate) mod token;

use std::io::{self, Write};

use clap::{Args, Parser, Subcommand};

use crate::settings::Given;

/// Keeps a team's LLM provider configurations and credentials, and serves them over HTTP.
///
/// Started without a command it serves. On the very first start it makes a SQLite database and a
/// key file in the data directory and prints a root token once.
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
    Migrate,
    /// Look at the settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Issue, list and revoke access tokens, directly in the database
    #[command(subcommand)]
    Token(TokenCommand),
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Check the settings and print them as they will be used, without secrets
    Check,
}

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Issue a token and print it; it is shown only this once
    Issue(IssueArgs),
    /// List tokens; their text is not stored and cannot be shown
    List(ListArgs),
    /// Revoke a token, and every token that was issued with it
    Revoke(RevokeArgs),
}

/// Whose token, and what it is narrowed to.
#[derive(Debug, Args)]
pub struct IssueArgs {
    /// E-mail address of the user who gets the token
    #[arg(long, value_name = "EMAIL", default_value = "root@localhost")]
    pub user: String,
    /// The only rights that the token has, such as `READ_LLM_OWN` [default: all of its user's]
    #[arg(long, value_name = "RIGHT", value_delimiter = ',')]
    pub rights: Vec<String>,
    /// The only workspaces that the token may touch, by id [default: all of its user's]
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub workspaces: Vec<String>,
    /// Days until the token expires [default: never]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub expires_in_days: Option<u32>,
    /// A label, as `key=value`; may be repeated
    #[arg(long = "label", value_name = "KEY=VALUE")]
    pub labels: Vec<String>,
}

/// Which tokens to list.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only those of the user with this e-mail address
    #[arg(long, value_name = "EMAIL")]
    pub user: Option<String>,
}

/// Which token to revoke.
#[derive(Debug, Args)]
pub struct RevokeArgs {
    /// The token's id, as `token list` shows it
    #[arg(value_name = "ID")]
    pub id: String,
}

/// Prints a line of a command's answer.
pub(crate) fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}
