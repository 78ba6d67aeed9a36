//! `config create`: creates an LLM configuration in either scope.

use clap::Args;
use llm_config_core::config::NewLlmConfig;
use llm_config_core::field::FieldErrors;
use llm_config_core::id::ConfigId;
use llm_config_service::Error;
use llm_config_store::Conflict;

use super::credential_args::CredentialArgs;
use super::scope::selected_scope;
use super::settings_args::SettingsArgs;
use super::view::ConfigView;
use crate::cli::command_error::CommandError;
use crate::cli::flag_names::keep;
use crate::cli::lookup::{UserSelector, WorkspaceSelector};
use crate::cli::operator_session::OperatorSession;
use crate::cli::output::Format;

/// The new configuration.
#[derive(Debug, Args)]
#[command(
    mut_arg("name", |name| name.required(true)),
    mut_arg("provider", |provider| provider.required(true)),
    mut_arg("endpoint", |endpoint| endpoint.required(true)),
    after_help = "\
The secret comes from a file, from standard input or, at a terminal, from a prompt that does not show it.

Examples:
  llm-config-server config create --owner ada@example.com --name 'GPT-4o mini' \\
    --provider OPENAI --endpoint https://api.openai.com/v1 --model gpt-4o-mini
  pass show claude | llm-config-server config create --workspace Research --name Claude \\
    --provider ANTHROPIC --endpoint https://api.anthropic.com/v1 --secret-file -"
)]
pub(super) struct CreateArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// Id of the configuration [default: a new one]
    #[arg(long, value_name = "ID")]
    id: Option<ConfigId>,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    credential: CredentialArgs,
    /// Store no credential, for a service without one
    #[arg(
        long, help_heading = "Credential", group = "credential_kind",
        conflicts_with_all = [
            "key_id_file", "header", "prefix", "hints", "google_scopes", "google_quota_project",
        ]
    )]
    no_credential: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct ScopeArgs {
    /// Owner of the configuration; e-mail address or id
    #[arg(long, value_name = "EMAIL")]
    owner: Option<UserSelector>,
    /// Workspace of the configuration
    #[arg(long, value_name = "ID|NAME")]
    workspace: Option<WorkspaceSelector>,
}

pub(super) async fn run(
    operator: &OperatorSession,
    args: CreateArgs,
    format: Format,
) -> Result<(), CommandError> {
    let OperatorSession { service, session } = operator;
    let CreateArgs { scope, id, settings, credential, no_credential } = args;
    let scope = selected_scope(operator, scope.owner.as_ref(), scope.workspace.as_ref()).await?;
    let scope = scope.ok_or_else(|| CommandError::usage("give `--owner` or `--workspace`"))?;
    let mut errors = FieldErrors::default();
    let new = settings.into_config(&mut errors)?;
    let new = keep(new.check(&scope), &mut errors);
    let credential = if no_credential { None } else { credential.credential(&scope, &mut errors)? };
    let Some(new) = new.filter(|_| errors.is_empty()) else {
        return Err(CommandError::of_fields(errors));
    };
    let new = NewLlmConfig { credential, ..new };
    let created = match service.create_config_with_details(session, id, scope, new).await {
        Err(Error::Conflict(Conflict::ConfigId)) => {
            return Err(CommandError::refused("a configuration with this `--id` already exists"));
        }
        created => created?,
    };
    let view = ConfigView::from(created);
    format.report(&view, || {
        let (name, id, scope) = (&view.name, &view.id, &view.scope);
        format!("created `{name}` ({id}) for {scope}; `config check {id}` calls the provider")
    })?;
    Ok(())
}
