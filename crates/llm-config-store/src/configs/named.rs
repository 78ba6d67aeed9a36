//! Lookup of configurations by their names.

use std::collections::BTreeSet;

use diesel::prelude::*;
use llm_config_core::access::{VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::id::ConfigId;
use llm_config_core::scope::Scope;
use llm_config_core::text::DisplayName;

use crate::database::backend::MultiBackend;
use crate::database::schema::{llm_configs, workspaces};
use crate::error::StoreError;
use crate::row::Row;
use crate::transaction::Tx;

/// Id, owner and workspace.
pub(crate) type ScopeRow = (String, Option<String>, Option<String>);

impl Tx<'_> {
    /// The configurations with exactly this name, of these owners and workspaces and of the ids in
    /// `narrowed_to`: at most `limit` of the owners and `limit` of the workspaces, the oldest first. A
    /// configuration that shares its name with an older one of the same workspace, from before names were
    /// unique there, is not found.
    pub fn configs_named(
        &mut self,
        name: &str,
        owners: &VisiblePrincipals,
        workspaces: &VisibleWorkspaces,
        narrowed_to: Option<&BTreeSet<ConfigId>>,
        limit: u8,
    ) -> Result<Vec<(ConfigId, Scope)>, StoreError> {
        let Ok(display_name) = DisplayName::from_stored(name) else { return Ok(Vec::new()) };
        let key = display_name.uniqueness_key();
        let ids = narrowed_to.map(|ids| ids.iter().map(ToString::to_string).collect::<Vec<_>>());
        let named = || {
            let named = llm_configs::table
                .filter(llm_configs::name_key.eq(&key))
                .filter(llm_configs::name.eq(name))
                .select((llm_configs::id, llm_configs::owner_id, llm_configs::workspace_id))
                .order(llm_configs::sequence)
                .limit(i64::from(limit))
                .into_boxed::<MultiBackend>();
            match &ids {
                Some(ids) => named.filter(llm_configs::id.eq_any(ids)),
                None => named,
            }
        };
        let of_owners = || named().filter(llm_configs::workspace_id.is_null());
        let mut found: Vec<ScopeRow> = match owners {
            VisiblePrincipals::All => of_owners().load(self.conn)?,
            VisiblePrincipals::Only(owner) => {
                of_owners().filter(llm_configs::owner_id.eq(owner.to_string())).load(self.conn)?
            }
            VisiblePrincipals::None => Vec::new(),
        };
        let of_workspaces: Vec<ScopeRow> = match workspaces {
            VisibleWorkspaces::All => {
                let all = workspaces::table.select(workspaces::id.nullable());
                named().filter(llm_configs::workspace_id.eq_any(all)).load(self.conn)?
            }
            VisibleWorkspaces::Only(ids) if ids.is_empty() => Vec::new(),
            VisibleWorkspaces::Only(ids) => {
                let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
                named().filter(llm_configs::workspace_id.eq_any(ids)).load(self.conn)?
            }
        };
        found.extend(of_workspaces);
        found.into_iter().map(parse_scope).collect()
    }
}

pub(crate) fn parse_scope((id, owner, workspace): ScopeRow) -> Result<(ConfigId, Scope), StoreError> {
    let row = Row { table: "llm_configs", id: &id };
    let scope = match (owner, workspace) {
        (Some(owner), _) => Scope::Owner(row.parse("owner_id", &owner)?),
        (None, workspace) => Scope::Workspace(row.parse("workspace_id", &workspace.unwrap_or_default())?),
    };
    Ok((row.parse("id", &id)?, scope))
}
