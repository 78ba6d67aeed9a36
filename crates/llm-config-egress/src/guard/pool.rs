//! The pool of clients of one guard, which means of one policy and one set of root certificates.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::HashMap;
use tokio::runtime::{self, Handle};
use tokio::time::Instant;

use super::destination::Destination;
use crate::limits::{CallLimits, ConnectionLimits};
use crate::pinned_client::PinnedClient;
use crate::root_certificates::RootCertificates;
use crate::tried_addresses::TriedAddresses;

/// The maximum number of clients of a runtime. Each runtime has its own, so that no worker of a server closes
/// the connections of another.
const CLIENTS: usize = 32;

/// The idle connections of a runtime that its clients share. A client keeps its part, half of what the others
/// left when it was built, until it is dropped: 32 for the first, 16 for the second, and so on.
///
/// Under steady load about the square root of the calls in flight are idle at a time, so that 32 connections
/// suffice for a thousand calls in flight.
const IDLE: usize = 64;

/// The idle connections of a client that came when the others had taken all. A runtime has at most 116 idle
/// connections: 32, 16, 8 and 4 of four clients, and two of each of the other 28.
const LEAST_IDLE: usize = 2;

/// The clients by destination, by the limits that are fixed when a client is built, and by the runtime whose
/// calls they serve: the runtime of the first call drives a connection, and a server has one for each worker.
///
/// Clients are built and dropped outside the lock, because both take long in comparison.
#[derive(Debug, Default)]
pub(super) struct Pool {
    entries: Mutex<HashMap<Key, Entry>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    destination: Destination,
    limits: ConnectionLimits,
    runtime: Option<runtime::Id>,
}

#[derive(Debug)]
struct Entry {
    client: PinnedClient,
    used_at: Instant,
    /// The maximum number of idle connections of the client.
    idle: usize,
}

impl Key {
    fn new(destination: &Destination, limits: &CallLimits) -> Self {
        let runtime = Handle::try_current().ok().map(|handle| handle.id());
        Self { destination: destination.clone(), limits: limits.of_connections(), runtime }
    }
}

impl Pool {
    /// The client of a destination for these addresses. If it is pinned to others, a new client replaces it;
    /// calls in flight end on the old one.
    pub(super) fn client(
        &self,
        destination: &Destination,
        tried: &Arc<TriedAddresses>,
        limits: &CallLimits,
        roots: &RootCertificates,
    ) -> PinnedClient {
        let key = Key::new(destination, limits);
        if let Some(client) = self.get(&key, tried) {
            return client;
        }
        let idle = idle_share(&self.entries(), &key);
        let limits = ConnectionLimits { idle_connections: idle, ..key.limits };
        let client = PinnedClient::new(tried, &limits, roots);
        self.insert(key, Entry { client, used_at: Instant::now(), idle }, tried)
    }

    /// Removes the clients of a destination, and closes their idle connections.
    pub(super) fn remove(&self, destination: &Destination) {
        let removed: Vec<_> = self.entries().extract_if(|key, _| key.destination == *destination).collect();
        drop(removed);
    }

    fn get(&self, key: &Key, tried: &Arc<TriedAddresses>) -> Option<PinnedClient> {
        let mut entries = self.entries();
        let entry = entries.get_mut(key).filter(|entry| entry.client.is_pinned_to(tried))?;
        entry.used_at = Instant::now();
        Some(entry.client.clone())
    }

    /// Inserts a client, unless another call has just inserted an equal one. Returns the client in the pool.
    fn insert(&self, key: Key, entry: Entry, tried: &Arc<TriedAddresses>) -> PinnedClient {
        let mut entries = self.entries();
        if let Some(equal) = entries.get(&key).filter(|entry| entry.client.is_pinned_to(tried)) {
            let equal = equal.client.clone();
            drop(entries);
            return equal;
        }
        let client = entry.client.clone();
        let mut removed = make_room(&mut entries, &key, entry.used_at);
        removed.extend(entries.insert(key, entry));
        drop(entries);
        drop(removed);
        client
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Key, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number of idle connections of a new client with this key, which keeps that of the one that it
/// replaces.
///
/// The lock is free while a client is built, so calls on several threads of one runtime may get the same
/// part.
fn idle_share(entries: &HashMap<Key, Entry>, new: &Key) -> usize {
    if let Some(replaced) = entries.get(new) {
        return replaced.idle;
    }
    let others = entries.iter().filter(|(key, _)| key.runtime == new.runtime);
    let taken: usize = others.map(|(_, entry)| entry.idle).sum();
    let share = (IDLE.saturating_sub(taken) / 2).max(LEAST_IDLE);
    if new.limits.keep_idle.is_zero() { 0 } else { share.min(new.limits.idle_connections) }
}

/// Removes the clients without a reusable connection and, if the new client's runtime still has too many, the
/// one among them that was used least recently.
fn make_room(entries: &mut HashMap<Key, Entry>, new: &Key, now: Instant) -> Vec<Entry> {
    let is_unused = |key: &Key, entry: &mut Entry| now > entry.used_at + key.limits.keep_idle;
    let mut removed: Vec<Entry> = entries.extract_if(is_unused).map(|(_, entry)| entry).collect();
    let others = || entries.iter().filter(|(key, _)| key.runtime == new.runtime && *key != new);
    if others().count() >= CLIENTS {
        let oldest = others().min_by_key(|(_, entry)| entry.used_at).map(|(key, _)| key.clone());
        removed.extend(oldest.and_then(|key| entries.remove(&key)));
    }
    removed
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;
    use std::time::Duration;

    use super::*;

    const LONG_IDLE: CallLimits = CallLimits { keep_idle: Duration::from_mins(5), ..CallLimits::CHECK };

    static ROOTS: LazyLock<RootCertificates> = LazyLock::new(|| RootCertificates::new(None).unwrap());

    fn destination(port: usize) -> Destination {
        Destination::from_url(&format!("http://llm.example:{port}/").parse().unwrap()).unwrap()
    }

    fn tried(port: u16) -> Arc<TriedAddresses> {
        Arc::new(TriedAddresses::new(&[([127, 0, 0, 1], port).into()], 1))
    }

    fn add(pool: &Pool, port: usize, limits: &CallLimits) {
        pool.client(&destination(port), &tried(1), limits, &ROOTS);
    }

    fn has(pool: &Pool, port: usize, limits: &CallLimits) -> bool {
        pool.get(&Key::new(&destination(port), limits), &tried(1)).is_some()
    }

    #[tokio::test(start_paused = true)]
    async fn client_with_other_connection_limits_is_another() {
        let pool = Pool::default();
        add(&pool, 1, &CallLimits::CHECK);
        assert!(!has(&pool, 1, &LONG_IDLE));
        assert!(has(&pool, 1, &CallLimits { silence: Duration::from_secs(1), ..CallLimits::CHECK }));
    }

    #[test]
    fn client_in_other_runtime_is_another() {
        let pool = Pool::default();
        let [first, second] = [(); 2].map(|()| {
            tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime")
        });
        first.block_on(async { add(&pool, 1, &CallLimits::CALL) });
        assert!(first.block_on(async { has(&pool, 1, &CallLimits::CALL) }));
        assert!(!second.block_on(async { has(&pool, 1, &CallLimits::CALL) }));
    }

    #[test]
    fn clients_of_64_runtimes_do_not_evict_each_other() {
        let pool = Pool::default();
        let runtime =
            || tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let runtimes: Vec<_> = (0..64).map(|_| runtime()).collect();
        let for_all = |act: &dyn Fn(usize)| {
            for runtime in &runtimes {
                runtime.block_on(async { (1..=5).for_each(act) });
            }
        };
        for_all(&|port| add(&pool, port, &LONG_IDLE));
        for_all(&|port| assert!(has(&pool, port, &LONG_IDLE), "{port}"));
    }

    #[tokio::test(start_paused = true)]
    async fn clients_of_runtime_share_its_idle_connections() {
        let pool = Pool::default();
        let limits = CallLimits { keep_idle: LONG_IDLE.keep_idle, ..CallLimits::CALL };
        for port in 1..=2 * CLIENTS {
            add(&pool, port, &CallLimits::UNPOOLED_CHECK);
            add(&pool, port, &limits);
            let idle: usize = pool.entries().values().map(|entry| entry.idle).sum();
            assert!(idle <= 116, "{idle} after {port}");
        }
        let pool = Pool::default();
        for (port, expected) in [(1, 32), (2, 16), (3, 8), (4, 4), (5, 2), (6, 2)] {
            add(&pool, port, &limits);
            assert_eq!(pool.entries()[&Key::new(&destination(port), &limits)].idle, expected);
        }
        // A client for other addresses takes the place of the first, and its part.
        pool.client(&destination(1), &tried(2), &limits, &ROOTS);
        assert_eq!(pool.entries()[&Key::new(&destination(1), &limits)].idle, 32);
    }

    #[tokio::test(start_paused = true)]
    async fn client_for_other_addresses_replaces_first() {
        let pool = Pool::default();
        add(&pool, 1, &CallLimits::CHECK);
        let other = pool.client(&destination(1), &tried(2), &CallLimits::CHECK, &ROOTS);
        assert!(other.is_pinned_to(&tried(2)));
        assert!(!has(&pool, 1, &CallLimits::CHECK));
        assert_eq!(pool.entries().len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn remove_drops_clients_of_destination_only() {
        let pool = Pool::default();
        add(&pool, 1, &CallLimits::CHECK);
        add(&pool, 1, &LONG_IDLE);
        add(&pool, 2, &CallLimits::CHECK);
        pool.remove(&destination(1));
        assert!(!has(&pool, 1, &CallLimits::CHECK) && !has(&pool, 1, &LONG_IDLE));
        assert!(has(&pool, 2, &CallLimits::CHECK));
    }

    #[tokio::test(start_paused = true)]
    async fn client_for_full_pool_removes_least_recently_used() {
        let pool = Pool::default();
        for port in 1..=CLIENTS {
            add(&pool, port, &LONG_IDLE);
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert!(has(&pool, 1, &LONG_IDLE));
        tokio::time::advance(Duration::from_millis(1)).await;
        add(&pool, CLIENTS + 1, &LONG_IDLE);
        assert_eq!(pool.entries().len(), CLIENTS);
        assert!(has(&pool, 1, &LONG_IDLE) && !has(&pool, 2, &LONG_IDLE));
    }

    #[tokio::test(start_paused = true)]
    async fn client_removes_clients_without_reusable_connection() {
        let pool = Pool::default();
        add(&pool, 1, &CallLimits::CHECK);
        add(&pool, 2, &LONG_IDLE);
        tokio::time::advance(CallLimits::CHECK.keep_idle + Duration::from_millis(1)).await;
        add(&pool, 3, &CallLimits::CHECK);
        assert!(!has(&pool, 1, &CallLimits::CHECK) && has(&pool, 2, &LONG_IDLE));
    }
}
