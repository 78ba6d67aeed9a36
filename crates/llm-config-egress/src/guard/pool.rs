//! The pool of clients of one guard, which means of one policy and one set of root certificates.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::client::PinnedClient;
use super::destination::Destination;
use crate::limits::CallLimits;
use crate::root_certificates::RootCertificates;

/// The maximal number of clients. Users choose the destinations, so their number is unlimited.
const CLIENTS: usize = 256;

/// How long a judgement of a name is used. Afterwards the name is looked up and judged again.
const JUDGEMENT: Duration = Duration::from_secs(30);

/// The clients by destination and by the limits that are fixed when a client is built.
#[derive(Debug, Default)]
pub(super) struct Pool {
    entries: Mutex<HashMap<Key, Entry>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    destination: Destination,
    connect: Duration,
    keep_idle: Duration,
}

#[derive(Debug)]
struct Entry {
    client: PinnedClient,
    judged_at: Instant,
    used_at: Instant,
}

impl Key {
    fn new(destination: &Destination, limits: &CallLimits) -> Self {
        let CallLimits { connect, first_byte: _, silence: _, keep_idle } = *limits;
        Self { destination: destination.clone(), connect, keep_idle }
    }
}

impl Pool {
    /// The client of a destination, if its addresses were judged recently.
    pub(super) fn get(&self, destination: &Destination, limits: &CallLimits) -> Option<PinnedClient> {
        let mut entries = self.entries();
        let entry = entries.get_mut(&Key::new(destination, limits))?;
        let now = Instant::now();
        (now < entry.judged_at + JUDGEMENT).then(|| {
            entry.used_at = now;
            entry.client.clone()
        })
    }

    /// The client of a destination whose addresses have just been judged. If they are the same as before, the
    /// client and its connections are kept. Otherwise a new client replaces it; calls in flight end on the
    /// old one.
    pub(super) fn renew(
        &self,
        destination: &Destination,
        judged: &[SocketAddr],
        limits: &CallLimits,
        roots: &RootCertificates,
    ) -> reqwest::Result<PinnedClient> {
        let mut entries = self.entries();
        let now = Instant::now();
        let key = Key::new(destination, limits);
        let present = entries.remove(&key).map(|entry| entry.client);
        let client = match present.filter(|client| client.is_pinned_to(judged)) {
            Some(client) => client,
            None => PinnedClient::build(judged, limits, roots)?,
        };
        make_room(&mut entries, now);
        entries.insert(key, Entry { client: client.clone(), judged_at: now, used_at: now });
        Ok(client)
    }

    /// Removes the clients of a destination that is no longer allowed, and closes their idle connections.
    pub(super) fn remove(&self, destination: &Destination) {
        self.entries().retain(|key, _| key.destination != *destination);
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Key, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes the clients without a usable judgement or connection and, if the pool is still full, the client
/// that was used least recently.
fn make_room(entries: &mut HashMap<Key, Entry>, now: Instant) {
    entries.retain(|key, entry| now < entry.used_at + JUDGEMENT.max(key.keep_idle));
    if entries.len() >= CLIENTS {
        let oldest = entries.iter().min_by_key(|(_, entry)| entry.used_at).map(|(key, _)| key.clone());
        oldest.and_then(|key| entries.remove(&key));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    fn destination(port: usize) -> Destination {
        Destination::from_url(&format!("http://llm.example:{port}/").parse().unwrap()).unwrap()
    }

    fn renew(pool: &Pool, port: usize) -> PinnedClient {
        static ROOTS: LazyLock<RootCertificates> = LazyLock::new(|| RootCertificates::new(None).unwrap());
        let judged = ["127.0.0.1:1".parse().unwrap()];
        pool.renew(&destination(port), &judged, &CallLimits::CHECK, &ROOTS).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn get_after_30_seconds_is_none() {
        let pool = Pool::default();
        renew(&pool, 1);
        tokio::time::advance(Duration::from_secs(29)).await;
        assert!(pool.get(&destination(1), &CallLimits::CHECK).is_some());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(pool.get(&destination(1), &CallLimits::CHECK).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn get_with_other_connection_limits_is_none() {
        let pool = Pool::default();
        renew(&pool, 1);
        let longer = CallLimits { keep_idle: Duration::from_secs(30), ..CallLimits::CHECK };
        assert!(pool.get(&destination(1), &longer).is_none());
        let slower = CallLimits { silence: Duration::from_secs(1), ..CallLimits::CHECK };
        assert!(pool.get(&destination(1), &slower).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn remove_drops_clients_of_destination_only() {
        let pool = Pool::default();
        renew(&pool, 1);
        renew(&pool, 2);
        pool.remove(&destination(1));
        assert!(pool.get(&destination(1), &CallLimits::CHECK).is_none());
        assert!(pool.get(&destination(2), &CallLimits::CHECK).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn renew_of_full_pool_removes_least_recently_used() {
        let pool = Pool::default();
        for port in 1..=CLIENTS {
            renew(&pool, port);
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert!(pool.get(&destination(1), &CallLimits::CHECK).is_some());
        renew(&pool, CLIENTS + 1);
        assert_eq!(pool.entries().len(), CLIENTS);
        assert!(pool.get(&destination(1), &CallLimits::CHECK).is_some());
        assert!(pool.get(&destination(2), &CallLimits::CHECK).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn renew_removes_unused_clients() {
        let pool = Pool::default();
        renew(&pool, 1);
        tokio::time::advance(JUDGEMENT).await;
        renew(&pool, 2);
        assert_eq!(pool.entries().len(), 1);
    }
}
