//! The names and number of the configurations of a scope.

use diesel::prelude::*;
use llm_config_core::scope::Scope;

use crate::database::schema::llm_configs;
use crate::error::StoreError;
use crate::transaction::Tx;

/// The maximum number of names in an error message.
const MAX_NAMES: i64 = 20;

impl Tx<'_> {
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
