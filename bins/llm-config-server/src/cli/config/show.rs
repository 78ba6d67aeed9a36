//! `config show`: shows one LLM configuration.

use llm_config_core::id::ConfigId;
use llm_config_service::Error;

use super::scope::no_config;
use super::view::ConfigView;
use crate::cli::command_error::CommandError;
use crate::cli::lookup::ConfigSelector;
use crate::cli::operator_session::OperatorSession;
use crate::cli::output::Format;

pub(super) async fn run(
    operator: &OperatorSession,
    selector: &ConfigSelector,
    format: Format,
) -> Result<(), CommandError> {
    let OperatorSession { service, session } = operator;
    let config = view(operator, operator.config(selector).await?).await?;
    let users = service.user_emails(session, config.users()).await?;
    format.show(&config, || config.text(&users))?;
    Ok(())
}

/// The configuration of that id, as commands print it.
pub(super) async fn view(operator: &OperatorSession, id: ConfigId) -> Result<ConfigView, CommandError> {
    match operator.service.config_details(&operator.session, id).await {
        Err(Error::NotFound(_)) => Err(no_config(id)),
        other => Ok(other?.into()),
    }
}
