//! The store: a pool of connections, the vault, and the keys of the installation.

pub(crate) mod purge;

use std::fmt;
use std::sync::Arc;

use diesel::r2d2::Pool;
use llm_config_core::endpoint::VendorHosts;
use llm_config_core::fingerprint::FingerprintKey;
use llm_config_core::id::{ConfigId, OrganizationId, PrincipalId, TokenId, WorkspaceId};
use llm_config_core::time::Timestamp;

use crate::clock::Clock;
use crate::database::backend::ConnectionManager;
use crate::error::StoreError;
use crate::keys::cursor_key::CursorKey;
use crate::keys::token_key::TokenKey;
use crate::random;
use crate::vault::Vault;
use purge::Purge;

/// An opened registry. Cheap to clone; all clones share one pool.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) pool: Pool<ConnectionManager>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hosts: Arc<dyn VendorHosts>,
    pub(crate) vault: Vault,
    pub(crate) fingerprints: FingerprintKey,
    pub(crate) tokens: TokenKey,
    pub(crate) cursors: CursorKey,
    pub(crate) organization: OrganizationId,
    pub(crate) purge: Purge,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("organization", &self.inner.organization).finish_non_exhaustive()
    }
}

impl Store {
    /// The organisation that this database serves.
    #[must_use]
    pub fn organization(&self) -> OrganizationId {
        self.inner.organization
    }

    /// The current time of the store's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
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
}
