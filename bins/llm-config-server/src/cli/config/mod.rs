//! `config`: the program's settings, and the LLM configurations in the registry.

mod args;
mod check;
mod list;
mod scope;
mod show;
mod transfer;
mod view;

use std::error::Error;

pub use args::ConfigArgs;

use args::ConfigCommand;

use super::operator_session::OperatorSession;
use crate::settings::Settings;

pub(crate) async fn run(args: ConfigArgs, settings: Settings) -> Result<(), Box<dyn Error>> {
    let ConfigArgs { command, format } = args;
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
