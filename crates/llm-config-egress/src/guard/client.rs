//! An HTTP client that connects to judged addresses only.

use std::fmt;
use std::future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, retry};

use crate::call_error::CallError;
use crate::limits::{self, CallLimits};
use crate::request::Request;
use crate::root_certificates::RootCertificates;
use crate::streaming::StreamingResponse;

/// The `User-Agent` of all calls.
const USER_AGENT: &str = concat!("llm-config/", env!("CARGO_PKG_VERSION"));

/// The maximal number of idle connections of a client.
const IDLE_CONNECTIONS: usize = 256;

/// The interval of TCP keep-alive probes. They detect servers that vanished during a stream.
const TCP_KEEPALIVE: Duration = Duration::from_secs(30);

/// Resolves every name to the same addresses. A second lookup could differ from the judged one.
struct PinnedResolver(Vec<SocketAddr>);

impl Resolve for PinnedResolver {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(future::ready(Ok(addresses)))
    }
}

/// A client with pooled connections to the judged addresses of one origin. Cheap to clone.
#[derive(Clone)]
pub(super) struct PinnedClient {
    client: Client,
    judged: Arc<[SocketAddr]>,
}

impl PinnedClient {
    /// A client for these addresses, in the order in which they are tried.
    pub(super) fn build(
        judged: &[SocketAddr],
        limits: &CallLimits,
        roots: &RootCertificates,
    ) -> reqwest::Result<Self> {
        let tried = tried(judged);
        let client = Client::builder()
            .tls_backend_preconfigured(roots.config())
            .connect_timeout(connect_timeout(&tried, limits))
            .dns_resolver(Arc::new(PinnedResolver(tried)))
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            .retry(retry::never())
            .http1_only()
            .pool_idle_timeout(limits.keep_idle)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .tcp_keepalive(TCP_KEEPALIVE)
            .tcp_nodelay(true)
            .user_agent(USER_AGENT)
            .build()?;
        Ok(Self { client, judged: judged.into() })
    }

    /// Whether the client is pinned to the same set of addresses. Name servers rotate the order.
    pub(super) fn is_pinned_to(&self, addresses: &[SocketAddr]) -> bool {
        addresses.iter().all(|address| self.judged.contains(address))
            && self.judged.iter().all(|address| addresses.contains(address))
    }

    /// Sends a request. Dropping the future closes the connection.
    pub(super) async fn send(
        &self,
        request: Request,
        limits: &CallLimits,
    ) -> Result<StreamingResponse, CallError> {
        let Request { method, url, headers, body } = request;
        let sending = self.client.request(method, url).headers(headers).body(body).send();
        let response =
            tokio::time::timeout(limits.first_byte, sending).await.map_err(|_| CallError::Timeout)??;
        if !response.remote_addr().is_some_and(|remote| is_among(remote, &self.judged)) {
            return Err(CallError::Refused);
        }
        Ok(StreamingResponse::new(response, limits.silence))
    }
}

impl fmt::Debug for PinnedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PinnedClient").field(&self.judged).finish()
    }
}

/// The first four addresses of each family, because this machine may reach only one of the families.
fn tried(judged: &[SocketAddr]) -> Vec<SocketAddr> {
    let of_family = |is_family: fn(&IpAddr) -> bool| {
        judged.iter().filter(move |address| is_family(&address.ip())).take(limits::ADDRESSES)
    };
    let (v4, v6) = (of_family(IpAddr::is_ipv4), of_family(IpAddr::is_ipv6));
    // The HTTP library tries the family of the first address first.
    if judged.first().is_some_and(SocketAddr::is_ipv4) {
        v4.chain(v6).copied().collect()
    } else {
        v6.chain(v4).copied().collect()
    }
}

/// The time limit for a connection. The HTTP library divides it among the addresses of a family, and connects
/// to both families at the same time.
fn connect_timeout(tried: &[SocketAddr], limits: &CallLimits) -> Duration {
    let v4 = tried.iter().filter(|address| address.is_ipv4()).count();
    let addresses = u32::try_from(v4.max(tried.len() - v4)).unwrap_or(u32::MAX);
    limits.connect.max(limits::CONNECT_TO_ADDRESS.saturating_mul(addresses))
}

/// Whether the remote address was judged. The system may return an IPv4 address in its IPv6 form.
fn is_among(remote: SocketAddr, judged: &[SocketAddr]) -> bool {
    let canonical = |address: SocketAddr| (address.ip().to_canonical(), address.port());
    judged.iter().any(|address| canonical(*address) == canonical(remote))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 80)).collect()
    }

    #[test]
    fn is_among_compares_canonical_addresses_and_ports() {
        let judged = ["127.0.0.1:80", "[2606:2800:220:1::1]:80"].map(|text| text.parse().unwrap());
        let check = |remote: &str| is_among(remote.parse().unwrap(), &judged);
        assert!(check("127.0.0.1:80") && check("[::ffff:127.0.0.1]:80") && check("[2606:2800:220:1::1]:80"));
        assert!(!check("127.0.0.1:81") && !check("127.0.0.2:80") && !check("[::1]:80"));
    }

    #[test]
    fn tried_has_four_addresses_of_each_family_first_family_first() {
        let check = |judged: &[&str], expected: &[&str]| {
            assert_eq!(tried(&addresses(judged)), addresses(expected), "{judged:?}");
        };
        check(&[], &[]);
        check(&["::1", "::2", "1.0.0.1", "::3", "::4", "::5"], &["::1", "::2", "::3", "::4", "1.0.0.1"]);
        check(&["1.0.0.1", "::1", "1.0.0.2"], &["1.0.0.1", "1.0.0.2", "::1"]);
        check(
            &["1.0.0.1", "1.0.0.2", "1.0.0.3", "1.0.0.4", "1.0.0.5"],
            &["1.0.0.1", "1.0.0.2", "1.0.0.3", "1.0.0.4"],
        );
    }

    #[test]
    fn connect_timeout_leaves_each_address_at_least_1500_milliseconds() {
        let check = |tried: &[&str], limits: CallLimits, milliseconds: u64| {
            let expected = Duration::from_millis(milliseconds);
            assert_eq!(connect_timeout(&addresses(tried), &limits), expected, "{tried:?}");
        };
        let call = CallLimits { connect: Duration::from_secs(10), ..CallLimits::CHECK };
        check(&["1.0.0.1"], CallLimits::CHECK, 3000);
        check(&["1.0.0.1", "1.0.0.2", "1.0.0.3"], CallLimits::CHECK, 4500);
        check(&["1.0.0.1", "1.0.0.2", "::1", "::2"], CallLimits::CHECK, 3000);
        check(&["1.0.0.1", "1.0.0.2", "1.0.0.3", "1.0.0.4"], call, 10_000);
    }
}
