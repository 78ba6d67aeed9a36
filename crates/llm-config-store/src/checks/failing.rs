//! The configurations whose last check found a problem, or could not decide.
//!
//! The indexes that these statements begin with leave out the configurations that work. So their cost grows
//! with the failing ones of the caller only, or, for callers who see all owners or all workspaces, of all.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use llm_config_core::check::Usable;
use llm_config_core::id::ConfigId;
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_core::text::DisplayName;
use llm_config_core::time::Timestamp;

use super::last_check::{LastCheck, LastCheckRow};
use crate::configs::{ScopeSet, VisibleConfigs, parse_scope};
use crate::database::backend::MultiBackend;
use crate::database::schema::{last_checks, llm_configs};
use crate::error::StoreError;
use crate::row::{Row, skip_corrupt};
use crate::transaction::Tx;

/// A configuration that does not work, or whose state is not known, according to its last check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailingConfig {
    /// The id.
    pub id: ConfigId,
    /// The name.
    pub name: DisplayName,
    /// The owner or workspace.
    pub scope: Scope,
    /// The provider.
    pub provider: Provider,
    /// The last check, which is current.
    pub last_check: LastCheck,
}

/// What configurations are searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// Configurations that do not work.
    Rejected,
    /// Configurations whose state no check could decide since before this time.
    UndeterminedSince(Timestamp),
}

/// Id, owner, workspace, name, provider, target revision, and the last check.
type FailingRow = (String, Option<String>, Option<String>, String, String, i64, LastCheckRow);

impl Tx<'_> {
    /// At most `limit` of the visible configurations, those that fail for the shortest time first. Rows that
    /// cannot be read are left out.
    pub fn failing_configs(
        &mut self,
        visible: &VisibleConfigs,
        failing: Failing,
        limit: u8,
    ) -> Result<Vec<FailingConfig>, StoreError> {
        let (usable, before) = match failing {
            Failing::Rejected => (Usable::No, None),
            Failing::UndeterminedSince(before) => (Usable::Unknown, Some(before)),
        };
        let mut rows: Vec<FailingRow> = Vec::new();
        for scopes in visible.scopes() {
            let found = last_checks::table
                .inner_join(llm_configs::table)
                // As text: a partial index is used only for the same literal.
                .filter(sql::<Bool>("last_checks.usable <> 'yes'"))
                .filter(last_checks::usable.eq(usable.as_str()))
                .filter(last_checks::revision.ge(llm_configs::target_revision))
                .select((
                    llm_configs::id,
                    llm_configs::owner_id,
                    llm_configs::workspace_id,
                    llm_configs::name,
                    llm_configs::provider,
                    llm_configs::target_revision,
                    LastCheckRow::as_select(),
                ))
                .order(last_checks::since.desc())
                .limit(limit.into())
                .into_boxed::<MultiBackend>();
            let found = match before {
                Some(before) => found.filter(last_checks::since.lt(before.as_micros())),
                None => found,
            };
            let found = match visible.narrowed_ids() {
                Some(ids) => found.filter(last_checks::config_id.eq_any(ids)),
                None => found,
            };
            let found = match scopes {
                ScopeSet::All => found,
                ScopeSet::AllOwners => found.filter(llm_configs::owner_id.is_not_null()),
                ScopeSet::AllWorkspaces => found.filter(llm_configs::workspace_id.is_not_null()),
                // Without the sum, SQLite would begin with the index of all scopes, which has this order.
                ScopeSet::Of(ids) => found
                    .filter(last_checks::scope.eq_any(ids))
                    .order(sql::<BigInt>("last_checks.since + 0").desc()),
            };
            rows.extend(found.load::<FailingRow>(self.conn)?);
        }
        rows.sort_by_key(|(.., check)| std::cmp::Reverse(check.since));
        rows.truncate(limit.into());
        Ok(skip_corrupt(rows, parse))
    }
}

fn parse(row: FailingRow) -> Result<FailingConfig, StoreError> {
    let (id, owner, workspace, name, provider, target_revision, check) = row;
    let row = Row { table: "llm_configs", id: &id };
    let name = row.parse_with("name", &name, DisplayName::from_stored)?;
    let provider = row.parse("provider", &provider)?;
    let last_check = check.into_last_check(target_revision)?;
    let (id, scope) = parse_scope((id, owner, workspace))?;
    Ok(FailingConfig { id, name, scope, provider, last_check })
}
