//! The client for addresses that only the operator declares, such as a Vault.
//!
//! These may be private, so the [`Guard`](crate::Guard) would refuse them; and nothing that comes
//! from a configuration decides where they are.

use std::time::Duration;

use http::Method;
use http::header::HeaderMap;
use llm_config_core::endpoint::{Endpoint, EndpointError};
use url::Url;
use zeroize::Zeroizing;

use crate::{Request, RootCertificates};

/// The most bytes of an answer: a KV secret with many values.
const BODY_LIMIT: usize = 128 * 1024;

/// How long to wait for a connection, and for a whole answer.
const CONNECT_TIME: Duration = Duration::from_secs(2);
const TIME: Duration = Duration::from_secs(5);

/// Calls one address of the operator's: this scheme, host and port, and nothing else. No
/// redirects, no proxy, no decompression; an answer must come within five seconds and have at
/// most 128 KiB. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OperatorClient {
    client: reqwest::Client,
    base: Url,
}

/// Why an address of the operator's cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It is no URL of a server.
    #[error(transparent)]
    Malformed(#[from] EndpointError),
    /// It has a query.
    #[error("must not have a query (`?`)")]
    Query,
    /// The HTTP client does not work here.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}

/// No answer came, or one that is too long. The cause is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer;

/// An answer with a secret in it.
pub struct OperatorResponse {
    /// The status code.
    pub status: u16,
    /// The whole body, overwritten in memory when it is dropped.
    pub body: Zeroizing<Vec<u8>>,
}

impl OperatorClient {
    /// For the server at `address`, such as `https://vault.internal:8200`; a path in it stays in
    /// front of all paths.
    pub fn new(address: &str, roots: &RootCertificates) -> Result<Self, AddressError> {
        let base = address.parse::<Endpoint>()?.url();
        if base.query().is_some() {
            return Err(AddressError::Query);
        }
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(roots.config())
            .https_only(base.scheme() == "https")
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT_TIME)
            .timeout(TIME)
            .build()
            .map_err(AddressError::Client)?;
        Ok(Self { client, base })
    }

    /// A request to a path below the address. Each segment is encoded, so none leaves its place.
    #[must_use]
    pub fn request(&self, method: Method, segments: &[&str]) -> Request {
        let mut url = self.base.clone();
        // Only URLs such as `mailto:` have no segments.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        Request { method, url, headers: HeaderMap::new(), body: Vec::new() }
    }

    /// Sends a request that [`OperatorClient::request`] began.
    pub async fn send(&self, request: Request) -> Result<OperatorResponse, NoAnswer> {
        let Request { method, url, headers, body } = request;
        if url.origin() != self.base.origin() {
            return Err(NoAnswer);
        }
        let sent = self.client.request(method, url).headers(headers).body(body).send().await;
        let mut response = sent.map_err(|error| self.failed(error))?;
        let status = response.status().as_u16();
        // With room for all of it, no copy is left behind when it grows.
        let mut body = Zeroizing::new(Vec::with_capacity(BODY_LIMIT));
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failed(error))? {
            if body.len() + chunk.len() > BODY_LIMIT {
                tracing::warn!(address = %self.base, "an answer is longer than {BODY_LIMIT} bytes");
                return Err(NoAnswer);
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

    fn failed(&self, error: reqwest::Error) -> NoAnswer {
        let error = error.without_url();
        tracing::warn!(address = %self.base, %error, cause = ?std::error::Error::source(&error), "no answer");
        NoAnswer
    }
}
