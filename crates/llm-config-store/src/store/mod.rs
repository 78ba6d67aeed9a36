//! The store: the connections to the database, and the threads that look after it.

mod create;
mod lookup;
mod run;
mod watch;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use llm_config_core::id::{ConfigId, OrganizationId, PrincipalId, TokenId, WorkspaceId};
use llm_config_core::time::Timestamp;

use crate::cache::PostgresPoll;
use crate::context::Context;
use crate::database::pool::ConnectionPool;
use crate::error::StoreError;
use crate::purge::{FIRST_PAUSE, Purge};
use crate::random;
use crate::writer::Writer;
pub use create::OneStatement;

/// An opened registry. Cheap to clone; all clones share one pool.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) context: Arc<Context>,
    pub(crate) pool: ConnectionPool,
    pub(crate) purge: Arc<Purge>,
    pub(crate) writes: WritePath,
    /// On PostgreSQL: notices what other servers write, until it is dropped.
    pub(crate) _polling: Option<PostgresPoll>,
}

/// How write transactions reach the database.
pub(crate) enum WritePath {
    /// On SQLite: through one writer, which commits them in groups.
    Grouped(Writer),
    /// On PostgreSQL: each on a connection of the pool.
    Pooled,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("organization", &self.inner.context.organization)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// The organisation that this database serves.
    #[must_use]
    pub fn organization(&self) -> OrganizationId {
        self.inner.context.organization
    }

    /// The current time of the store's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.context.clock.now()
    }

    /// A new id for a configuration.
    #[must_use]
    pub fn new_config_id(&self) -> ConfigId {
        ConfigId::new(random::uuid(self.now()))
    }

    /// A new id for a token.
    #[must_use]
    pub fn new_token_id(&self) -> TokenId {
        TokenId::new(random::uuid(self.now()))
    }

    /// A new id for a user.
    #[must_use]
    pub fn new_principal_id(&self) -> PrincipalId {
        PrincipalId::new(random::uuid(self.now()))
    }

    /// A new id for a workspace.
    #[must_use]
    pub fn new_workspace_id(&self) -> WorkspaceId {
        WorkspaceId::new(random::uuid(self.now()))
    }

    /// Checks that the database responds.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.read(|tx| tx.installation().map(drop)).await
    }

    /// Whether every connection to the database is in use.
    #[must_use]
    pub fn is_pool_exhausted(&self) -> bool {
        self.inner.pool.is_exhausted()
    }

    /// Whether SQLite's write-ahead log may still contain ciphertext of replaced or deleted secrets, because
    /// another connection reads from the log. Always `false` on PostgreSQL.
    #[must_use]
    pub fn is_secret_purge_pending(&self) -> bool {
        self.inner.purge.is_pending()
    }

    /// Waits until no purge is pending, for at most `timeout`. Returns `false` if one still is.
    pub async fn wait_for_secret_purge(&self, timeout: Duration) -> bool {
        let end = Instant::now() + timeout;
        while self.is_secret_purge_pending() {
            if Instant::now() >= end {
                return false;
            }
            tokio::time::sleep(FIRST_PAUSE).await;
        }
        true
    }
}
