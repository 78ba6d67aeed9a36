//! Scopes: selected by arguments, and with their names.

use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_service::Error;

use super::view::ScopeView;
use crate::cli::command_error::CommandError;
use crate::cli::lookup::{UserSelector, WorkspaceSelector};
use crate::cli::operator::Operator;

/// The scope that `--owner` or `--workspace` selects.
pub(super) async fn selected_scope(
    operator: &Operator,
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
    CommandError::new(format!("there is no configuration `{id}`; `config list` shows all"))
}

/// The scope, with the name of its user or workspace if that still exists.
pub(super) async fn scope_view(operator: &Operator, scope: Scope) -> Result<ScopeView, CommandError> {
    let Operator { service, session } = operator;
    Ok(match scope {
        Scope::Owner(id) => match service.user(session, id).await {
            Err(Error::NotFound(_)) => ScopeView::unnamed(scope),
            user => ScopeView::owner(id, Some(user?.email)),
        },
        Scope::Workspace(id) => match service.workspace(session, id).await {
            Err(Error::NotFound(_)) => ScopeView::unnamed(scope),
            found => ScopeView::workspace(id, Some(found?.workspace.name)),
        },
    })
}
