//! `config move`: transfers an LLM configuration to another owner or workspace.

use llm_config_core::id::ConfigId;
use llm_config_service::{Error, TransferredConfig};
use llm_config_store::Conflict;

use super::args::TargetArgs;
use super::scope::{no_config, scope_view, selected_scope};
use super::view::{ConfigView, ScopeView};
use crate::cli::command_error::CommandError;
use crate::cli::operator::Operator;
use crate::cli::output::Format;

pub(super) async fn run(
    operator: &Operator,
    id: ConfigId,
    to: TargetArgs,
    format: Format,
) -> Result<(), CommandError> {
    let Operator { service, session } = operator;
    let name = match service.origin(session, id).await {
        Err(Error::NotFound(_)) => return Err(no_config(id)),
        found => found?.config.settings.name,
    };
    let scope = selected_scope(operator, to.owner.as_ref(), to.workspace.as_ref()).await?;
    let scope = scope.ok_or_else(|| CommandError::new("give `--owner` or `--workspace`"))?;
    let to = scope_view(operator, scope).await?;
    let TransferredConfig { config, from, origin, is_purge_pending } =
        match service.transfer_config(session, id, scope).await {
            Err(Error::Conflict(conflict)) => return Err(conflict_error(conflict, name.as_str(), &to)),
            other => other?,
        };
    if is_purge_pending {
        tracing::warn!(
            "another program reads the database, so the ciphertext from before the move may stay in its \
             write-ahead log until a server replaces or deletes a secret, or is started again"
        );
    }
    let from = scope_view(operator, from).await?;
    let moved = ConfigView::new(config, to, &origin);
    format.print(&moved, || {
        let ConfigView { name, id, scope, .. } = &moved;
        if from == *scope {
            return format!("`{name}` ({id}) belongs to {scope} already");
        }
        format!("moved `{name}` ({id}) from {from} to {scope}")
    })?;
    Ok(())
}

fn conflict_error(conflict: Conflict, name: &str, to: &ScopeView) -> CommandError {
    if conflict == Conflict::ConfigName {
        return CommandError::new(format!(
            "{to} has a configuration named `{name}` already; rename one of them first"
        ));
    }
    CommandError::new(format!(
        "{to} has an equal configuration already: same provider, endpoint, path, model and credential; \
         delete one of them first"
    ))
}
