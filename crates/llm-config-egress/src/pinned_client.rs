//! An HTTP client that connects to given addresses only.

use std::fmt;
use std::future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, retry};

use crate::call_error::CallError;
use crate::limits::{self, CallLimits, ConnectionLimits};
use crate::request::Request;
use crate::root_certificates::RootCertificates;
use crate::streaming::StreamingResponse;

/// The `User-Agent` of all calls.
const USER_AGENT: &str = concat!("llm-config/", env!("CARGO_PKG_VERSION"));

/// The interval of TCP keep-alive probes. They detect servers that vanished during a stream.
const TCP_KEEPALIVE: Duration = Duration::from_secs(30);

/// Resolves every name to the same addresses. A second lookup could differ from the first.
struct PinnedResolver(Vec<SocketAddr>);

impl Resolve for PinnedResolver {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(future::ready(Ok(addresses)))
    }
}

/// A client with pooled connections to fixed addresses of one origin. Cheap to clone.
#[derive(Clone)]
pub(crate) struct PinnedClient {
    client: Client,
    /// Sorted.
    addresses: Arc<[SocketAddr]>,
}

impl PinnedClient {
    /// A client for these addresses, which it tries in this order.
    ///
    /// The limit `connect` is extended to 1.5 seconds for each address of a family. If `keep_idle` is zero,
    /// every request has a connection of its own.
    pub(crate) fn build(
        tried: &[SocketAddr],
        limits: &ConnectionLimits,
        roots: &RootCertificates,
    ) -> reqwest::Result<Self> {
        let ConnectionLimits { connect, keep_idle, idle_connections } = *limits;
        let client = Client::builder()
            .tls_backend_preconfigured(roots.config())
            .connect_timeout(connect_timeout(tried, connect))
            .dns_resolver(Arc::new(PinnedResolver(tried.to_vec())))
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            .retry(retry::never())
            .http1_only()
            .pool_idle_timeout(keep_idle)
            .pool_max_idle_per_host(if keep_idle.is_zero() { 0 } else { idle_connections })
            .tcp_keepalive(TCP_KEEPALIVE)
            .tcp_nodelay(true)
            .user_agent(USER_AGENT)
            .build()?;
        Ok(Self { client, addresses: sorted(tried).into() })
    }

    /// Whether the client is pinned to these addresses. Name servers rotate the order, so it does not matter.
    pub(crate) fn is_pinned_to(&self, tried: &[SocketAddr]) -> bool {
        *self.addresses == *sorted(tried)
    }

    /// The HTTP library's form of a request.
    pub(crate) fn request(&self, request: Request) -> RequestBuilder {
        let Request { method, url, headers, body } = request;
        self.client.request(method, url).headers(headers).body(body)
    }

    /// Sends a request, and refuses a response of any other address.
    pub(crate) async fn send(
        &self,
        request: Request,
        limits: &CallLimits,
    ) -> Result<StreamingResponse, CallError> {
        let sending = self.request(request).send();
        let response =
            tokio::time::timeout(limits.first_byte, sending).await.map_err(|_| CallError::Timeout)??;
        if !response.remote_addr().is_some_and(|remote| is_among(remote, &self.addresses)) {
            return Err(CallError::Refused);
        }
        Ok(StreamingResponse::new(response, limits.silence))
    }
}

impl fmt::Debug for PinnedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PinnedClient").field(&self.addresses).finish()
    }
}

/// The first addresses of each family, because this machine may reach only one of the families.
pub(crate) fn tried(addresses: &[SocketAddr], per_family: usize) -> Vec<SocketAddr> {
    let of_family = |is_family: fn(&IpAddr) -> bool| {
        addresses.iter().filter(move |address| is_family(&address.ip())).take(per_family)
    };
    let (v4, v6) = (of_family(IpAddr::is_ipv4), of_family(IpAddr::is_ipv6));
    // The HTTP library tries the family of the first address first.
    if addresses.first().is_some_and(SocketAddr::is_ipv4) {
        v4.chain(v6).copied().collect()
    } else {
        v6.chain(v4).copied().collect()
    }
}

fn sorted(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let mut sorted = addresses.to_vec();
    sorted.sort_unstable();
    sorted
}

/// The time limit for a connection. The HTTP library divides it among the addresses of a family, and connects
/// to both families at the same time.
fn connect_timeout(tried: &[SocketAddr], connect: Duration) -> Duration {
    let v4 = tried.iter().filter(|address| address.is_ipv4()).count();
    let addresses = u32::try_from(v4.max(tried.len() - v4)).unwrap_or(u32::MAX);
    connect.max(limits::CONNECT_TO_ADDRESS.saturating_mul(addresses))
}

/// Whether the remote address is one of these. The system may return an IPv4 address in its IPv6 form.
fn is_among(remote: SocketAddr, addresses: &[SocketAddr]) -> bool {
    let canonical = |address: SocketAddr| (address.ip().to_canonical(), address.port());
    addresses.iter().any(|address| canonical(*address) == canonical(remote))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loopback::{keeping_alive, run_other_tasks};

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 80)).collect()
    }

    fn client(tried: &[SocketAddr]) -> PinnedClient {
        let roots = RootCertificates::new(None).unwrap();
        PinnedClient::build(tried, &CallLimits::CHECK.of_connections(), &roots).unwrap()
    }

    #[tokio::test]
    async fn send_on_reused_connection_compares_remote_address() {
        let server = keeping_alive().await;
        let first = client(&[server]);
        let get = || Request::get(format!("http://{server}/").parse().unwrap());
        for _ in 0..2 {
            let response = first.send(get(), &CallLimits::CHECK).await.unwrap();
            assert_eq!(response.collect(100, |_, _| false).await.unwrap().body, b"1");
            // The connection returns to the pool.
            run_other_tasks().await;
        }
        let other = PinnedClient { addresses: addresses(&["127.0.0.2"]).into(), ..first };
        let result = other.send(get(), &CallLimits::CHECK).await;
        assert_eq!(result.map(|response| response.status), Err(CallError::Refused));
    }

    #[test]
    fn is_pinned_to_same_addresses_in_any_order() {
        let client = client(&addresses(&["1.0.0.1", "1.0.0.2", "::1"]));
        assert!(client.is_pinned_to(&addresses(&["::1", "1.0.0.2", "1.0.0.1"])));
        assert!(!client.is_pinned_to(&addresses(&["1.0.0.1", "1.0.0.2"])));
        assert!(!client.is_pinned_to(&addresses(&["1.0.0.1", "1.0.0.3", "::1"])));
    }

    #[test]
    fn is_among_compares_canonical_addresses_and_ports() {
        let judged = ["127.0.0.1:80", "[2606:2800:220:1::1]:80"].map(|text| text.parse().unwrap());
        let check = |remote: &str| is_among(remote.parse().unwrap(), &judged);
        assert!(check("127.0.0.1:80") && check("[::ffff:127.0.0.1]:80") && check("[2606:2800:220:1::1]:80"));
        assert!(!check("127.0.0.1:81") && !check("127.0.0.2:80") && !check("[::1]:80"));
    }

    #[test]
    fn tried_has_first_addresses_of_each_family_first_family_first() {
        let check = |found: &[&str], per_family: usize, expected: &[&str]| {
            assert_eq!(tried(&addresses(found), per_family), addresses(expected), "{found:?}");
        };
        check(&[], 4, &[]);
        check(&["::1", "::2", "1.0.0.1", "::3", "::4", "::5"], 4, &["::1", "::2", "::3", "::4", "1.0.0.1"]);
        check(&["1.0.0.1", "::1", "1.0.0.2"], 4, &["1.0.0.1", "1.0.0.2", "::1"]);
        check(&["1.0.0.1", "1.0.0.2", "::1", "1.0.0.3"], 2, &["1.0.0.1", "1.0.0.2", "::1"]);
    }

    #[test]
    fn connect_timeout_leaves_each_address_at_least_1500_milliseconds() {
        let check = |tried: &[&str], connect: u64, expected: u64| {
            let found = connect_timeout(&addresses(tried), Duration::from_millis(connect));
            assert_eq!(found, Duration::from_millis(expected), "{tried:?}");
        };
        check(&["1.0.0.1"], 2000, 2000);
        check(&["1.0.0.1"], 3000, 3000);
        check(&["1.0.0.1", "1.0.0.2", "1.0.0.3"], 3000, 4500);
        check(&["1.0.0.1", "1.0.0.2", "::1", "::2"], 3000, 3000);
        check(&["1.0.0.1", "1.0.0.2", "1.0.0.3", "1.0.0.4"], 10_000, 10_000);
    }
}
