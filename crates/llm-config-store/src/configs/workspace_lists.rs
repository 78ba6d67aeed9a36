//! Lists of the configurations of workspaces, and the names of whatever keeps a workspace or a
//! user from being deleted.

use diesel::prelude::*;
use llm_config_core::access::VisibleWorkspaces;
use llm_config_core::id::WorkspaceId;
use llm_config_core::scope::Scope;

use super::row::{ConfigRow, MetaRow};
use super::{ListedConfig, of_config};
use crate::checks::{WORKS, last_verdict};
use crate::error::StoreError;
use crate::schema::{llm_configs, secrets};
use crate::transaction::Tx;
use crate::vault::SLOT;

/// Which configurations of workspaces a list shows. Both conditions hold together.
#[derive(Clone, Debug)]
pub struct WorkspaceFilter {
    /// Of which workspaces.
    pub visible: VisibleWorkspaces,
    /// Only of this one.
    pub workspace: Option<WorkspaceId>,
}

/// Of the configurations that a filter leaves.
#[derive(Clone, Copy)]
enum Shown {
    All,
    Available,
}

/// How many names a refusal lists.
const NAMES: i64 = 20;

impl Tx<'_> {
    /// The configurations of workspaces that `filter` leaves, newest first.
    pub fn list_workspace_configs(
        &mut self,
        filter: &WorkspaceFilter,
    ) -> Result<Vec<ListedConfig>, StoreError> {
        self.list_of_workspaces(filter, Shown::All)
    }

    /// As [`Tx::list_workspace_configs`], but only those that worked when they were last checked
    /// as they are now. Checks that could not decide do not count.
    pub fn list_available(&mut self, filter: &WorkspaceFilter) -> Result<Vec<ListedConfig>, StoreError> {
        self.list_of_workspaces(filter, Shown::Available)
    }

    fn list_of_workspaces(
        &mut self,
        filter: &WorkspaceFilter,
        shown: Shown,
    ) -> Result<Vec<ListedConfig>, StoreError> {
        let mut query = llm_configs::table
            .left_join(secrets::table.on(of_config().and(secrets::slot.eq(SLOT))))
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
        match shown {
            Shown::All => {}
            Shown::Available => query = query.filter(last_verdict().eq(WORKS)),
        }
        let newest_first = (llm_configs::created_at.desc(), llm_configs::id.desc());
        let rows: Vec<(ConfigRow, Option<MetaRow>)> = query.order(newest_first).load(self.conn)?;
        self.listed(rows)
    }

    /// How many configurations an owner or a workspace has.
    pub fn count_configs(&mut self, scope: Scope) -> Result<i64, StoreError> {
        let query = llm_configs::table.count().into_boxed();
        let query = match scope {
            Scope::Owner(id) => query.filter(llm_configs::owner_id.eq(id.to_string())),
            Scope::Workspace(id) => query.filter(llm_configs::workspace_id.eq(id.to_string())),
        };
        Ok(query.get_result(self.conn)?)
    }

    /// Names and ids of the configurations of a workspace or owner, the first twenty: what stands
    /// in the way of deleting it.
    pub fn list_config_names(&mut self, scope: &Scope) -> Result<Vec<String>, StoreError> {
        let query = llm_configs::table
            .order((llm_configs::name, llm_configs::id))
            .limit(NAMES)
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
