//! The filters of `config list`.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use llm_config_core::check::CheckState;
use llm_config_core::config::{Labels, SearchTerm};
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_service::FindConfigs;

use super::scope::selected_scope;
use crate::cli::command_error::CommandError;
use crate::cli::key_values;
use crate::cli::lookup::{UserSelector, WorkspaceSelector};
use crate::cli::operator_session::OperatorSession;

/// The filters, all of which must match.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Only configurations with this text in name, model or host, in any case
    #[arg(long, value_name = "TEXT")]
    text: Option<SearchTerm>,
    /// Only configurations of this provider, such as OPENAI
    #[arg(long, value_name = "PROVIDER")]
    provider: Option<Provider>,
    /// Only configurations whose last check is current and has this verdict; `unchecked`: without a current
    /// check
    #[arg(long, value_name = "VERDICT", value_parser = check_state())]
    usable: Option<CheckState>,
    /// Only configurations with this label; may be repeated
    #[arg(long = "label", value_name = "KEY=VALUE")]
    labels: Vec<String>,
    /// Only configurations of this user; e-mail address or id
    #[arg(long, value_name = "EMAIL", conflicts_with = "workspace")]
    owner: Option<UserSelector>,
    /// Only configurations of this workspace
    #[arg(long, value_name = "ID|NAME")]
    workspace: Option<WorkspaceSelector>,
}

/// A state of configurations, by its name.
fn check_state() -> impl TypedValueParser<Value = CheckState> {
    PossibleValuesParser::new(CheckState::ALL.iter().map(|state| state.as_str()))
        .try_map(|name| CheckState::from_name(&name).ok_or("is not a verdict"))
}

impl ListArgs {
    /// The filter of the use case.
    pub(super) async fn filter(self, operator: &OperatorSession) -> Result<FindConfigs, CommandError> {
        let Self { text, provider, usable, labels, owner, workspace } = self;
        // By the rule of stored labels, so that older ones are found.
        let labels = key_values::labels(&labels, Labels::from_stored)?;
        let (owner, workspace) = match selected_scope(operator, owner.as_ref(), workspace.as_ref()).await? {
            Some(Scope::Owner(id)) => (Some(id), None),
            Some(Scope::Workspace(id)) => (None, Some(id)),
            None => (None, None),
        };
        Ok(FindConfigs { text, provider, state: usable, labels, workspace, owner })
    }
}
