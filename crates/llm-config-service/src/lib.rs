#![doc = include_str!("../README.md")]

mod arrival;
mod background;
mod bootstrap;
mod check;
mod check_metrics;
mod create_config;
mod delete_config;
mod error;
mod init_code;
mod issue_token;
mod limits;
mod organization;
mod origins;
mod outgoing;
mod ping;
mod read_configs;
mod system;
mod tokens;
mod update_config;
mod users;
mod workspace_configs;
mod workspaces;

pub use arrival::{Arrival, PeerUser, WebPage};
pub use bootstrap::Bootstrap;
pub use check::ScopeFilter;
pub use check_metrics::CheckMetrics;
pub use create_config::{CreateConfig, Created};
pub use error::{Dependents, Error, MissingReference, Problem, Problems};
pub use issue_token::{IssueToken, Issued};
pub use organization::{CreateUser, UpdateUser};
pub use origins::ConfigOrigin;
pub use origins::utc;
pub use outgoing::ProviderAccess;
pub use ping::{Ping, PingProgress, PingSeries, Pinged};
pub use read_configs::{ListConfigs, Listing};
pub use system::Initialization;
pub use tokens::{LabelChange, ListTokens, UpdateToken};
pub use update_config::{Parsed, Unfit};
pub use workspace_configs::CreateInWorkspace;
pub use workspaces::WorkspaceWithMembers;

use std::sync::Arc;

use limits::Limits;
use llm_config_core::access::{Action, Actor, Decision, decide};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::id::OrganizationId;
use llm_config_core::time::Timestamp;
use llm_config_store::{Store, StoreError, TokenText};

/// The use cases over one store. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    store: Store,
    outgoing: ProviderAccess,
    limits: Arc<Limits>,
    metrics: CheckMetrics,
    bootstrap: Bootstrap,
}

/// Who is asking: authenticated, with the rights that they had a moment ago.
///
/// Reads decide by these rights. Writes read them again in their own transaction.
#[derive(Clone, Debug)]
pub struct Session {
    /// What an audit event says about them.
    pub caller: Caller,
    /// What the policy reads.
    pub actor: Actor,
    /// How the request reached the server.
    pub arrival: Arrival,
}

impl Service {
    /// The use cases over `store`, which call providers through `outgoing`. If
    /// `bootstrap` waits, the first [`initialize`](Self::initialize) hands out the root token.
    #[must_use]
    pub fn new(store: Store, outgoing: ProviderAccess, bootstrap: Bootstrap) -> Self {
        let (limits, metrics) = (Arc::default(), CheckMetrics::default());
        Self { store, outgoing, limits, metrics, bootstrap }
    }

    /// What checks found out, counted.
    #[must_use]
    pub const fn check_metrics(&self) -> &CheckMetrics {
        &self.metrics
    }

    /// The store beneath.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The organisation that is served.
    #[must_use]
    pub fn organization(&self) -> OrganizationId {
        self.store.organization()
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.store.now()
    }

    /// Who presents this token.
    pub async fn authenticate(&self, token: &str) -> Result<(Identity, Actor), Error> {
        let token = TokenText::parse(token).ok_or(Error::Unauthenticated)?;
        let found = self.store.read(move |tx| tx.authenticate(&token)).await?;
        found.ok_or(Error::Unauthenticated)
    }

    /// Whether the caller may read the metrics.
    pub fn may_read_metrics(&self, session: &Session) -> Result<(), Error> {
        match decide(&session.actor, &Action::ReadMetrics) {
            Decision::Allow => Ok(()),
            Decision::Deny | Decision::Hide => {
                Err(Error::Denied("reading metrics needs the right READ_METRICS"))
            }
        }
    }

    /// Whether requests can be served.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.store.ready().await
    }
}
