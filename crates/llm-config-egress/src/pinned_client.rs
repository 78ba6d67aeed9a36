//! An HTTP client that connects to given addresses only.

use std::fmt;
use std::future;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, retry};

use crate::call_error::CallError;
use crate::limits::{CallLimits, ConnectionLimits};
use crate::request::Request;
use crate::root_certificates::RootCertificates;
use crate::streaming::StreamingResponse;
use crate::tried_addresses::TriedAddresses;

/// The `User-Agent` of all calls.
const USER_AGENT: &str = concat!("llm-config/", env!("CARGO_PKG_VERSION"));

/// The interval of TCP keep-alive probes. They detect servers that vanished during a stream.
const TCP_KEEPALIVE: Duration = Duration::from_secs(30);

/// Resolves every name to the same addresses. A second lookup could differ from the first.
struct PinnedResolver {
    addresses: Arc<TriedAddresses>,
    /// The time limit for a connection.
    connect: Duration,
}

impl Resolve for PinnedResolver {
    fn resolve(&self, _: Name) -> Resolving {
        let attempts: Addrs = Box::new(self.addresses.attempts(self.connect).into_iter());
        Box::pin(future::ready(Ok(attempts)))
    }
}

/// A client with pooled connections to fixed addresses of one origin. Cheap to clone.
#[derive(Clone)]
pub(crate) struct PinnedClient {
    client: Client,
    addresses: Arc<TriedAddresses>,
}

impl PinnedClient {
    /// A client for these addresses.
    ///
    /// The limit `connect` is extended to 1.5 seconds for each address of a family. If `keep_idle` is zero,
    /// every request has a connection of its own.
    pub(crate) fn build(
        addresses: &Arc<TriedAddresses>,
        limits: &ConnectionLimits,
        roots: &RootCertificates,
    ) -> reqwest::Result<Self> {
        let ConnectionLimits { connect, keep_idle, idle_connections } = *limits;
        let connect = addresses.connect_timeout(connect);
        let client = Client::builder()
            .tls_backend_preconfigured(roots.config())
            .connect_timeout(connect)
            .dns_resolver(Arc::new(PinnedResolver { addresses: Arc::clone(addresses), connect }))
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
        Ok(Self { client, addresses: Arc::clone(addresses) })
    }

    /// Whether the client is pinned to these addresses, in any order.
    pub(crate) fn is_pinned_to(&self, addresses: &Arc<TriedAddresses>) -> bool {
        self.addresses == *addresses
    }

    /// Sends a request. `None` for a response of any other address than those of the client.
    pub(crate) async fn exchange(&self, request: Request) -> reqwest::Result<Option<reqwest::Response>> {
        let Request { method, url, headers, body } = request;
        let response = self.client.request(method, url).headers(headers).body(body).send().await?;
        let is_pinned = response.remote_addr().is_some_and(|remote| self.addresses.has_responded(remote));
        Ok(is_pinned.then_some(response))
    }

    /// Sends a request within the time limits, and refuses a response of any other address.
    pub(crate) async fn send(
        &self,
        request: Request,
        limits: &CallLimits,
    ) -> Result<StreamingResponse, CallError> {
        let exchange = tokio::time::timeout(limits.first_byte, self.exchange(request));
        let response = exchange.await.map_err(|_| CallError::Timeout)??.ok_or(CallError::Refused)?;
        Ok(StreamingResponse::new(response, limits.silence))
    }
}

impl fmt::Debug for PinnedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PinnedClient").field(&self.addresses).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::loopback::{keeping_alive, run_other_tasks};

    fn addresses(server: SocketAddr) -> Arc<TriedAddresses> {
        Arc::new(TriedAddresses::new(&[server], 1))
    }

    #[tokio::test]
    async fn send_on_reused_connection_compares_remote_address() {
        let server = keeping_alive().await;
        let roots = RootCertificates::new(None).unwrap();
        let limits = CallLimits::CHECK.of_connections();
        let first = PinnedClient::build(&addresses(server), &limits, &roots).unwrap();
        let get = || Request::get(format!("http://{server}/").parse().unwrap());
        for _ in 0..2 {
            let response = first.send(get(), &CallLimits::CHECK).await.unwrap();
            assert_eq!(response.collect(100, |_, _| false).await.unwrap().body, b"1");
            // The connection returns to the pool.
            run_other_tasks().await;
        }
        let other = PinnedClient { addresses: addresses(([127, 0, 0, 2], 80).into()), ..first };
        let result = other.send(get(), &CallLimits::CHECK).await;
        assert_eq!(result.map(|response| response.status), Err(CallError::Refused));
    }
}
