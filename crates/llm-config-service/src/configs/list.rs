//! The lists of the two vendor APIs: by page, or whole. A list never fails for lack of rights: it is filtered
//! to what the caller may see.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU16;
use std::sync::Arc;

use llm_config_core::access::{
    Actor, VisiblePrincipals, VisibleWorkspaces, visible_config_workspaces, visible_owners,
};
use llm_config_core::caller::Caller;
use llm_config_core::config::{Labels, LlmConfig};
use llm_config_core::id::{ConfigId, PrincipalId, WorkspaceId};
use llm_config_core::provider::Provider;
use llm_config_store::usage::UsageCounters;
use llm_config_store::{ListedConfig, Order, PageFilter, Position};

use crate::config_filter::configs_of;
use crate::error::Error;
use crate::paging::{CursorText, PageRequest};
use crate::service::Service;
use crate::session::Session;

/// How many rows of a whole list are read at once, if they are small.
pub(super) const PAGE: NonZeroU16 = NonZeroU16::new(500).expect("a page of at least one row");

/// How many rows one query of a list reads.
const QUERIED: u16 = 50;

/// The size of the texts in the rows of a whole list, in bytes, after which no further rows are read at once.
/// A client that takes no bytes keeps so much in memory.
const PART_SIZE: usize = 256 * 1024;

/// The same for the rows of a page, which ends there.
const PAGE_SIZE: usize = 1024 * 1024;

/// A list of one of the vendor APIs.
#[derive(Clone, Debug)]
pub enum ListConfigs {
    /// The configurations of owners, oldest first. All conditions must hold.
    OfOwners {
        /// The owner. Ignored for a caller who may list only their own configurations.
        owner: Option<PrincipalId>,
        /// The provider.
        provider: Option<Provider>,
        /// Labels that each configuration must have.
        labels: Labels,
    },
    /// The configurations of one workspace, or of all workspaces that the caller may see, newest first.
    OfWorkspaces {
        /// The workspace. If the text is not an id, the list is empty.
        workspace: Option<String>,
        /// The only configuration. If the text is not an id, the list is empty.
        config: Option<String>,
    },
    /// The usage of the configurations of all workspaces that the caller may see, newest first.
    UsageOfWorkspaces {
        /// The only configuration. If the text is not an id, the list is empty.
        config: Option<String>,
    },
    /// The configurations of all workspaces that the caller may see whose last check succeeded, newest first.
    Available,
}

/// A part of a list.
#[derive(Debug, Default)]
pub struct ConfigRows {
    /// The configurations, in the order of the list.
    pub configs: Vec<LlmConfig>,
    /// The usage of those of the configurations that were ever used, in a list of usage.
    pub usage: BTreeMap<ConfigId, UsageCounters>,
    /// The ids of rows that do not hold a valid configuration.
    pub unreadable: Vec<String>,
}

/// A page that a client has asked for.
#[derive(Debug)]
pub struct ConfigPage {
    /// The rows of the page.
    pub rows: ConfigRows,
    /// The cursor of the next page; `None` at the end.
    pub next: Option<CursorText>,
}

/// A whole list, which is read in parts.
pub struct WholeList {
    service: Service,
    caller: Caller,
    /// The rights that were read when the request was authenticated. Only the first part is decided by them.
    actor: Option<Arc<Actor>>,
    list: ListConfigs,
    /// The position where the next part begins; `None` at the end.
    after: Option<Position>,
}

impl Service {
    /// A page of a list: as many rows as were asked for, or fewer if they are large: but for its last 50
    /// rows, a page has at most 1 MiB of text.
    ///
    /// A cursor is valid for the same list of the same user; `Malformed` with any other. Each page is decided
    /// anew.
    pub async fn list_page(
        &self,
        session: &Session,
        list: ListConfigs,
        page: &PageRequest,
    ) -> Result<ConfigPage, Error> {
        let parts = list.cursor_parts(&session.actor);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let start = self.page_start(&parts, page.cursor.as_ref())?;
        let rights = Rights::Known(session.actor.clone());
        let (rows, next) = self.list_rows(rights, list, start, Extent::Rows(page.limit)).await?;
        Ok(ConfigPage { rows, next: self.next_cursor(&parts, next) })
    }

    /// A whole list.
    #[must_use]
    pub fn list_whole(&self, session: Session, list: ListConfigs) -> WholeList {
        let Session { caller, actor, basis: _, arrival: _, signed_in_at: _ } = session;
        WholeList { service: self.clone(), caller, actor: Some(actor), list, after: Some(Position::START) }
    }

    async fn list_rows(
        &self,
        rights: Rights,
        list: ListConfigs,
        after: Position,
        extent: Extent,
    ) -> Result<(ConfigRows, Option<Position>), Error> {
        self.store
            .read(move |tx| {
                let actor = match rights {
                    Rights::Known(actor) => actor,
                    Rights::Unknown(caller) => Arc::new(tx.actor(&caller)?),
                };
                let filter = list.visible_to(&actor);
                let (mut rows, mut next, mut is_done) = (ConfigRows::default(), Some(after), false);
                while let Some(position) = next.filter(|_| !is_done) {
                    let page = tx.list_page(&filter, position, extent.next_query(rows.len()))?;
                    next = page.next;
                    for row in page.rows {
                        match row.config {
                            ListedConfig::Intact(config) => rows.configs.push(*config),
                            ListedConfig::Corrupt(id, error) => {
                                tracing::error!(%error, "a row of configurations is corrupt");
                                rows.unreadable.push(id);
                            }
                        }
                    }
                    is_done = extent.is_reached(&rows);
                }
                if list.has_usage() {
                    let ids: Vec<_> = rows.configs.iter().map(|config| config.id).collect();
                    rows.usage = tx.usage_totals(&ids)?;
                }
                Ok((rows, next))
            })
            .await
    }
}

impl WholeList {
    /// Whether the last part has been read.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.after.is_none()
    }

    /// The next part, of at most 500 rows and, but for its last 50 rows, 256 KiB of text; `None` at the end.
    ///
    /// Each part is read in a transaction of its own, which ends before this returns, and by the rights that
    /// the caller has then. `Unauthenticated` if the token is no longer valid.
    pub async fn next(&mut self) -> Result<Option<ConfigRows>, Error> {
        let Some(after) = self.after else { return Ok(None) };
        let rights = self.actor.take().map_or_else(|| Rights::Unknown(self.caller.clone()), Rights::Known);
        let (rows, next) = self.service.list_rows(rights, self.list.clone(), after, Extent::Part).await?;
        self.after = next;
        Ok(Some(rows))
    }
}

/// How much of a list is read at once.
#[derive(Clone, Copy)]
enum Extent {
    /// A page of this many rows, or fewer large ones.
    Rows(NonZeroU16),
    /// A part of a whole list: [`PAGE`] rows, or fewer large ones.
    Part,
}

impl Extent {
    /// The number of rows of the next query.
    fn next_query(self, read: usize) -> u16 {
        QUERIED.min(self.rows() - u16::try_from(read).unwrap_or(self.rows()))
    }

    fn is_reached(self, rows: &ConfigRows) -> bool {
        let size = match self {
            Self::Rows(_) => PAGE_SIZE,
            Self::Part => PART_SIZE,
        };
        rows.len() >= usize::from(self.rows()) || rows.text_size() >= size
    }

    const fn rows(self) -> u16 {
        match self {
            Self::Rows(rows) => rows.get(),
            Self::Part => PAGE.get(),
        }
    }
}

impl ConfigRows {
    fn len(&self) -> usize {
        self.configs.len() + self.unreadable.len()
    }

    /// The approximate size of the texts that may be long, in bytes.
    fn text_size(&self) -> usize {
        let size = |config: &LlmConfig| {
            let description = config.settings.description.as_ref().map_or(0, |text| text.as_str().len());
            let client_config = config.settings.client_config.as_ref().map_or(0, |json| json.as_json().len());
            let labels = config.settings.labels.iter().map(|(key, value)| key.len() + value.len());
            description + client_config + labels.sum::<usize>()
        };
        self.configs.iter().map(size).sum()
    }
}

/// The rights by which a part of a list is decided.
enum Rights {
    Known(Arc<Actor>),
    /// Those that the caller has when the part is read.
    Unknown(Caller),
}

impl ListConfigs {
    /// The filter, narrowed to what the caller may list.
    fn visible_to(&self, actor: &Actor) -> PageFilter {
        let no_workspaces = VisibleWorkspaces::Only(BTreeSet::new());
        let narrowed_to = actor.token_scope.configs.clone();
        let none = PageFilter {
            order: Order::NewestFirst,
            ..configs_of(VisiblePrincipals::None, no_workspaces, narrowed_to)
        };
        match self {
            Self::OfOwners { owner, provider, labels } => PageFilter {
                owners: match (visible_owners(actor), owner) {
                    (VisiblePrincipals::All, Some(owner)) => VisiblePrincipals::Only(*owner),
                    (visible, _) => visible,
                },
                provider: *provider,
                labels: labels.clone(),
                order: Order::OldestFirst,
                ..none
            },
            Self::OfWorkspaces { workspace, config } => {
                let visible = visible_config_workspaces(actor);
                let workspaces = match workspace.as_deref().map(str::parse::<WorkspaceId>) {
                    None => visible,
                    Some(Ok(id)) if visible.contains(id) => VisibleWorkspaces::Only([id].into()),
                    Some(Ok(_) | Err(_)) => return none,
                };
                with_id(PageFilter { workspaces, ..none.clone() }, config.as_deref()).unwrap_or(none)
            }
            Self::UsageOfWorkspaces { config } => {
                let workspaces = visible_config_workspaces(actor);
                with_id(PageFilter { workspaces, ..none.clone() }, config.as_deref()).unwrap_or(none)
            }
            Self::Available => {
                PageFilter { workspaces: visible_config_workspaces(actor), is_available: true, ..none }
            }
        }
    }

    const fn has_usage(&self) -> bool {
        match self {
            Self::UsageOfWorkspaces { .. } => true,
            Self::OfOwners { .. } | Self::OfWorkspaces { .. } | Self::Available => false,
        }
    }

    /// What a cursor is bound to: the list, the user, and the filter. Labels follow in pairs.
    fn cursor_parts(&self, actor: &Actor) -> Vec<String> {
        let user = actor.id.to_string();
        match self {
            Self::OfOwners { owner, provider, labels } => {
                let owner = owner.map(|id| id.to_string()).unwrap_or_default();
                let provider = provider.map(|provider| provider.to_string()).unwrap_or_default();
                let labels = labels.into_iter().flat_map(|(key, value)| [key.clone(), value.clone()]);
                ["owners' configs".to_owned(), user, owner, provider].into_iter().chain(labels).collect()
            }
            Self::OfWorkspaces { workspace, config } => {
                let [workspace, config] = [workspace, config].map(|id| id.clone().unwrap_or_default());
                vec!["workspaces' configs".to_owned(), user, workspace, config]
            }
            Self::UsageOfWorkspaces { config } => {
                vec!["usage of workspaces".to_owned(), user, config.clone().unwrap_or_default()]
            }
            Self::Available => vec!["available configs".to_owned(), user],
        }
    }
}

/// The filter with the only configuration of the list; `None` if the text is not an id.
fn with_id(filter: PageFilter, config: Option<&str>) -> Option<PageFilter> {
    let id = config.map(str::parse::<ConfigId>).transpose().ok()?;
    Some(PageFilter { id, ..filter })
}
