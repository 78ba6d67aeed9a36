//! Reads that the cache answers, or else the database.

use std::hash::Hash;
use std::sync::Arc;

use llm_config_core::config::LlmConfig;
use llm_config_core::id::ConfigId;

use super::Store;
use crate::cache::{Authenticated, CoherentCache, RightsBasis};
use crate::error::StoreError;
use crate::tokens::TokenText;

impl Store {
    /// An empty cache of at most `entries` values that follow from rows of this database.
    #[must_use]
    pub fn coherent_cache<K: Eq + Hash + Clone, V: Clone>(&self, entries: usize) -> CoherentCache<K, V> {
        CoherentCache::new(Arc::clone(&self.inner.context.cache.coherence), entries)
    }

    /// Authenticates a token. Returns `None` if it, or a token in its chain of issuers, is unknown, inactive
    /// or expired.
    ///
    /// What is returned was true at most a second ago, and is never older than what this process has changed.
    pub async fn authenticate(&self, text: &TokenText) -> Result<Option<Authenticated>, StoreError> {
        let cache = &self.inner.context.cache;
        let hashed = text.hashed(&self.inner.context.tokens);
        let hash = hashed.hash;
        if let Some(cached) = cache.token(&hash, self.now()) {
            return Ok(Some(cached));
        }
        let reading = cache.coherence.begin_reading();
        let read = self.read(move |tx| tx.authenticate(&hashed, reading)).await?;
        if let Some(token) = &read {
            cache.insert_token(hash, token);
        }
        Ok(read)
    }

    /// Whether rights that [`Store::authenticate`] returned are true now, as far as it would know without a
    /// read of the database.
    #[must_use]
    pub fn has_rights(&self, rights: &RightsBasis) -> bool {
        self.inner.context.cache.has_rights(rights, self.now())
    }

    /// The configuration of that id, without its secret. As old as what [`Store::authenticate`] returns.
    pub async fn config(&self, id: ConfigId) -> Result<Option<Arc<LlmConfig>>, StoreError> {
        let cache = &self.inner.context.cache;
        if let Some(cached) = cache.config(id) {
            return Ok(Some(cached));
        }
        let reading = cache.coherence.begin_reading();
        let Some(found) = self.read(move |tx| tx.find_config(id)).await? else { return Ok(None) };
        let found = Arc::new(found);
        cache.insert_config(&found, reading);
        Ok(Some(found))
    }
}
