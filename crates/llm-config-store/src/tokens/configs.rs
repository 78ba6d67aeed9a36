//! The configurations that tokens are narrowed to.
//!
//! A client may choose the id of a configuration, so the id of a deleted one can come back, with another
//! owner and another endpoint. The token must not act on that one, so its row has the incarnations too.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use llm_config_core::id::{ConfigId, Incarnation, TokenId};
use llm_config_core::scope::Scope;

use crate::configs::{ScopeRow, parse_scope};
use crate::database::schema::{llm_configs, tokens};
use crate::error::StoreError;
use crate::row::Row;
use crate::transaction::Tx;

/// The value of the column `configs`.
pub(super) type ListedConfigs = BTreeMap<ConfigId, Incarnation>;

impl Tx<'_> {
    /// The scopes of those of the configurations that exist.
    pub fn config_scopes(
        &mut self,
        ids: &BTreeSet<ConfigId>,
    ) -> Result<BTreeMap<ConfigId, Scope>, StoreError> {
        let rows: Vec<ScopeRow> = llm_configs::table
            .filter(llm_configs::id.eq_any(ids.iter().map(ToString::to_string)))
            .select((llm_configs::id, llm_configs::owner_id, llm_configs::workspace_id))
            .load(self.conn)?;
        rows.into_iter().map(parse_scope).collect()
    }

    /// The configurations that a new token is narrowed to. `ForeignKey` if one of them does not exist.
    pub(super) fn listed_configs(&mut self, ids: &BTreeSet<ConfigId>) -> Result<ListedConfigs, StoreError> {
        let found = self.incarnations(ids)?;
        if found.len() == ids.len() { Ok(found) } else { Err(StoreError::ForeignKey) }
    }

    /// The configurations that the token was narrowed to and that still exist.
    pub(crate) fn remaining_configs(&mut self, token: TokenId) -> Result<BTreeSet<ConfigId>, StoreError> {
        let id = token.to_string();
        let json: Option<String> =
            tokens::table.find(&id).select(tokens::configs).get_result(self.conn).optional()?.flatten();
        let Some(json) = json else { return Ok(BTreeSet::new()) };
        let listed: ListedConfigs = Row { table: "tokens", id: &id }.json("configs", &json)?;
        let existing = self.incarnations(&listed.keys().copied().collect())?;
        let remains = |(id, incarnation): &(ConfigId, Incarnation)| existing.get(id) == Some(incarnation);
        Ok(listed.into_iter().filter(remains).map(|(id, _)| id).collect())
    }

    fn incarnations(&mut self, ids: &BTreeSet<ConfigId>) -> Result<ListedConfigs, StoreError> {
        let rows: Vec<(String, String)> = llm_configs::table
            .filter(llm_configs::id.eq_any(ids.iter().map(ToString::to_string)))
            .select((llm_configs::id, llm_configs::incarnation))
            .load(self.conn)?;
        let parse = |(id, incarnation): &(String, String)| {
            let row = Row { table: "llm_configs", id };
            Ok((row.parse("id", id)?, row.parse("incarnation", incarnation)?))
        };
        rows.iter().map(parse).collect()
    }
}
