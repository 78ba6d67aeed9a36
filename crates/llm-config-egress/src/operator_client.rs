//! The client for addresses that only the operator declares, such as a Vault.
//!
//! These addresses may be private, so the [`Guard`](crate::Guard) would refuse them. No value of a
//! configuration decides where they are.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Method;
use http::header::HeaderMap;
use llm_config_core::endpoint::{Endpoint, EndpointError};
use url::{Host, Url};
use zeroize::Zeroizing;

use crate::limits::{ConnectionLimits, HEADS};
use crate::pinned_client::PinnedClient;
use crate::request::Request;
use crate::request_body::RequestBody;
use crate::resolver::{OperatorResolver, Resolver};
use crate::root_certificates::RootCertificates;
use crate::streaming::chunk;
use crate::tried_addresses::TriedAddresses;

/// The maximum size of a response in bytes. A KV secret may have many values.
const BODY_LIMIT: usize = 128 * 1024;

/// The maximum number of addresses of each family that a connection tries.
const ADDRESSES: usize = 3;

/// The time limit for a connection is that for one address; it is extended for several. An idle connection is
/// reused for less than the five seconds after which common servers close it.
const CONNECTIONS: ConnectionLimits = ConnectionLimits {
    connect: Duration::from_secs(2),
    keep_idle: Duration::from_secs(4),
    response_bytes: Some(2 * BODY_LIMIT as u64 + HEADS),
    idle_connections: 8,
};

/// The time limit for a call: lookup, connection and whole response.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Calls one address that the operator declares: this scheme, host and port, and no other.
///
/// No redirects, no proxy, no decompression. A call ends within five seconds, and a response has at most 128
/// KiB. Every call looks the host up; connections to the same addresses are reused. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OperatorClient {
    base: Url,
    roots: RootCertificates,
    resolver: Arc<dyn Resolver>,
    /// The client for the addresses that the last lookup found.
    client: Arc<Mutex<Option<PinnedClient>>>,
}

/// Why an address is invalid.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// The address is not the URL of a server.
    #[error(transparent)]
    Malformed(#[from] EndpointError),
    /// The address has a query.
    #[error("must not have a query (`?`)")]
    Query,
}

/// No response, or a response that is too long. The log contains the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoResponse;

/// A response that contains a secret.
pub struct OperatorResponse {
    /// The status code.
    pub status: u16,
    /// The whole body, overwritten in memory when dropped.
    pub body: Zeroizing<Vec<u8>>,
}

impl OperatorClient {
    /// A client for the server at `address`, such as `https://vault.internal:8200`. A path in the
    /// address is the prefix of all paths.
    pub fn new(address: &str, roots: &RootCertificates) -> Result<Self, AddressError> {
        Self::with_resolver(address, roots, Arc::new(OperatorResolver))
    }

    fn with_resolver(
        address: &str,
        roots: &RootCertificates,
        resolver: Arc<dyn Resolver>,
    ) -> Result<Self, AddressError> {
        let base = address.parse::<Endpoint>()?.url();
        if base.query().is_some() {
            return Err(AddressError::Query);
        }
        Ok(Self { base, roots: roots.clone(), resolver, client: Arc::default() })
    }

    /// A request to a path below the address. Every segment is encoded, so no segment can step out of the
    /// path.
    #[must_use]
    pub fn request(&self, method: Method, segments: &[&str]) -> Request {
        let mut url = self.base.clone();
        // Only URLs such as `mailto:` have no segments.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        Request { method, url, headers: HeaderMap::new(), body: RequestBody::default() }
    }

    /// Sends a request of [`OperatorClient::request`]. A URL of another origin is an error.
    pub async fn send(&self, request: Request) -> Result<OperatorResponse, NoResponse> {
        if request.url.origin() != self.base.origin() {
            return Err(NoResponse);
        }
        tokio::time::timeout(TIMEOUT, self.send_without_limit(request)).await.unwrap_or_else(|_| {
            tracing::warn!(address = %self.base, "no response within {} seconds", TIMEOUT.as_secs());
            Err(NoResponse)
        })
    }

    async fn send_without_limit(&self, request: Request) -> Result<OperatorResponse, NoResponse> {
        let client = self.client().await?;
        let response = client.exchange(request).await.map_err(|error| {
            if error.is_connect() {
                // The next client uses the current addresses in their current order.
                self.kept().take();
            }
            self.no_response(&error)
        })?;
        let response = response.ok_or_else(|| {
            tracing::warn!(
                address = %self.base,
                "the URL is too long, or the response came from an address that the host does not have"
            );
            NoResponse
        })?;
        let status = response.status().as_u16();
        let mut rest = response.into_body();
        // A buffer of the full size is never reallocated, so no copy of a secret stays in memory.
        let mut body = Zeroizing::new(Vec::with_capacity(BODY_LIMIT));
        while let Some(chunk) = chunk(&mut rest).await.map_err(|error| self.no_response(&error))? {
            if body.len() + chunk.len() > BODY_LIMIT {
                tracing::warn!(address = %self.base, "the response is longer than {BODY_LIMIT} bytes");
                return Err(NoResponse);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(OperatorResponse { status, body })
    }

    /// A client for the current addresses. Its time limit for connections depends on their number.
    async fn client(&self) -> Result<PinnedClient, NoResponse> {
        let tried = self.look_up().await.map_err(|error| {
            tracing::warn!(address = %self.base, %error, "the host cannot be resolved");
            NoResponse
        })?;
        if let Some(client) = self.kept().as_ref().filter(|client| client.is_pinned_to(&tried)) {
            return Ok(client.clone());
        }
        let client = PinnedClient::new(&tried, &CONNECTIONS, &self.roots);
        self.kept().replace(client.clone());
        Ok(client)
    }

    /// The addresses that a connection tries: at most three of each family, so that the time limit leaves
    /// each enough.
    async fn look_up(&self) -> io::Result<Arc<TriedAddresses>> {
        let found = match self.base.host() {
            Some(Host::Domain(name)) => self.resolver.resolve(name).await?,
            Some(Host::Ipv4(address)) => vec![address.into()],
            Some(Host::Ipv6(address)) => vec![address.into()],
            None => Vec::new(),
        };
        let port = self.base.port_or_known_default().unwrap_or_default();
        let found: Vec<_> = found.into_iter().map(|address| SocketAddr::new(address, port)).collect();
        if found.is_empty() {
            return Err(io::Error::other("the host has no address"));
        }
        Ok(Arc::new(TriedAddresses::new(&found, ADDRESSES)))
    }

    fn kept(&self) -> MutexGuard<'_, Option<PinnedClient>> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address, for the operator's log.
    #[must_use]
    pub const fn address(&self) -> &Url {
        &self.base
    }

    fn no_response(&self, error: &(dyn Error + 'static)) -> NoResponse {
        let cause = error.source().map(tracing::field::display);
        tracing::warn!(address = %self.base, %error, cause, "no response");
        NoResponse
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    #[cfg(target_os = "linux")]
    use crate::loopback::full_listener;
    use crate::loopback::{keeping_alive, run_other_tasks};

    #[derive(Debug)]
    struct Fixed(Vec<IpAddr>);

    #[async_trait::async_trait]
    impl Resolver for Fixed {
        async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            Ok(self.0.clone())
        }
    }

    fn fixed(addresses: &[&str]) -> Arc<Fixed> {
        Arc::new(Fixed(addresses.iter().map(|address| address.parse().unwrap()).collect()))
    }

    async fn look_up(address: &str, found: &[&str]) -> Vec<String> {
        let roots = RootCertificates::new(None).unwrap();
        let client = OperatorClient::with_resolver(address, &roots, fixed(found)).unwrap();
        client.look_up().await.unwrap().in_order().iter().map(ToString::to_string).collect()
    }

    #[tokio::test]
    async fn look_up_of_many_addresses_is_limited_to_three_of_each_family() {
        let addresses = ["::1", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "::2", "::3", "::4"];
        assert_eq!(
            look_up("https://vault.lan", &addresses).await,
            ["[::1]:443", "[::2]:443", "[::3]:443", "10.0.0.1:443", "10.0.0.2:443", "10.0.0.3:443"]
        );
    }

    #[tokio::test]
    async fn look_up_of_address_is_that_address() {
        assert_eq!(look_up("https://10.0.0.1:8200", &[]).await, ["10.0.0.1:8200"]);
        assert_eq!(look_up("http://[fd00::5]", &[]).await, ["[fd00::5]:80"]);
    }

    #[tokio::test]
    async fn second_call_reuses_connection() {
        let server = keeping_alive().await;
        let roots = RootCertificates::new(None).unwrap();
        let address = format!("http://vault.lan:{}", server.port());
        let client = OperatorClient::with_resolver(&address, &roots, fixed(&["127.0.0.1"])).unwrap();
        for _ in 0..2 {
            let response = client.send(client.request(Method::GET, &["v1"])).await.unwrap();
            assert_eq!(response.body.as_slice(), b"1");
            // The connection returns to the pool.
            run_other_tasks().await;
        }
    }

    #[tokio::test]
    async fn failed_connection_drops_client() {
        let roots = RootCertificates::new(None).unwrap();
        // No program listens at port 1.
        let resolver = fixed(&["127.0.0.2"]);
        let client = OperatorClient::with_resolver("http://vault.lan:1", &roots, resolver).unwrap();
        client.client().await.unwrap();
        assert!(client.kept().is_some());
        assert!(client.send(client.request(Method::GET, &["v1"])).await.is_err());
        assert!(client.kept().is_none());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn send_with_dead_first_address_uses_second() {
        let (dead, _waiting) = full_listener("127.0.0.2:0").await;
        let port = dead.local_addr().unwrap().port();
        let alive = TcpListener::bind(("127.0.0.3", port)).await.unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = alive.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        });
        let roots = RootCertificates::new(None).unwrap();
        let address = format!("http://vault.lan:{port}");
        let resolver = fixed(&["127.0.0.2", "127.0.0.3"]);
        let client = OperatorClient::with_resolver(&address, &roots, resolver).unwrap();
        let response = client.send(client.request(Method::GET, &["v1", "sys", "health"])).await;
        assert_eq!(response.map(|response| response.status), Ok(204));
    }
}
