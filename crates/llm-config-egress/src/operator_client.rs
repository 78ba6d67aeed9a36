//! The client for addresses that only the operator declares, such as a Vault.
//!
//! These addresses may be private, so the [`Guard`](crate::Guard) would refuse them. No value of a
//! configuration decides where they are.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use http::header::HeaderMap;
use llm_config_core::endpoint::{Endpoint, EndpointError};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;
use zeroize::Zeroizing;

use crate::limits::CONNECT_TO_ADDRESS;
use crate::request::Request;
use crate::resolver::{OperatorResolver, Resolver};
use crate::root_certificates::RootCertificates;

/// The maximal size of a response in bytes. A KV secret may have many values.
const BODY_LIMIT: usize = 128 * 1024;

/// The maximal number of addresses of each family that a connection tries.
const ADDRESSES: u32 = 3;

/// The time limit for a connection. The HTTP library divides it among the addresses of a family.
const CONNECT_TIMEOUT: Duration = CONNECT_TO_ADDRESS.saturating_mul(ADDRESSES);

/// The time limit for a whole response.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How long an idle connection stays open: less than the five seconds after which common servers close it.
const KEEP_IDLE: Duration = Duration::from_secs(4);

/// Calls one address that the operator declares: this scheme, host and port, and no other.
///
/// No redirects, no proxy, no decompression. A response must arrive within five seconds and have at most 128
/// KiB. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OperatorClient {
    client: reqwest::Client,
    base: Url,
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
    /// The HTTP client cannot be initialised.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}

/// No response, or one that is too long. The log contains the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoResponse;

/// A response that contains a secret.
pub struct OperatorResponse {
    /// The status code.
    pub status: u16,
    /// The whole body, overwritten in memory when dropped.
    pub body: Zeroizing<Vec<u8>>,
}

/// Resolves names to at most three addresses of each family, so that the time limit leaves each enough.
struct LimitedResolver(Arc<dyn Resolver>);

impl Resolve for LimitedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = Arc::clone(&self.0);
        Box::pin(async move {
            let found = resolver.resolve(name.as_str()).await?;
            let (v4, v6): (Vec<_>, Vec<_>) = found.into_iter().partition(IpAddr::is_ipv4);
            let limited = |addresses: Vec<_>| addresses.into_iter().take(ADDRESSES as usize);
            // The HTTP library replaces port 0 by that of the URL.
            let addresses = limited(v6).chain(limited(v4)).map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

impl OperatorClient {
    /// A client for the server at `address`, such as `https://vault.internal:8200`. A path in it is the
    /// prefix of all paths.
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
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(roots.config())
            .https_only(base.scheme() == "https")
            .dns_resolver(Arc::new(LimitedResolver(resolver)))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .pool_idle_timeout(KEEP_IDLE)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .build()
            .map_err(AddressError::Client)?;
        Ok(Self { client, base })
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
        Request { method, url, headers: HeaderMap::new(), body: Vec::new() }
    }

    /// Sends a request of [`OperatorClient::request`]. A URL of another origin is an error.
    pub async fn send(&self, request: Request) -> Result<OperatorResponse, NoResponse> {
        let Request { method, url, headers, body } = request;
        if url.origin() != self.base.origin() {
            return Err(NoResponse);
        }
        let sent = self.client.request(method, url).headers(headers).body(body).send().await;
        let mut response = sent.map_err(|error| self.log(error))?;
        let status = response.status().as_u16();
        // A buffer of the full size is never reallocated, so no copy of a secret stays in memory.
        let mut body = Zeroizing::new(Vec::with_capacity(BODY_LIMIT));
        while let Some(chunk) = response.chunk().await.map_err(|error| self.log(error))? {
            if body.len() + chunk.len() > BODY_LIMIT {
                tracing::warn!(address = %self.base, "the response is longer than {BODY_LIMIT} bytes");
                return Err(NoResponse);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(OperatorResponse { status, body })
    }

    /// The address, for the operator's log.
    #[must_use]
    pub const fn address(&self) -> &Url {
        &self.base
    }

    fn log(&self, error: reqwest::Error) -> NoResponse {
        let error = error.without_url();
        let cause = std::error::Error::source(&error);
        tracing::warn!(address = %self.base, %error, ?cause, "no response");
        NoResponse
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::loopback::full_listener;

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

    #[tokio::test]
    async fn resolve_with_many_addresses_is_limited_to_three_of_each_family() {
        let addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "::1", "::2", "::3", "::4"];
        let found = LimitedResolver(fixed(&addresses)).resolve("vault.lan".parse().unwrap()).await.unwrap();
        let found: Vec<String> = found.map(|address| address.ip().to_string()).collect();
        assert_eq!(found, ["::1", "::2", "::3", "10.0.0.1", "10.0.0.2", "10.0.0.3"]);
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
