//! How many connections clients may have, so that no one of them takes those of all others, nor the open
//! files that the database and the providers need.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ipnet::IpNet;
use llm_config_service::{ClientNetwork, Counts};

/// The pause between two warnings about refused connections.
const WARNING_INTERVAL: Duration = Duration::from_mins(1);

/// The limits of connections.
#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    /// Of all clients together. The last sixteenth is for loopback and proxies.
    pub total: usize,
    /// Of one client: an IPv4 address, or a network of IPv6 with a prefix of 64 bits, which is one customer.
    pub per_client: usize,
    /// The networks of proxies, whose connections are those of many clients. No limit per client applies to
    /// them, nor to loopback.
    pub proxies: Vec<IpNet>,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { total: 16_384, per_client: 4096, proxies: Vec::new() }
    }
}

/// The open connections of a server.
#[derive(Clone)]
pub(crate) struct Connections(Arc<Shared>);

struct Shared {
    limits: ConnectionLimits,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    total: usize,
    of_client: Counts<ClientNetwork>,
    warned_at: Option<Instant>,
}

/// A connection that counts, until this is dropped.
pub(crate) struct Admission {
    connections: Connections,
    /// `None` for loopback and proxies.
    client: Option<ClientNetwork>,
}

impl Connections {
    pub(crate) fn new(limits: ConnectionLimits) -> Self {
        Self(Arc::new(Shared { limits, open: Mutex::default() }))
    }

    /// Counts a connection; `None` if there are too many.
    pub(crate) fn admit(&self, peer: IpAddr, now: Instant) -> Option<Admission> {
        let ConnectionLimits { total, per_client, proxies } = &self.0.limits;
        let peer = peer.to_canonical();
        let is_exempt = peer.is_loopback() || proxies.iter().any(|network| network.contains(&peer));
        let client = (!is_exempt).then(|| peer.into());
        let mut open = self.open();
        let is_limit_per_client = client.is_some_and(|client| open.of_client.of(&client) >= *per_client);
        let allowed = if is_exempt { *total } else { total - total / 16 };
        if open.total >= allowed || is_limit_per_client {
            open.warn(now, is_limit_per_client);
            return None;
        }
        open.total += 1;
        if let Some(client) = client {
            open.of_client.add(client, 1);
        }
        drop(open);
        Some(Admission { connections: self.clone(), client })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn warn(&mut self, now: Instant, is_limit_per_client: bool) {
        if self.warned_at.is_some_and(|before| now.duration_since(before) < WARNING_INTERVAL) {
            return;
        }
        self.warned_at = Some(now);
        if is_limit_per_client {
            tracing::warn!(
                open = self.total,
                "a client has too many connections, and its further ones are closed; if it is a proxy, name \
                 its network in `--trusted-proxies`"
            );
        } else {
            tracing::warn!(open = self.total, "there are too many connections, and further ones are closed");
        }
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut open = self.connections.open();
        open.total -= 1;
        if let Some(client) = &self.client {
            open.of_client.remove(client, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(total: usize, per_client: usize) -> Connections {
        let proxies = vec!["10.9.0.0/16".parse().unwrap()];
        Connections::new(ConnectionLimits { total, per_client, proxies })
    }

    /// The admissions of as many connections from `peer` as are admitted, of `attempts`.
    fn admitted(connections: &Connections, peer: &str, attempts: usize) -> Vec<Admission> {
        let now = Instant::now();
        (0..attempts).filter_map(|_| connections.admit(peer.parse().unwrap(), now)).collect()
    }

    #[test]
    fn admit_counts_clients_by_address_or_network() {
        let connections = connections(100, 3);
        let first = admitted(&connections, "192.0.2.1", 5);
        assert_eq!(first.len(), 3);
        assert_eq!(admitted(&connections, "::ffff:192.0.2.1", 1).len(), 0, "the same client");
        assert_eq!(admitted(&connections, "192.0.2.2", 5).len(), 3);
        let network = [
            admitted(&connections, "2001:db8::1", 2),
            admitted(&connections, "2001:db8::ffff:1", 2),
            admitted(&connections, "2001:db8:0:1::1", 2),
        ];
        assert_eq!(network.map(|admitted| admitted.len()), [2, 1, 2]);
        drop(first);
        assert_eq!(admitted(&connections, "192.0.2.1", 5).len(), 3, "closed connections do not count");
    }

    #[test]
    fn admit_of_loopback_and_proxies_has_no_limit_per_client_and_a_reserve() {
        let connections = connections(32, 3);
        let local = admitted(&connections, "127.0.0.1", 10);
        let proxied = admitted(&connections, "10.9.1.1", 10);
        assert_eq!((local.len(), proxied.len()), (10, 10));
        let others: Vec<_> =
            (1..20).flat_map(|n| admitted(&connections, &format!("192.0.2.{n}"), 3)).collect();
        assert_eq!(others.len(), 10, "30 of 32 are for everyone");
        assert_eq!(admitted(&connections, "::1", 5).len(), 2, "the reserve");
    }

    #[test]
    fn end_of_all_connections_leaves_no_counts() {
        let connections = connections(10, 3);
        drop(admitted(&connections, "192.0.2.1", 5));
        let open = connections.open();
        assert!(open.total == 0 && open.of_client.is_empty());
    }
}
