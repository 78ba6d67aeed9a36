//! `config`: the program's settings, and the LLM configurations in the registry.

mod args;
mod check;
mod check_stored;
mod create;
mod credential_args;
mod delete;
mod filter;
mod list;
mod scope;
mod settings_args;
mod show;
mod startup;
mod transfer;
mod update;
mod view;

pub use args::ConfigArgs;

use args::{CheckArgs, ConfigCommand};
use llm_config_probe::report::Depth;

use super::command_error::CommandError;
use super::operator_session::OperatorSession;
use super::output::Format;
use crate::settings::Settings;

pub(crate) async fn run(args: ConfigArgs, format: Format, settings: Settings) -> Result<(), CommandError> {
    let ConfigArgs { command } = args;
    match command {
        ConfigCommand::Check(CheckArgs { id: None, .. }) => check::run(&settings, format).await?,
        ConfigCommand::Check(CheckArgs { id: Some(id), depth }) => {
            let depth = depth.map(Depth::from).unwrap_or_default();
            check_stored::run(&settings, id, depth, format).await?;
        }
        ConfigCommand::Create(args) => {
            create::run(&OperatorSession::open(&settings).await?, *args, format).await?;
        }
        ConfigCommand::List(args) => {
            list::run(&OperatorSession::open(&settings).await?, args, format).await?;
        }
        ConfigCommand::Show { selector } => {
            show::run(&OperatorSession::open(&settings).await?, &selector, format).await?;
        }
        ConfigCommand::Update(args) => {
            update::run(&OperatorSession::open(&settings).await?, *args, format).await?;
        }
        ConfigCommand::Delete { id } => {
            delete::run(&OperatorSession::open(&settings).await?, id, format).await?;
        }
        ConfigCommand::Move { id, target } => {
            transfer::run(&OperatorSession::open(&settings).await?, id, target, format).await?;
        }
    }
    Ok(())
}
