//! The arguments of `config`.

use clap::{Args, Subcommand};
use llm_config_core::id::ConfigId;

use super::check_stored::DepthName;
use super::create::CreateArgs;
use super::filter::ListArgs;
use super::update::UpdateArgs;
use crate::cli::lookup::{ConfigSelector, UserSelector, WorkspaceSelector};

/// The command.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  llm-config-server config check
  llm-config-server config list --owner ada@example.com
  llm-config-server config list --usable no --label env=prod
  llm-config-server config check 018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a
  llm-config-server config move 018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a --owner bob@example.com")]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub(super) command: ConfigCommand,
}

impl ConfigArgs {
    /// Whether the command checks the settings of this program.
    pub(crate) const fn is_check_of_settings(&self) -> bool {
        matches!(self.command, ConfigCommand::Check(CheckArgs { id: None, .. }))
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Check the settings of this program and print them as they will be used, without secrets; with ID,
    /// check a configuration against its provider
    ///
    /// All settings of `serve` are accepted; `llm-config-server serve --help` shows them.
    Check(CheckArgs),
    /// Create an LLM configuration of a user or a workspace
    Create(Box<CreateArgs>),
    /// List LLM configurations
    List(ListArgs),
    /// Show an LLM configuration, with its credential masked
    Show {
        /// Id or name of the configuration
        #[arg(value_name = "ID|NAME")]
        selector: ConfigSelector,
    },
    /// Change an LLM configuration
    Update(Box<UpdateArgs>),
    /// Delete an LLM configuration with its credential
    Delete {
        /// Id of the configuration
        #[arg(value_name = "ID")]
        id: ConfigId,
    },
    /// Move an LLM configuration and its credential to another owner, or to another workspace
    Move {
        /// Id of the configuration
        #[arg(value_name = "ID")]
        id: ConfigId,
        #[command(flatten)]
        target: TargetArgs,
    },
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Id of the configuration [default: check the settings]
    #[arg(value_name = "ID")]
    pub(super) id: Option<ConfigId>,
    /// How far the check of a configuration goes [default: credential]
    #[arg(long, value_name = "DEPTH", requires = "id")]
    pub(super) depth: Option<DepthName>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct TargetArgs {
    /// The new owner, for a configuration of a user; e-mail address or id
    #[arg(long, value_name = "EMAIL")]
    pub(super) owner: Option<UserSelector>,
    /// The new workspace, for a configuration of a workspace
    #[arg(long, value_name = "ID|NAME")]
    pub(super) workspace: Option<WorkspaceSelector>,
}
