//! An HTTP client that connects to given addresses only.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use http::header::{ACCEPT, USER_AGENT};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpInfo;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::call_error::CallError;
use crate::connector::PinnedConnector;
use crate::exchange_error::ExchangeError;
use crate::interim_responses::second_interim_response;
use crate::limits::{CallLimits, ConnectionLimits};
use crate::request::Request;
use crate::request_body::RequestBody;
use crate::root_certificates::RootCertificates;
use crate::streaming::StreamingResponse;
use crate::tried_addresses::TriedAddresses;

/// The `User-Agent` of all calls.
const OWN_NAME: HeaderValue = HeaderValue::from_static(concat!("llm-config/", env!("CARGO_PKG_VERSION")));

/// The size of the largest parts of a body and the largest heads of responses, in bytes; the HTTP library may
/// read a little more. A connection whose body is not read holds two parts.
const READ_AT_ONCE: usize = 32 * 1024;

/// The `Accept` of calls that have none.
const ANYTHING: HeaderValue = HeaderValue::from_static("*/*");

/// A client with pooled connections to fixed addresses of one origin: no proxy, no redirect, no second
/// lookup. Cheap to clone.
#[derive(Clone)]
pub(crate) struct PinnedClient {
    client: Client<PinnedConnector, RequestBody>,
    addresses: Arc<TriedAddresses>,
}

impl PinnedClient {
    /// A client for these addresses.
    ///
    /// The limit `connect` is extended to 1.5 seconds for each address of a family. If `keep_idle` is zero,
    /// every request has a connection of its own.
    pub(crate) fn new(
        addresses: &Arc<TriedAddresses>,
        limits: &ConnectionLimits,
        roots: &RootCertificates,
    ) -> Self {
        let ConnectionLimits { connect, keep_idle, response_bytes, idle_connections } = *limits;
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(keep_idle)
            .pool_max_idle_per_host(if keep_idle.is_zero() { 0 } else { idle_connections })
            .http1_max_buf_size(READ_AT_ONCE)
            .build(PinnedConnector::new(addresses, connect, response_bytes, roots));
        Self { client, addresses: Arc::clone(addresses) }
    }

    /// Whether the client is pinned to these addresses, in any order.
    pub(crate) fn is_pinned_to(&self, addresses: &Arc<TriedAddresses>) -> bool {
        self.addresses == *addresses
    }

    /// Sends a request. `None` for a URL that the HTTP library refuses, and for a response of any other
    /// address than those of the client.
    pub(crate) async fn exchange(
        &self,
        request: Request,
    ) -> Result<Option<http::Response<Incoming>>, ExchangeError> {
        let Some(uri) = request.uri() else { return Ok(None) };
        let Request { method, url: _, headers, body } = request;
        let mut request = http::Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        let headers = request.headers_mut();
        headers.entry(ACCEPT).or_insert(ANYTHING);
        headers.entry(USER_AGENT).or_insert(OWN_NAME);
        let interim = second_interim_response(&mut request);
        let response = tokio::select! {
            // First, because the response may have come in the same packet.
            biased;
            () = interim => return Err(ExchangeError::InterimResponses),
            response = self.client.request(request) => response?,
        };
        let remote = response.extensions().get().map(HttpInfo::remote_addr);
        let is_pinned = remote.is_some_and(|remote| self.addresses.note_response(remote));
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
        let first = PinnedClient::new(&addresses(server), &limits, &roots);
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
