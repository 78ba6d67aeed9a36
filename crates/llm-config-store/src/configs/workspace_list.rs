//! Lists of workspaces' configurations, and the names and number of the configurations of a scope.

use diesel::prelude::*;
use llm_config_core::access::VisibleWorkspaces;
use llm_config_core::id::WorkspaceId;
use llm_config_core::scope::Scope;

use super::row::{ConfigRow, MetaRow};
use super::{ListedConfig, belongs_to_config};
use crate::checks::{WORKS, last_verdict};
use crate::database::schema::{llm_configs, secrets};
use crate::error::StoreError;
use crate::transaction::Tx;
use crate::vault::SLOT;

/// A filter for a list of workspaces' configurations. Both conditions must hold.
#[derive(Clone, Debug)]
pub struct WorkspaceFilter {
    /// The workspaces that the caller may see.
    pub visible: VisibleWorkspaces,
    /// Only this workspace.
    pub workspace: Option<WorkspaceId>,
}

/// A condition on checks, besides the filter.
#[derive(Clone, Copy)]
enum Availability {
    Any,
    Available,
}

/// The maximum number of names in an error message.
const MAX_NAMES: i64 = 20;

impl Tx<'_> {
    /// The workspaces' configurations that match `filter`, newest first.
    pub fn list_workspace_configs(
        &mut self,
        filter: &WorkspaceFilter,
    ) -> Result<Vec<ListedConfig>, StoreError> {
        self.list_of_workspaces(filter, Availability::Any)
    }

    /// Like [`Tx::list_workspace_configs`], but only the configurations that work according to their last
    /// current check. Inconclusive checks are ignored.
    pub fn list_available(&mut self, filter: &WorkspaceFilter) -> Result<Vec<ListedConfig>, StoreError> {
        self.list_of_workspaces(filter, Availability::Available)
    }

    fn list_of_workspaces(
        &mut self,
        filter: &WorkspaceFilter,
        availability: Availability,
    ) -> Result<Vec<ListedConfig>, StoreError> {
        let mut query = llm_configs::table
            .left_join(secrets::table.on(belongs_to_config().and(secrets::slot.eq(SLOT))))
            .filter(llm_configs::workspace_id.is_not_null())
            .select((ConfigRow::as_select(), Option::<MetaRow>::as_select()))
            .into_boxed();
        if let Some(workspace) = filter.workspace {
            query = query.filter(llm_configs::workspace_id.eq(workspace.to_string()));
        }
        if let VisibleWorkspaces::Only(ids) = &filter.visible {
            let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
            query = query.filter(llm_configs::workspace_id.eq_any(ids));
        }
        match availability {
            Availability::Any => {}
            Availability::Available => query = query.filter(last_verdict().eq(WORKS)),
        }
        let rows: Vec<(ConfigRow, Option<MetaRow>)> =
            query.order(llm_configs::sequence.desc()).load(self.conn)?;
        self.parse_list(rows)
    }

    /// The number of configurations of an owner or workspace.
    pub fn count_configs(&mut self, scope: Scope) -> Result<i64, StoreError> {
        let query = llm_configs::table.count().into_boxed();
        let query = match scope {
            Scope::Owner(id) => query.filter(llm_configs::owner_id.eq(id.to_string())),
            Scope::Workspace(id) => query.filter(llm_configs::workspace_id.eq(id.to_string())),
        };
        Ok(query.get_result(self.conn)?)
    }

    /// The names and ids of the first twenty configurations of an owner or workspace, which prevent its
    /// deletion.
    pub fn list_config_names(&mut self, scope: &Scope) -> Result<Vec<String>, StoreError> {
        let query = llm_configs::table
            .order((llm_configs::name, llm_configs::id))
            .limit(MAX_NAMES)
            .select((llm_configs::name, llm_configs::id))
            .into_boxed();
        let query = match scope {
            Scope::Owner(id) => query.filter(llm_configs::owner_id.eq(id.to_string())),
            Scope::Workspace(id) => query.filter(llm_configs::workspace_id.eq(id.to_string())),
        };
        let rows: Vec<(String, String)> = query.load(self.conn)?;
        Ok(rows.iter().map(|(name, id)| format!("`{name}` ({id})")).collect())
    }
}
