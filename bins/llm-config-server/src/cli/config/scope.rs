//! Looks up the scope that arguments select, and the name of a scope.

use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_service::Error;

use super::view::ScopeView;
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

/// The scope, with the name of its user or workspace if the user or workspace still exists.
pub(super) async fn scope_view(operator: &OperatorSession, scope: Scope) -> Result<ScopeView, CommandError> {
    let OperatorSession { service, session } = operator;
    let name = match scope {
        Scope::Owner(id) => service.user(session, id).await.map(|user| user.email.into()),
        Scope::Workspace(id) => service.workspace(session, id).await.map(|found| found.workspace.name.into()),
    };
    match name {
        Ok(name) => Ok(ScopeView::new(scope, Some(name))),
        Err(Error::NotFound(_)) => Ok(ScopeView::new(scope, None)),
        Err(error) => Err(error.into()),
    }
}
