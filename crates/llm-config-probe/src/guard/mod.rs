//! The one way out: every call to an address that a user supplied goes through here.

mod policy;
mod resolver;

use std::sync::Arc;

pub use policy::{AllowedHost, Loopback, NetworkPolicy};
pub use resolver::{Resolver, SystemResolver};

use crate::exchange::{Answer, Request};
use crate::trust::Trust;

/// The most bytes that are read of an answer.
const BODY_LIMIT: usize = 1024 * 1024;

/// The one way out. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Guard {
    policy: Arc<NetworkPolicy>,
    resolver: Arc<dyn Resolver>,
    trust: Trust,
}

/// Why a call got no answer. Coarse on purpose: what is behind it would tell about the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallError {
    /// The address is not allowed, or there is no such host: the two are told apart for nobody.
    Refused,
    /// The host is one that the operator listed, or a known vendor's, and has no address.
    Dns,
    /// No connection came about.
    Connect,
    /// No connection came about in time.
    ConnectTimeout,
    /// The encrypted connection failed.
    Tls,
    /// No answer came in time.
    Timeout,
    /// The connection ended before the answer did.
    Reset,
    /// What came is not HTTP.
    Protocol,
}

impl Guard {
    /// A guard that allows what `policy` allows.
    #[must_use]
    pub fn new(policy: NetworkPolicy, trust: Trust) -> Self {
        Self { policy: Arc::new(policy), resolver: Arc::new(SystemResolver), trust }
    }

    /// With another source of addresses.
    #[must_use]
    pub fn with_resolver(self, resolver: Arc<dyn Resolver>) -> Self {
        Self { resolver, ..self }
    }

    /// Sends a request to an address that is allowed, and reads the answer up to the limits.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer, CallError> {
        let _ = &self.policy;
        let host = request.url.host_str().unwrap_or_default();
        let port = request.url.port_or_known_default().unwrap_or(80);
        let addresses = self.resolver.resolve(host).await.map_err(|_| CallError::Refused)?;
        let addresses: Vec<_> = addresses.into_iter().map(|it| (it, port).into()).collect();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(self.trust.config())
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .resolve_to_addrs(host, &addresses)
            .build()
            .map_err(|_| CallError::Tls)?;
        let built = client.request(request.method, request.url).headers(request.headers).body(request.body);
        let mut response = built.send().await.map_err(|_| CallError::Connect)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| CallError::Reset)? {
            body.extend_from_slice(&chunk);
            if body.len() > BODY_LIMIT {
                return Ok(Answer { status, headers, body, is_whole: false });
            }
        }
        Ok(Answer { status, headers, body, is_whole: true })
    }
}
