//! `config move`: transfers an LLM configuration to another owner or workspace.

use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_service::{Error, TransferTarget, TransferredConfig};
use llm_config_store::Conflict;

use super::args::TargetArgs;
use super::scope::no_config;
use super::view::{ConfigView, ScopeView};
use crate::cli::command_error::CommandError;
use crate::cli::operator_session::OperatorSession;
use crate::cli::output::Format;

pub(super) async fn run(
    operator: &OperatorSession,
    id: ConfigId,
    target: TargetArgs,
    format: Format,
) -> Result<(), CommandError> {
    let OperatorSession { service, session } = operator;
    let name = match service.origin(session, id).await {
        Err(Error::NotFound(_)) => return Err(no_config(id)),
        found => found?.config.settings.name,
    };
    let (target, view) = selected_target(operator, &target).await?;
    let TransferredConfig { details, from } = match service.transfer_config(session, id, target).await {
        Err(Error::Conflict(conflict)) => return Err(conflict_error(conflict, name.as_str(), &view)),
        other => other?,
    };
    operator.wait_for_secret_purge().await;
    let (moved, from) = (ConfigView::from(details), ScopeView::from(from));
    format.report(&moved, || {
        let ConfigView { name, id, scope: to, .. } = &moved;
        if from == *to {
            return format!("`{name}` ({id}) already belongs to {to}");
        }
        format!("moved `{name}` ({id}) from {from} to {to}")
    })?;
    Ok(())
}

/// The target that `--owner` or `--workspace` selects, and its name for errors.
async fn selected_target(
    operator: &OperatorSession,
    args: &TargetArgs,
) -> Result<(TransferTarget, ScopeView), CommandError> {
    match (&args.owner, &args.workspace) {
        (Some(owner), _) => {
            let owner = operator.user(owner).await?;
            let view = ScopeView::new(Scope::Owner(owner.id), Some(owner.email.into()));
            Ok((TransferTarget::Owner(owner.id), view))
        }
        (None, Some(workspace)) => {
            let workspace = operator.workspace(workspace).await?;
            let target = TransferTarget::Workspace((&workspace).into());
            let view = ScopeView::new(Scope::Workspace(workspace.id), Some(workspace.name.into()));
            Ok((target, view))
        }
        (None, None) => Err(CommandError::usage("give `--owner` or `--workspace`")),
    }
}

fn conflict_error(conflict: Conflict, name: &str, target: &ScopeView) -> CommandError {
    if conflict == Conflict::ConfigName {
        return CommandError::refused(format!(
            "{target} already has a configuration named `{name}`; rename one of the two first"
        ));
    }
    CommandError::refused(format!(
        "{target} already has an equal configuration: same provider, endpoint, path, model and credential; \
         delete one of the two first"
    ))
}
