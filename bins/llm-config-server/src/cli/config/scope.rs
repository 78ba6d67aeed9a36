//! Looks up the scope that arguments select.

use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;

use crate::cli::command_error::CommandError;
use crate::cli::lookup::{UserSelector, WorkspaceSelector};
use crate::cli::operator_session::OperatorSession;

/// The scope that `--owner` or `--workspace` selects.
pub(super) async fn selected_scope(
    operator: &OperatorSession,
    owner: Option<&UserSelector>,
    workspace: Option<&WorkspaceSelector>,
) -> Result<Option<Scope>, CommandError> {
    Ok(match (owner, workspace) {
        (Some(owner), _) => Some(Scope::Owner(operator.user(owner).await?.id)),
        (None, Some(workspace)) => Some(Scope::Workspace(operator.workspace(workspace).await?.id)),
        (None, None) => None,
    })
}

/// The error for an unknown id.
pub(super) fn no_config(id: ConfigId) -> CommandError {
    CommandError::not_found(format!(
        "no configuration has the id `{id}`; `config list` shows all configurations"
    ))
}
