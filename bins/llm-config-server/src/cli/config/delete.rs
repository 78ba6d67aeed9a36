//! `config delete`: deletes an LLM configuration with its credential.

use llm_config_core::config::Precondition;
use llm_config_core::id::ConfigId;
use llm_config_service::{Error, ScopeFilter};

use super::scope::no_config;
use super::show;
use crate::cli::command_error::CommandError;
use crate::cli::operator_session::OperatorSession;
use crate::cli::output::Format;

pub(super) async fn run(
    operator: &OperatorSession,
    id: ConfigId,
    format: Format,
) -> Result<(), CommandError> {
    let OperatorSession { service, session } = operator;
    let view = show::view(operator, id).await?;
    match service.delete_config(session, ScopeFilter::All, id, Ok(Precondition::None)).await {
        Err(Error::NotFound(_)) => return Err(no_config(id)),
        deleted => deleted?,
    }
    operator.wait_for_secret_purge().await;
    format.report(&view, || format!("deleted `{}` ({id}) of {}", view.name, view.scope))?;
    Ok(())
}
