//! A cache of values that follow from a caller's rights and from configurations.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use llm_config_core::id::ConfigId;
use quick_cache::UnitWeighter;

use super::entry::Entry;
use super::{Coherence, Dependency, Entries, Reading, RightsBasis, bounded};

/// A cache of values that follow from a caller's rights and from configurations. A value is returned only
/// while this process knows that neither has changed, so it was true at most a second ago, and is never older
/// than what this process has changed.
///
/// A removed value is dropped at once, a value that is not true any more by [`CoherentCache::purge`] at the
/// latest.
pub struct CoherentCache<K, V> {
    coherence: Arc<Coherence>,
    entries: Entries<K, Entry<V>, UnitWeighter>,
}

/// The configurations that a value follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigBasis {
    /// The configuration of this id.
    One(ConfigId),
    /// Any configuration, and that no others exist: what a name means.
    All,
}

impl<K: Eq + Hash + Clone, V: Clone> CoherentCache<K, V> {
    pub(crate) fn new(coherence: Arc<Coherence>, capacity: usize) -> Self {
        Self { coherence, entries: bounded(capacity, capacity as u64, UnitWeighter) }
    }

    /// Notes the moment before the database is read for a value.
    #[must_use]
    pub fn begin_reading(&self) -> Reading {
        self.coherence.begin_reading()
    }

    /// The value of a key, if it is still true.
    pub fn get(&self, key: &K) -> Option<V> {
        self.entries.get(key)?.current(&self.coherence).cloned()
    }

    /// Stores a value that was read after `reading`, for at most `max_age`. It follows from the rights of
    /// `rights` and from `configs`. Does nothing if the rights have changed since they were read.
    pub fn insert(
        &self,
        key: K,
        value: V,
        reading: Reading,
        max_age: Duration,
        rights: &RightsBasis,
        configs: ConfigBasis,
    ) {
        let config = match configs {
            ConfigBasis::One(id) => Dependency::Config(id),
            ConfigBasis::All => Dependency::AnyConfig,
        };
        let dependencies: Vec<_> = rights.dependencies.iter().copied().chain([config]).collect();
        // The rights were read before `reading`. A change since then is noticed here, and a later one by the
        // entry.
        if self.coherence.unnoticed_since(&rights.dependencies, rights.reading).is_none() {
            return;
        }
        let entry = Entry::new(value, 1, &self.coherence, reading, max_age, &dependencies);
        self.entries.insert(key, entry);
    }

    /// Drops the values that are not true any more.
    pub fn purge(&self) {
        self.entries.retain(|_, entry| entry.current(&self.coherence).is_some());
    }
}
