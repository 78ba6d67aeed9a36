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
    let ConfigOrigin { config, origin, setter: _ } =
        match operator.service.origin(&operator.session, id).await {
            Err(Error::NotFound(_)) => return Err(no_config(id)),
            other => other?,
        };
    let scope = scope_view(operator, config.scope).await?;
    let view = ConfigView::new(config, scope, &origin);
    format.print(&view, || view.text())?;
    Ok(())
}
