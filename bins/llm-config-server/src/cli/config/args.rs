//! The arguments of `config`.

use clap::{Args, Subcommand};
use llm_config_core::id::ConfigId;

use crate::cli::lookup::{UserSelector, WorkspaceSelector};

/// The command.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  llm-config-server config check
  llm-config-server config list --owner ada@example.com
  llm-config-server config move 018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a --owner bob@example.com")]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub(super) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Check the settings of this program and print them as they will be used, without secrets
    Check,
    /// List LLM configurations
    List(ListArgs),
    /// Show an LLM configuration, with its credential masked
    Show {
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
#[group(multiple = false)]
pub(super) struct ListArgs {
    /// Only configurations of this user; e-mail address or id
    #[arg(long, value_name = "EMAIL")]
    pub(super) owner: Option<UserSelector>,
    /// Only configurations of this workspace
    #[arg(long, value_name = "ID|NAME")]
    pub(super) workspace: Option<WorkspaceSelector>,
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
