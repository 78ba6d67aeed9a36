//! `config`: the program's settings, and the LLM configurations in the registry.

mod args;
mod check;
mod list;
mod scope;
mod show;
mod transfer;
mod view;

pub use args::ConfigArgs;

use args::ConfigCommand;

use super::command_error::CommandError;
use super::operator_session::OperatorSession;
use super::output::Format;
use crate::settings::Settings;

pub(crate) async fn run(args: ConfigArgs, format: Format, settings: Settings) -> Result<(), CommandError> {
    let ConfigArgs { command } = args;
    match command {
        ConfigCommand::Check => check::run(&settings, format)?,
        ConfigCommand::List(args) => {
            list::run(&OperatorSession::open(&settings).await?, args, format).await?;
        }
        ConfigCommand::Show { id } => show::run(&OperatorSession::open(&settings).await?, id, format).await?,
        ConfigCommand::Move { id, target } => {
            transfer::run(&OperatorSession::open(&settings).await?, id, target, format).await?;
        }
    }
    Ok(())
}
