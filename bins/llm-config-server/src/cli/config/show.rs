//! `config show`: shows one LLM configuration.

use llm_config_core::id::ConfigId;
use llm_config_service::{ConfigOrigin, Error};

use super::scope::{no_config, scope_view};
use super::view::ConfigView;
use crate::cli::command_error::CommandError;
use crate::cli::operator_session::OperatorSession;
use crate::cli::output::Format;

pub(super) async fn run(
    operator: &OperatorSession,
    id: ConfigId,
    format: Format,
) -> Result<(), CommandError> {
    let view = view(operator, id).await?;
    format.print(&view, || view.text())?;
    Ok(())
}

/// The configuration of that id, as commands print it.
pub(super) async fn view(operator: &OperatorSession, id: ConfigId) -> Result<ConfigView, CommandError> {
    let ConfigOrigin { config, origin, setter: _ } =
        match operator.service.origin(&operator.session, id).await {
            Err(Error::NotFound(_)) => return Err(no_config(id)),
            other => other?,
        };
    let scope = scope_view(operator, config.scope).await?;
    Ok(ConfigView::new(config, scope, &origin))
}
