//! The recorder: counts calls in memory until they are written.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use foldhash::{HashMap, HashSet};
use llm_config_core::id::{ConfigId, Incarnation};
use llm_config_store::usage::{UsageCounters, UsageHour, UsageKey, model_label};

/// The model under which further models of a configuration are counted.
pub const OTHER_MODEL: &str = "other";

/// The maximum number of models that are counted apart for a configuration and hour. Names of models come
/// from requests.
const MAX_MODELS: usize = 200;

/// The maximum number of keys that are kept. One has some 300 bytes, so these are 30 MB.
const MAX_KEYS: usize = 100_000;

/// The number of hours for which the models that were counted are known.
const KNOWN_HOURS: usize = 3;

/// The number of parts with a lock of their own. All keys of a configuration are in one part.
const SHARDS: usize = 16;

/// Counts calls in memory, shared by all threads. Cheap to clone; all clones are one recorder.
///
/// [`Service::flush_usage`](crate::Service::flush_usage) writes what it has. While the database is away it
/// keeps at most 100,000 keys; then the oldest are dropped and counted as lost. Of each configuration and
/// hour it counts 200 models apart, and the others as [`OTHER_MODEL`].
#[derive(Clone, Default)]
pub struct UsageRecorder(Arc<Inner>);

#[derive(Default)]
struct Inner {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
    limits: Limits,
    /// The number of keys in all shards, and of those that were taken and are not written yet.
    keys: AtomicUsize,
    lost: AtomicU64,
}

/// The limits, which tests make smaller.
struct Limits {
    models: usize,
    keys: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { models: MAX_MODELS, keys: MAX_KEYS }
    }
}

#[derive(Default)]
struct Shard {
    /// By hour, so that the oldest are found.
    hours: BTreeMap<UsageHour, HashMap<UsageKey, UsageCounters>>,
    /// The hashes of the models of a configuration and hour, those included whose counters were written.
    models: BTreeMap<UsageHour, HashMap<(ConfigId, Incarnation), HashSet<u64>>>,
}

impl fmt::Debug for UsageRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UsageRecorder").field("backlog", &self.backlog()).finish_non_exhaustive()
    }
}

impl UsageRecorder {
    /// Adds the counters of one or more calls. Takes a lock for a moment, and never waits for the database.
    pub fn record(&self, key: &UsageKey, counters: UsageCounters) {
        let inner = &*self.0;
        let mut shard = inner.shard(key);
        // The usual case, for which no part of the key is copied.
        if let Some(counted) = shard.hours.get_mut(&key.hour).and_then(|hour| hour.get_mut(key)) {
            *counted += counters;
            return;
        }
        let other_name = shard.other_name(inner, key);
        let mut key = key.clone();
        if let Some(model) = other_name {
            key.model = model;
        }
        match shard.hours.entry(key.hour).or_default().entry(key) {
            Entry::Occupied(mut counted) => {
                *counted.get_mut() += counters;
                return;
            }
            Entry::Vacant(new) => _ = new.insert(counters),
        }
        drop(shard);
        if inner.keys.fetch_add(1, Ordering::Relaxed) >= inner.limits.keys {
            inner.drop_oldest();
        }
    }

    /// The number of keys that are not written yet.
    #[must_use]
    pub fn backlog(&self) -> usize {
        self.0.keys.load(Ordering::Relaxed)
    }

    /// The number of requests whose counters were dropped since the start.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }

    /// Takes at most `limit` keys, of each shard the oldest ones first. They count as backlog until
    /// [`Self::settle`].
    pub(super) fn take(&self, limit: usize) -> Vec<(UsageKey, UsageCounters)> {
        let mut taken = Vec::new();
        for shard in &self.0.shards {
            lock(shard).take(limit, &mut taken);
            if taken.len() >= limit {
                break;
            }
        }
        taken
    }

    /// The number of keys that were taken and are written now.
    pub(super) fn settle(&self, keys: usize) {
        self.0.keys.fetch_sub(keys, Ordering::Relaxed);
    }

    /// Counts requests whose counters will never be written.
    pub(super) fn lose(&self, requests: u64) {
        self.0.lost.fetch_add(requests, Ordering::Relaxed);
    }

    #[cfg(test)]
    fn with_limits(models: usize, keys: usize) -> Self {
        Self(Arc::new(Inner { limits: Limits { models, keys }, ..Inner::default() }))
    }
}

impl Inner {
    fn shard(&self, key: &UsageKey) -> MutexGuard<'_, Shard> {
        let hash = self.hasher.hash_one((key.config, key.incarnation));
        let number = usize::try_from(hash % SHARDS as u64).unwrap_or_default();
        lock(self.shards.get(number).unwrap_or(&self.shards[0]))
    }

    /// Drops one key of the oldest hour.
    fn drop_oldest(&self) {
        let oldest = |shard: &&Mutex<Shard>| lock(shard).oldest_hour();
        let shards = self.shards.iter().filter(|shard| oldest(shard).is_some());
        let Some(shard) = shards.min_by_key(oldest) else { return };
        let mut dropped = Vec::new();
        lock(shard).take(1, &mut dropped);
        for (_, counters) in dropped {
            self.keys.fetch_sub(1, Ordering::Relaxed);
            self.lost.fetch_add(counters.requests(), Ordering::Relaxed);
        }
    }
}

impl Shard {
    fn oldest_hour(&self) -> Option<UsageHour> {
        self.hours.keys().next().copied()
    }

    /// The name under which the model of `key` is counted, if it is not the model's own.
    fn other_name(&mut self, inner: &Inner, key: &UsageKey) -> Option<String> {
        let label = model_label(&key.model);
        let hash = inner.hasher.hash_one(&label);
        let of_hour = self.models.entry(key.hour).or_default();
        let models = of_hour.entry((key.config, key.incarnation)).or_default();
        if !models.contains(&hash) {
            if models.len() >= inner.limits.models {
                return Some(OTHER_MODEL.to_owned());
            }
            models.insert(hash);
            // A call counts in the hour in which it began, and takes an hour at most: no hour before the last
            // ones returns.
            while self.models.len() > KNOWN_HOURS {
                self.models.pop_first();
            }
        }
        match label {
            Cow::Borrowed(_) => None,
            Cow::Owned(label) => Some(label),
        }
    }

    /// Moves keys to `taken`, the oldest first, until it has `limit`.
    fn take(&mut self, limit: usize, taken: &mut Vec<(UsageKey, UsageCounters)>) {
        while taken.len() < limit {
            let Some(mut oldest) = self.hours.first_entry() else { return };
            let room = limit - taken.len();
            if oldest.get().len() <= room {
                taken.extend(oldest.remove());
                continue;
            }
            let keys: Vec<_> = oldest.get().keys().take(room).cloned().collect();
            taken.extend(keys.iter().filter_map(|key| oldest.get_mut().remove_entry(key)));
        }
    }
}

/// The counters are complete after each change, so those of a thread that panicked can be used.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use llm_config_core::time::Timestamp;

    use super::*;

    fn key(config: u128, model: &str, hour: i64) -> UsageKey {
        UsageKey {
            config: format!("{config:032x}").parse().unwrap(),
            incarnation: format!("{:032x}", 1).parse().unwrap(),
            token: None,
            dialect: "openai",
            model: model.to_owned(),
            hour: UsageHour::containing(Timestamp::from_micros(hour * 3_600_000_000)),
        }
    }

    fn call() -> UsageCounters {
        UsageCounters { calls: 1, input: 2, ..UsageCounters::default() }
    }

    /// The models and calls of everything that is recorded, sorted.
    fn recorded(recorder: &UsageRecorder) -> Vec<(String, u64)> {
        let mut all: Vec<_> =
            recorder.take(usize::MAX).into_iter().map(|(key, sum)| (key.model, sum.calls)).collect();
        all.sort();
        all
    }

    #[test]
    fn record_of_same_key_adds() {
        let recorder = UsageRecorder::default();
        for _ in 0..3 {
            recorder.record(&key(1, "m", 1), call());
        }
        assert_eq!(recorder.backlog(), 1);
        let taken = recorder.take(10);
        assert_eq!(
            taken,
            [(key(1, "m", 1), UsageCounters { calls: 3, input: 6, ..UsageCounters::default() })]
        );
        // Taken and not written.
        assert_eq!(recorder.backlog(), 1);
        recorder.settle(1);
        assert_eq!((recorder.backlog(), recorder.take(10)), (0, Vec::new()));
    }

    #[test]
    fn record_of_many_models_counts_further_ones_as_other() {
        let recorder = UsageRecorder::with_limits(2, 100);
        for model in ["a", "b", "c", "d", "a"] {
            recorder.record(&key(1, model, 1), call());
            // What was written still counts.
            let all = recorded(&recorder);
            assert_eq!(all, [(if model > "b" { OTHER_MODEL } else { model }.to_owned(), 1)]);
        }
        // Another configuration and another hour.
        recorder.record(&key(2, "e", 1), call());
        recorder.record(&key(1, "f", 2), call());
        assert_eq!(recorded(&recorder), [("e".to_owned(), 1), ("f".to_owned(), 1)]);
    }

    #[test]
    fn record_of_long_model_keeps_its_beginning() {
        let recorder = UsageRecorder::default();
        recorder.record(&key(1, &"x".repeat(1_000_000), 1), call());
        assert_eq!(recorder.take(1)[0].0.model.len(), 255);
    }

    #[test]
    fn record_beyond_the_limit_drops_the_oldest_keys() {
        let recorder = UsageRecorder::with_limits(100, 3);
        for (config, hour) in [(1, 5), (2, 3), (3, 4), (4, 6), (5, 7)] {
            recorder.record(&key(config, &hour.to_string(), hour), call());
        }
        assert_eq!((recorder.backlog(), recorder.lost()), (3, 2));
        let models: Vec<_> = recorded(&recorder).into_iter().map(|(model, _)| model).collect();
        assert_eq!(models, ["5", "6", "7"]);
    }

    #[test]
    fn take_with_limit_leaves_the_newest_hours_of_a_config() {
        let recorder = UsageRecorder::default();
        for hour in [3, 1, 2, 5, 4] {
            recorder.record(&key(1, &hour.to_string(), hour), call());
        }
        let models = |limit| recorder.take(limit).into_iter().map(|(key, _)| key.model).collect::<Vec<_>>();
        assert_eq!(models(2), ["1", "2"]);
        assert_eq!(models(2), ["3", "4"]);
        assert_eq!(models(2), ["5"]);
    }

    #[test]
    fn record_by_many_threads_counts_every_call() {
        let recorder = UsageRecorder::default();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for n in 0..1000_u128 {
                        recorder.record(&key(n % 7, "m", 1), call());
                    }
                });
            }
        });
        assert_eq!(recorder.backlog(), 7);
        assert_eq!(recorded(&recorder).into_iter().map(|(_, calls)| calls).sum::<u64>(), 8000);
    }
}
