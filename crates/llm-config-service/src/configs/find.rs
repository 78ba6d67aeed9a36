//! Finds configurations of both scopes, page by page.

use std::collections::BTreeSet;

use llm_config_core::access::{
    Actor, VisiblePrincipals, VisibleWorkspaces, visible_config_workspaces, visible_owners,
};
use llm_config_core::check::CheckState;
use llm_config_core::config::{Labels, SearchTerm};
use llm_config_core::id::{ConfigId, PrincipalId, WorkspaceId};
use llm_config_core::provider::Provider;
use llm_config_core::text::DisplayName;
use llm_config_store::{ListedConfig, PageFilter, Position, StoreError};

use super::details::{ConfigDetails, Surroundings};
use super::list::PAGE;
use crate::config_filter::configs_of;
use crate::error::Error;
use crate::paging::{CursorText, PageRequest};
use crate::service::Service;
use crate::session::Session;

/// A filter for configurations of both scopes. All conditions must hold.
#[derive(Clone, Debug, Default)]
pub struct FindConfigs {
    /// A text in name, model or host.
    pub text: Option<SearchTerm>,
    /// The provider.
    pub provider: Option<Provider>,
    /// The state according to the checks.
    pub state: Option<CheckState>,
    /// Labels that each configuration must have.
    pub labels: Labels,
    /// The workspace. A configuration of a workspace has no owner.
    pub workspace: Option<WorkspaceId>,
    /// The owner.
    pub owner: Option<PrincipalId>,
}

/// A page of configurations.
#[derive(Debug)]
pub struct FoundConfigs {
    /// The configurations, oldest first.
    pub configs: Vec<ConfigDetails>,
    /// The rows of the page that cannot be read.
    pub unreadable: Vec<UnreadableConfig>,
    /// The cursor of the next page; `None` at the end.
    pub next: Option<CursorText>,
}

/// A row that does not hold a valid configuration.
#[derive(Debug)]
pub struct UnreadableConfig {
    /// The id.
    pub id: String,
    /// The reason.
    pub error: StoreError,
}

impl Service {
    /// A page of the configurations that match `filter` and that the caller may list. The list is decided
    /// anew for each page: it never fails for lack of rights.
    pub async fn find_configs(
        &self,
        session: &Session,
        filter: &FindConfigs,
        page: &PageRequest,
    ) -> Result<FoundConfigs, Error> {
        let list = filter.list();
        let list: Vec<&str> = list.iter().map(String::as_str).collect();
        let start = self.page_start(&list, page.cursor.as_ref())?;
        let (actor, limit) = (session.actor.clone(), page.limit.get());
        let filter = filter.visible_to(session);
        let (mut found, next) = self
            .store
            .read(move |tx| {
                let page = tx.list_page(&filter, start, limit)?;
                let configs = page.rows.iter().filter_map(|row| row.config.intact());
                let mut surroundings = Surroundings::read(tx, &actor, configs)?;
                let mut found = FoundConfigs { configs: Vec::new(), unreadable: Vec::new(), next: None };
                for row in page.rows {
                    match row.config {
                        ListedConfig::Intact(config) => {
                            found.configs.push(surroundings.details(tx, *config, row.last_check));
                        }
                        ListedConfig::Corrupt(id, error) => {
                            tracing::error!(%error, "a row of configurations is corrupt");
                            found.unreadable.push(UnreadableConfig { id, error });
                        }
                    }
                }
                Ok::<_, Error>((found, page.next))
            })
            .await?;
        found.next = self.next_cursor(&list, next);
        Ok(found)
    }
}

/// The largest number of configurations of one name that a command lists.
const MAX_NAMED: usize = 20;

impl Service {
    /// The ids of the first twenty configurations that the caller may list and that have this name.
    pub async fn configs_named(&self, session: &Session, name: &DisplayName) -> Result<Vec<ConfigId>, Error> {
        let key = name.uniqueness_key();
        // A name without visible characters has no folded form to search for.
        let text = name.as_str().parse().ok();
        let filter = FindConfigs { text, ..FindConfigs::default() }.visible_to(session);
        self.store
            .read(move |tx| {
                let (mut named, mut after) = (Vec::new(), Some(Position::START));
                while let Some(position) = after.filter(|_| named.len() < MAX_NAMED) {
                    let page = tx.list_page(&filter, position, PAGE.get())?;
                    after = page.next;
                    named.extend(page.rows.into_iter().filter_map(|row| match row.config {
                        ListedConfig::Intact(config) => {
                            (config.settings.name.uniqueness_key() == key).then_some(config.id)
                        }
                        ListedConfig::Corrupt(..) => None,
                    }));
                }
                named.truncate(MAX_NAMED);
                Ok(named)
            })
            .await
    }
}

impl FindConfigs {
    /// The filter, narrowed to what the caller may list.
    fn visible_to(&self, session: &Session) -> PageFilter {
        let Self { text, provider, state, labels, workspace, owner } = self.clone();
        let owners = selected_owners(&session.actor, workspace, owner);
        let workspaces = selected_workspaces(session, workspace, owner);
        let narrowed_to = session.actor.token_scope.configs.clone();
        PageFilter { text, provider, state, labels, ..configs_of(owners, workspaces, narrowed_to) }
    }

    /// What identifies the list: its name and the filter. The first parts have fixed places, and labels
    /// follow in pairs.
    fn list(&self) -> Vec<String> {
        let Self { text, provider, state, labels, workspace, owner } = self;
        let parts = [
            Some("configs".to_owned()),
            text.as_ref().map(|text| text.folded().to_owned()),
            provider.map(|provider| provider.to_string()),
            state.map(|state| state.as_str().to_owned()),
            workspace.map(|id| id.to_string()),
            owner.map(|id| id.to_string()),
        ];
        let labels = labels.into_iter().flat_map(|(key, value)| [key.clone(), value.clone()]);
        parts.into_iter().map(Option::unwrap_or_default).chain(labels).collect()
    }
}

fn selected_owners(
    actor: &Actor,
    workspace: Option<WorkspaceId>,
    owner: Option<PrincipalId>,
) -> VisiblePrincipals {
    if workspace.is_some() {
        return VisiblePrincipals::None;
    }
    match (visible_owners(actor), owner) {
        (visible, None) => visible,
        (VisiblePrincipals::All, Some(owner)) => VisiblePrincipals::Only(owner),
        (VisiblePrincipals::Only(own), Some(owner)) if own == owner => VisiblePrincipals::Only(own),
        (VisiblePrincipals::Only(_) | VisiblePrincipals::None, Some(_)) => VisiblePrincipals::None,
    }
}

fn selected_workspaces(
    session: &Session,
    workspace: Option<WorkspaceId>,
    owner: Option<PrincipalId>,
) -> VisibleWorkspaces {
    let visible = visible_config_workspaces(&session.actor);
    match (workspace, owner) {
        (None, None) => visible,
        (Some(id), None) if visible.contains(id) => VisibleWorkspaces::Only([id].into()),
        (Some(_), None) | (_, Some(_)) => VisibleWorkspaces::Only(BTreeSet::new()),
    }
}
