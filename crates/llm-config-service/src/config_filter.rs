//! The filter of lists of configurations.

use std::collections::BTreeSet;

use llm_config_core::access::{VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::config::Labels;
use llm_config_core::id::ConfigId;
use llm_config_store::{Order, PageFilter};

/// The filter for the configurations of these owners and workspaces, of those that the caller's token is
/// narrowed to, without further conditions; oldest first.
pub(crate) fn configs_of(
    owners: VisiblePrincipals,
    workspaces: VisibleWorkspaces,
    narrowed_to: Option<BTreeSet<ConfigId>>,
) -> PageFilter {
    PageFilter {
        owners,
        workspaces,
        id: None,
        narrowed_to,
        text: None,
        provider: None,
        state: None,
        labels: Labels::default(),
        is_available: false,
        order: Order::OldestFirst,
    }
}
