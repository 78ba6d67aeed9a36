//! The command line. Each command is a module with its arguments.

mod command_error;
mod config;
mod exit_status;
mod flag_names;
mod key_values;
mod list_output;
mod login_link;
mod lookup;
mod migrate;
mod openapi;
mod operator_session;
mod output;
mod report;
mod secret_input;
mod serve;
mod token;
mod user;
mod workspace;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub(crate) use command_error::CommandError;
pub use config::ConfigArgs;
pub use exit_status::ExitStatus;
pub use login_link::LoginLinkArgs;
pub use output::Format;
pub(crate) use report::{explain, finish, warn};
pub use token::TokenArgs;
pub use user::UserArgs;
pub use workspace::WorkspaceArgs;

use crate::build::long_version;
use crate::http::document::Document;
use crate::settings::{Flags, Settings};

/// Stores a team's LLM provider configurations and credentials, and serves them over HTTP.
///
/// Without a command, the program serves. The first start creates a SQLite database and a key file in the
/// data directory, and prints a root token once.
///
/// The other commands work on the database directly, with the rights of the operator and without a token,
/// also while servers run. They print text, or with `--json` one JSON document.
///
/// Every setting is a flag, an environment variable, or a line of a TOML file; in this order of precedence.
#[derive(Debug, Parser)]
#[command(name = "llm-config-server", version, long_version = long_version())]
#[command(max_term_width = 100, after_long_help = ENVIRONMENT)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The output format.
    #[command(flatten)]
    pub format: Format,
    /// Settings.
    #[command(flatten)]
    pub settings: Flags,
}

impl Cli {
    /// Parses a command line; the first argument is the program.
    pub fn parse_arguments(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        Self::from_arg_matches(&Self::parser().try_get_matches_from(arguments)?)
    }

    /// The parser. Every command accepts every setting, before and after its name; its help shows those that
    /// it uses.
    fn parser() -> clap::Command {
        Self::command().mut_subcommands(|command| {
            let hidden = match command.get_name() {
                "serve" => Vec::new(),
                "openapi" => Flags::unused(),
                _ => Flags::of_server_only(),
            };
            with_short_errors(command.args(hidden))
        })
    }
}

/// A command that is called without its subcommand prints a short error in place of its whole help.
fn with_short_errors(command: clap::Command) -> clap::Command {
    command.arg_required_else_help(false).mut_subcommands(with_short_errors)
}

/// Settings that are not flags, because all users of a machine can see flags.
const ENVIRONMENT: &str = "\
Environment only:
  LLM_CONFIG_KEYRING
          The key-encryption keys themselves, in place of a file";

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the HTTP API (the default)
    #[command(after_long_help = ENVIRONMENT)]
    Serve,
    /// Migrate the database to this version and exit
    Migrate,
    /// Create, list, show and delete users, and give them roles
    User(UserArgs),
    /// Create, list, show, rename and delete workspaces, and manage their members
    Workspace(WorkspaceArgs),
    /// Issue, list and revoke access tokens
    Token(TokenArgs),
    /// Print a link that signs a user in to the console once, within five minutes
    LoginLink(LoginLinkArgs),
    /// Check the settings; create, show, change, check, move and delete LLM configurations
    Config(ConfigArgs),
    /// Print an `OpenAPI` document, as the server serves it at `/openapi`
    Openapi {
        /// The API
        document: Document,
    },
}

impl Command {
    /// Whether the command reports variables that no setting reads itself.
    pub(crate) const fn reports_unread_variables(&self) -> bool {
        match self {
            Self::Serve => true,
            Self::Config(args) => args.is_check_of_settings(),
            Self::Migrate
            | Self::User(_)
            | Self::Workspace(_)
            | Self::Token(_)
            | Self::LoginLink(_)
            | Self::Openapi { .. } => false,
        }
    }
}

/// Runs a command.
pub(crate) async fn run(command: Command, format: Format, settings: Settings) -> Result<(), CommandError> {
    match command {
        // Boxed, because this future is much larger than the others.
        Command::Serve => Box::pin(serve::run(settings)).await,
        Command::Migrate => migrate::run(format, settings).await,
        Command::User(args) => user::run(args, format, settings).await,
        Command::Workspace(args) => workspace::run(args, format, settings).await,
        Command::Token(args) => token::run(args, format, settings).await,
        Command::LoginLink(args) => login_link::run(args, format, settings).await,
        Command::Config(args) => config::run(args, format, settings).await,
        Command::Openapi { document } => openapi::run(document),
    }
}
