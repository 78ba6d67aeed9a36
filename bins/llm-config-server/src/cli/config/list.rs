//! `config list`: lists LLM configurations of both APIs.

use std::collections::BTreeMap;

use llm_config_core::scope::Scope;
use llm_config_service::InventoryEntry;
use serde::Serialize;

use super::args::ListArgs;
use super::scope::selected_scope;
use super::view::{ConfigView, ScopeView};
use crate::cli::command_error::CommandError;
use crate::cli::operator_session::OperatorSession;
use crate::cli::output::{Format, or_dash, table};

pub(super) async fn run(
    operator: &OperatorSession,
    args: ListArgs,
    format: Format,
) -> Result<(), CommandError> {
    let scope = selected_scope(operator, args.owner.as_ref(), args.workspace.as_ref()).await?;
    let inventory = operator.service.config_inventory(&operator.session, scope).await?;
    let scopes = scope_views(operator).await?;
    let mut entries: Vec<_> = inventory.into_iter().map(|entry| Entry::new(entry, &scopes)).collect();
    entries.sort_by_key(Entry::sort_key);
    format.print(&entries, || {
        if entries.is_empty() {
            return "no configurations".to_owned();
        }
        let rows: Vec<_> = entries.iter().map(Entry::row).collect();
        table(&["NAME", "BELONGS TO", "PROVIDER", "MODEL", "CREDENTIAL", "ID"], &rows)
    })?;
    Ok(())
}

/// All users and workspaces, by scope.
async fn scope_views(operator: &OperatorSession) -> Result<BTreeMap<Scope, ScopeView>, CommandError> {
    let named = |scope: Scope, name: String| (scope, ScopeView::new(scope, Some(name)));
    let users = operator.service.list_users(&operator.session).await?.into_iter();
    let users = users.map(|user| named(Scope::Owner(user.id), user.email.into()));
    let workspaces = operator.service.list_workspaces(&operator.session).await?.into_iter();
    let workspaces = workspaces.map(|workspace| named(Scope::Workspace(workspace.id), workspace.name.into()));
    Ok(users.chain(workspaces).collect())
}

/// An entry of the list. A corrupt row is an entry too, so that the list does not fail because of it.
#[derive(Serialize)]
#[serde(untagged)]
enum Entry {
    Intact(Box<ConfigView>),
    Corrupt { id: String, unreadable: String },
}

impl Entry {
    fn new(entry: InventoryEntry, scopes: &BTreeMap<Scope, ScopeView>) -> Self {
        match entry {
            InventoryEntry::Intact(config, origin) => {
                let scope = scopes.get(&config.scope).cloned();
                let scope = scope.unwrap_or_else(|| ScopeView::new(config.scope, None));
                Self::Intact(Box::new(ConfigView::new(*config, scope, &origin)))
            }
            InventoryEntry::Corrupt(id, error) => Self::Corrupt { id, unreadable: error.to_string() },
        }
    }

    /// Sorts by scope and name; corrupt rows are last.
    fn sort_key(&self) -> (bool, Option<ScopeView>, String, String) {
        match self {
            Self::Intact(view) => (false, Some(view.scope.clone()), view.name.clone(), view.id.clone()),
            Self::Corrupt { id, .. } => (true, None, String::new(), id.clone()),
        }
    }

    fn row(&self) -> Vec<String> {
        match self {
            Self::Intact(view) => vec![
                view.name.clone(),
                view.scope.to_string(),
                view.provider.to_owned(),
                or_dash(view.model.as_ref()),
                view.credential(),
                view.id.clone(),
            ],
            Self::Corrupt { id, .. } => {
                let row = ["(not readable)", "-", "-", "-", "-", id];
                row.map(str::to_owned).to_vec()
            }
        }
    }
}
