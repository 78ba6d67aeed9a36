//! Pages of a list of configurations of both scopes, in the order of insertion.

mod ids;
mod statement;

use diesel::prelude::*;
use llm_config_core::access::{VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::check::CheckState;
use llm_config_core::config::{Labels, SearchTerm};
use llm_config_core::provider::Provider;

use super::row::{ConfigRow, MetaRow};
use super::{ListedConfig, belongs_to_config};
use crate::checks::LastCheck;
use crate::checks::last_check::LastCheckRow;
use crate::cursor::Position;
use crate::database::schema::{last_checks, llm_configs, secrets};
use crate::error::StoreError;
use crate::transaction::Tx;
use crate::vault::SLOT;

/// A filter for a list of configurations of both scopes. All conditions must hold.
#[derive(Clone, Debug)]
pub struct PageFilter {
    /// The owners whose configurations the list contains.
    pub owners: VisiblePrincipals,
    /// The workspaces whose configurations the list contains.
    pub workspaces: VisibleWorkspaces,
    /// Only configurations with this text in name, model or host.
    pub text: Option<SearchTerm>,
    /// Only configurations of this provider.
    pub provider: Option<Provider>,
    /// Only configurations in this state.
    pub state: Option<CheckState>,
    /// Only configurations with all of these labels.
    pub labels: Labels,
}

/// One row of a page.
#[derive(Debug)]
pub struct PageRow {
    /// The configuration, or the reason why it cannot be read.
    pub config: ListedConfig,
    /// The last check; `None` without one, and for one that cannot be read.
    pub last_check: Option<LastCheck>,
}

/// A page of a list.
#[derive(Debug)]
pub struct ConfigPage {
    /// The rows, oldest first.
    pub rows: Vec<PageRow>,
    /// The position after the last row; `None` at the end of the list.
    pub next: Option<Position>,
}

impl Tx<'_> {
    /// The first `limit` configurations after the position `after` that match `filter`.
    pub fn list_page(
        &mut self,
        filter: &PageFilter,
        after: Position,
        limit: u16,
    ) -> Result<ConfigPage, StoreError> {
        let limit = usize::from(limit);
        let mut entries = ids::find(self.conn, filter, after, limit + 1)?;
        let has_more = entries.len() > limit;
        entries.truncate(limit);
        let next = entries.last().filter(|_| has_more).map(|last| last.position);
        let ids: Vec<_> = entries.into_iter().map(|entry| entry.id).collect();
        let rows: Vec<(ConfigRow, Option<MetaRow>, Option<LastCheckRow>, i64)> = llm_configs::table
            .left_join(secrets::table.on(belongs_to_config().and(secrets::slot.eq(SLOT))))
            .left_join(last_checks::table.on(last_checks::config_id.eq(llm_configs::id)))
            .filter(llm_configs::id.eq_any(ids))
            .order(llm_configs::sequence)
            .select((
                ConfigRow::as_select(),
                Option::<MetaRow>::as_select(),
                Option::<LastCheckRow>::as_select(),
                llm_configs::target_revision,
            ))
            .load(self.conn)?;
        let (mut configs, mut checks) = (Vec::new(), Vec::new());
        for (config, meta, check, target_revision) in rows {
            configs.push((config, meta));
            checks.push(check.and_then(|check| check.last_check(target_revision)));
        }
        let configs = self.parse_list(configs)?.into_iter();
        let rows = configs.zip(checks).map(|(config, last_check)| PageRow { config, last_check });
        Ok(ConfigPage { rows: rows.collect(), next })
    }
}
