//! The addresses that connections to a destination try, and their order.

use std::iter;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::limits;

/// The addresses that connections to a destination try. All its clients share them, and so the knowledge
/// which address responded last: a connection tries that one first.
#[derive(Debug)]
pub(crate) struct TriedAddresses {
    /// In the resolver's order, the family of the first address first.
    tried: Box<[SocketAddr]>,
    /// The same, sorted.
    sorted: Box<[SocketAddr]>,
    /// The index of the address that is tried first.
    first: AtomicUsize,
}

impl TriedAddresses {
    /// The first addresses of each family, because this machine may reach only one of the families.
    pub(crate) fn new(found: &[SocketAddr], per_family: usize) -> Self {
        let of_family = |is_family: fn(&IpAddr) -> bool| {
            found.iter().filter(move |address| is_family(&address.ip())).take(per_family).copied()
        };
        let (v4, v6) = (of_family(IpAddr::is_ipv4), of_family(IpAddr::is_ipv6));
        // The HTTP library tries the family of the first address first.
        let tried: Box<[SocketAddr]> = if found.first().is_some_and(SocketAddr::is_ipv4) {
            v4.chain(v6).collect()
        } else {
            v6.chain(v4).collect()
        };
        let mut sorted = tried.clone();
        sorted.sort_unstable();
        Self { tried, sorted, first: AtomicUsize::new(0) }
    }

    /// The addresses in the order in which they are tried.
    pub(crate) fn in_order(&self) -> Vec<SocketAddr> {
        let first = self.first.load(Ordering::Relaxed);
        let others = self.tried.iter().enumerate().filter(|(index, _)| *index != first);
        self.tried.get(first).into_iter().chain(others.map(|(_, address)| address)).copied().collect()
    }

    /// Makes connections try the address of a response first. False if it is none of these.
    pub(crate) fn note_response(&self, remote: SocketAddr) -> bool {
        let Some(index) = self.tried.iter().position(|address| canonical(*address) == canonical(remote))
        else {
            return false;
        };
        if self.first.load(Ordering::Relaxed) != index {
            self.first.store(index, Ordering::Relaxed);
        }
        true
    }

    /// The time limit for a connection. The HTTP library divides it among the attempts of a family, and
    /// connects to both families at the same time.
    pub(crate) fn connect_timeout(&self, connect: Duration) -> Duration {
        let addresses = u32::try_from(self.of_larger_family()).unwrap_or(u32::MAX);
        connect.max(limits::CONNECT_TO_ADDRESS.saturating_mul(addresses))
    }

    /// The attempts of a connection with the time limit `connect`: the addresses in their order and, of a
    /// family with several, some again, so that no attempt exceeds [`limits::LONGEST_ATTEMPT`].
    pub(crate) fn attempts(&self, connect: Duration) -> Vec<SocketAddr> {
        let by_time = connect.as_millis().div_ceil(limits::LONGEST_ATTEMPT.as_millis());
        let number = usize::try_from(by_time).unwrap_or(usize::MAX).max(self.of_larger_family());
        let order = self.in_order();
        let again = |is_family: fn(&SocketAddr) -> bool| {
            let family: Vec<_> = order.iter().copied().filter(is_family).collect();
            let number = if family.len() > 1 { number - family.len() } else { 0 };
            iter::repeat_with(move || family.clone()).flatten().take(number)
        };
        let (v4, v6) = (again(SocketAddr::is_ipv4), again(SocketAddr::is_ipv6));
        order.iter().copied().chain(v4).chain(v6).collect()
    }

    /// The number of addresses of the family with more of them.
    fn of_larger_family(&self) -> usize {
        let v4 = self.tried.iter().filter(|address| address.is_ipv4()).count();
        v4.max(self.tried.len() - v4)
    }
}

/// Name servers rotate the order, so it does not matter.
impl PartialEq for TriedAddresses {
    fn eq(&self, other: &Self) -> bool {
        self.sorted == other.sorted
    }
}

impl Eq for TriedAddresses {}

/// The system may return an IPv4 address in its IPv6 form.
fn canonical(address: SocketAddr) -> (IpAddr, u16) {
    (address.ip().to_canonical(), address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 80)).collect()
    }

    fn tried(texts: &[&str]) -> TriedAddresses {
        TriedAddresses::new(&addresses(texts), 4)
    }

    #[test]
    fn new_has_first_addresses_of_each_family_first_family_first() {
        let check = |found: &[&str], per_family: usize, expected: &[&str]| {
            let tried = TriedAddresses::new(&addresses(found), per_family);
            assert_eq!(tried.in_order(), addresses(expected), "{found:?}");
        };
        check(&[], 4, &[]);
        check(&["::1", "::2", "1.0.0.1", "::3", "::4", "::5"], 4, &["::1", "::2", "::3", "::4", "1.0.0.1"]);
        check(&["1.0.0.1", "::1", "1.0.0.2"], 4, &["1.0.0.1", "1.0.0.2", "::1"]);
        check(&["1.0.0.1", "1.0.0.2", "::1", "1.0.0.3"], 2, &["1.0.0.1", "1.0.0.2", "::1"]);
    }

    #[test]
    fn same_addresses_in_another_order_are_equal() {
        let addresses = tried(&["1.0.0.1", "1.0.0.2", "::1"]);
        assert_eq!(addresses, tried(&["::1", "1.0.0.2", "1.0.0.1"]));
        assert_ne!(addresses, tried(&["1.0.0.1", "1.0.0.2"]));
        assert_ne!(addresses, tried(&["1.0.0.1", "1.0.0.3", "::1"]));
    }

    #[test]
    fn note_response_compares_canonical_addresses_and_ports() {
        let judged = tried(&["127.0.0.1", "2606:2800:220:1::1"]);
        let check = |remote: &str| judged.note_response(remote.parse().unwrap());
        assert!(check("127.0.0.1:80") && check("[::ffff:127.0.0.1]:80") && check("[2606:2800:220:1::1]:80"));
        assert!(!check("127.0.0.1:81") && !check("127.0.0.2:80") && !check("[::1]:80"));
    }

    #[test]
    fn address_that_responded_is_first() {
        let set = tried(&["1.0.0.1", "1.0.0.2", "1.0.0.3", "::1"]);
        for (remote, expected) in [
            ("1.0.0.2", ["1.0.0.2", "1.0.0.1", "1.0.0.3", "::1"]),
            ("::1", ["::1", "1.0.0.1", "1.0.0.2", "1.0.0.3"]),
            ("1.0.0.1", ["1.0.0.1", "1.0.0.2", "1.0.0.3", "::1"]),
        ] {
            assert!(set.note_response(addresses(&[remote])[0]));
            assert_eq!(set.in_order(), addresses(&expected));
        }
    }

    #[test]
    fn connect_timeout_leaves_each_address_at_least_1500_milliseconds() {
        let check = |texts: &[&str], connect: u64, expected: u64| {
            let found = tried(texts).connect_timeout(Duration::from_millis(connect));
            assert_eq!(found, Duration::from_millis(expected), "{texts:?}");
        };
        check(&["1.0.0.1"], 2000, 2000);
        check(&["1.0.0.1"], 3000, 3000);
        check(&["1.0.0.1", "1.0.0.2", "1.0.0.3"], 3000, 4500);
        check(&["1.0.0.1", "1.0.0.2", "::1", "::2"], 3000, 3000);
        check(&["1.0.0.1", "1.0.0.2", "1.0.0.3", "1.0.0.4"], 10_000, 10_000);
    }

    #[test]
    fn attempts_share_time_limit_so_that_each_is_short() {
        let check = |texts: &[&str], connect: u64, again: &[&str]| {
            let attempts = tried(texts).attempts(Duration::from_secs(connect));
            assert_eq!(attempts, addresses(&[texts, again].concat()), "{texts:?}");
        };
        check(&[], 10, &[]);
        check(&["1.0.0.1"], 10, &[]);
        check(&["::1", "1.0.0.1"], 10, &[]);
        check(&["1.0.0.1", "1.0.0.2"], 3, &[]);
        check(&["1.0.0.1", "1.0.0.2"], 10, &["1.0.0.1", "1.0.0.2"]);
        check(&["1.0.0.1", "1.0.0.2", "1.0.0.3"], 10, &["1.0.0.1"]);
        check(&["::1", "::2", "::3", "1.0.0.1", "1.0.0.2"], 3, &["1.0.0.1"]);
    }
}
