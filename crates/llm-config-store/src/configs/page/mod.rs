//! Pages of a list of configurations of both scopes, in the order of insertion or in the opposite order.

mod rows;
mod statement;

use std::collections::{BTreeMap, BTreeSet};

use llm_config_core::access::{VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::check::CheckState;
use llm_config_core::config::{Labels, SearchTerm};
use llm_config_core::id::ConfigId;
use llm_config_core::provider::Provider;

use super::ListedConfig;
use crate::checks::LastCheck;
use crate::cursor::Position;
use crate::error::StoreError;
use crate::row::Row;
use crate::transaction::Tx;
use rows::FoundRow;

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// In the order of insertion.
    OldestFirst,
    /// In the opposite order.
    NewestFirst,
}

/// A filter for a list of configurations of both scopes, and the order of the list. All conditions must hold.
#[derive(Clone, Debug)]
pub struct PageFilter {
    /// The owners whose configurations the list contains.
    pub owners: VisiblePrincipals,
    /// The workspaces whose configurations the list contains.
    pub workspaces: VisibleWorkspaces,
    /// Only the configuration of this id.
    pub id: Option<ConfigId>,
    /// Only configurations of these ids: those that the caller's token is narrowed to.
    pub narrowed_to: Option<BTreeSet<ConfigId>>,
    /// Only configurations with this text in name, model or host.
    pub text: Option<SearchTerm>,
    /// Only configurations of this provider.
    pub provider: Option<Provider>,
    /// Only configurations in this state.
    pub state: Option<CheckState>,
    /// Only configurations with all of these labels.
    pub labels: Labels,
    /// Only configurations that work according to their last current check. Inconclusive checks are ignored.
    pub is_available: bool,
    /// The order.
    pub order: Order,
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
    /// The rows in the order of the list.
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
        let mut found = rows::find(self.conn, filter, after, limit + 1)?;
        let has_more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| has_more).map(|last| Position(last.sequence));
        Ok(ConfigPage { rows: found.into_iter().map(FoundRow::parse).collect(), next })
    }
}

impl FoundRow {
    fn parse(self) -> PageRow {
        let Self { config, meta, check, target_revision, sequence: _, labels } = self;
        let id = config.id.clone();
        let row = Row { table: "llm_configs", id: &id };
        let labels = labels.map_or_else(|| Ok(BTreeMap::new()), |json| row.json("labels", &json));
        PageRow {
            config: match labels.and_then(|labels| config.into_config(meta, labels)) {
                Ok(config) => ListedConfig::Intact(Box::new(config)),
                Err(error) => ListedConfig::Corrupt(id, error),
            },
            last_check: check.and_then(|check| check.last_check(target_revision)),
        }
    }
}
