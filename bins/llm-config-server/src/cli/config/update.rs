//! `config update`: changes an LLM configuration of either scope.

use clap::Args;
use llm_config_core::config::{ConfigVersion, LlmConfig, Precondition, Revision};
use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::id::ConfigId;
use llm_config_core::patch::{ConfigPatch, UncheckedPatch};
use llm_config_service::{Error, ScopeFilter};

use super::credential_args::CredentialArgs;
use super::scope::no_config;
use super::settings_args::{LabelChangeArgs, SettingsArgs};
use super::view::ConfigView;
use crate::cli::command_error::CommandError;
use crate::cli::flag_names::{keep, sentence};
use crate::cli::operator_session::OperatorSession;
use crate::cli::output::Format;

/// The change.
#[derive(Debug, Args)]
#[command(after_help = "\
What no flag names stays as it is. An empty text clears --description, --model-version and \
--monitoring-endpoint, and restores the default of --api-path and --prefix; --modalities, \
--capabilities, --sampling and --client-config-file replace the whole. A secret is bound to the scheme, \
host and port of its endpoint: another one needs the secret again, and a secret for an endpoint that \
another user set needs --endpoint.

Examples:
  llm-config-server config update 018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a \\
    --model gpt-4o --label env=prod
  llm-config-server config update 018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a --secret-file - \\
    --endpoint https://api.openai.com/v1")]
pub(super) struct UpdateArgs {
    /// Id of the configuration
    #[arg(value_name = "ID")]
    id: ConfigId,
    /// Change nothing unless the configuration has this revision, which `config show` prints
    #[arg(long, value_name = "N")]
    if_revision: Option<i64>,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    labels: LabelChangeArgs,
    #[command(flatten)]
    credential: CredentialArgs,
    /// Drop the identifier of a key pair
    #[arg(
        long, help_heading = "Credential", conflicts_with_all = ["key_id_file", "google_identity"]
    )]
    no_key_id: bool,
}

pub(super) async fn run(
    operator: &OperatorSession,
    args: UpdateArgs,
    format: Format,
) -> Result<(), CommandError> {
    let OperatorSession { service, session } = operator;
    let UpdateArgs { id, if_revision, settings, labels, credential, no_key_id } = args;
    let current = match service.config(session, ScopeFilter::All, id).await {
        Err(Error::NotFound(_)) => return Err(no_config(id)),
        found => found?,
    };
    let mut errors = FieldErrors::default();
    let patch = settings.into_patch(labels, &mut errors)?;
    let patch = keep(patch.check(), &mut errors);
    let credential = credential.change(no_key_id, &current, &mut errors)?;
    let credential = UncheckedPatch { credential, ..UncheckedPatch::default() };
    let credential = keep(credential.check(), &mut errors);
    let (Some(patch), Some(ConfigPatch { credential, .. }), true) = (patch, credential, errors.is_empty())
    else {
        return Err(CommandError::of_fields(errors));
    };
    let patch = ConfigPatch { credential, ..patch };
    if patch.fields().is_empty() {
        return Err(CommandError::usage("nothing to change: give at least one flag, such as `--model`"));
    }
    let expected = Expected { revision: if_revision, names_endpoint: patch.endpoint.is_some() };
    let precondition = if_revision.map_or(Precondition::None, |number| at_revision(&current, number));
    let updated = service.update_config_with_details(session, id, precondition, patch).await;
    let updated = updated.map_err(|error| update_error(error, &current, &expected))?;
    operator.wait_for_secret_purge().await;
    let view = ConfigView::from(updated);
    format.report(&view, || {
        let ConfigView { name, id, revision, .. } = &view;
        format!("updated `{name}` ({id}), which has revision {revision} now")
    })?;
    Ok(())
}

/// What the arguments say about the current state.
struct Expected {
    revision: Option<i64>,
    names_endpoint: bool,
}

/// The state to require: this revision of the configuration that was found, not of a later one with the same
/// id.
fn at_revision(current: &LlmConfig, number: i64) -> Precondition {
    let ConfigVersion { incarnation, revision: _ } = current.version();
    Precondition::OneOf(vec![ConfigVersion { incarnation, revision: Revision::new(number) }])
}

fn update_error(error: Error, current: &LlmConfig, args: &Expected) -> CommandError {
    let id = current.id;
    match (error, args.revision) {
        (Error::NotFound(_), _) => no_config(id),
        (Error::Stale, Some(number)) => CommandError::refused(format!(
            "the configuration does not have the revision {number}; `config show {id}` prints the current one"
        )),
        (Error::Invalid(errors), _) => {
            let flags = destination_flags(&errors, current, args.names_endpoint);
            CommandError::usage(format!("{}{flags}", sentence(errors)))
        }
        (other, _) => other.into(),
    }
}

/// The flags that satisfy the rules on destinations, whose errors are written for all interfaces.
fn destination_flags(errors: &FieldErrors, current: &LlmConfig, names_endpoint: bool) -> &'static str {
    let has = |field| errors.iter().any(|error| error.field == field);
    let has_key_id = current.secret.as_ref().is_some_and(|secret| secret.key_id_mask.is_some());
    if has(Field::Endpoint) && !names_endpoint {
        " (`--endpoint` with this scheme, host and port)"
    } else if [Field::Endpoint, Field::Provider, Field::KeyId].into_iter().any(has) {
        if has_key_id {
            " (`--secret-file`, and `--key-id-file` or `--no-key-id`)"
        } else {
            " (`--secret-file`)"
        }
    } else {
        ""
    }
}
