//! What every transaction uses: the clock, the keys and the cache of an opened registry.

use std::sync::Arc;

use llm_config_core::endpoint::VendorHosts;
use llm_config_core::fingerprint::FingerprintKey;
use llm_config_core::id::OrganizationId;

use crate::cache::Cache;
use crate::clock::Clock;
use crate::keys::cursor_key::CursorKey;
use crate::keys::token_key::TokenKey;
use crate::vault::Vault;

pub(crate) struct Context {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hosts: Arc<dyn VendorHosts>,
    pub(crate) vault: Vault,
    pub(crate) fingerprints: FingerprintKey,
    pub(crate) tokens: TokenKey,
    pub(crate) cursors: CursorKey,
    pub(crate) organization: OrganizationId,
    pub(crate) cache: Cache,
}
