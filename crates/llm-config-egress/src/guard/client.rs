//! The HTTP client of one call: it connects to the addresses that were judged, and nowhere else.

use std::future;
use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, retry};

use super::{CallError, failure, limits};
use crate::{Request, Response, RootCertificates};

/// How we introduce ourselves.
const USER_AGENT: &str = concat!("llm-config/", env!("CARGO_PKG_VERSION"));

/// Whatever is asked for, these are its addresses: there is no second lookup that could differ
/// from the first.
struct PinnedResolver(Vec<SocketAddr>);

impl Resolve for PinnedResolver {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(future::ready(Ok(addresses)))
    }
}

/// Sends a request to one of `addresses`. Dropping the future closes the connection.
pub(super) async fn exchange(
    request: Request,
    addresses: Vec<SocketAddr>,
    roots: &RootCertificates,
) -> Result<Response, CallError> {
    let client = client(addresses.clone(), roots).map_err(|_| CallError::Tls)?;
    let Request { method, url, headers, body } = request;
    let sent = client.request(method, url).headers(headers).body(body).send().await;
    let response = sent.map_err(|error| failure::of(&error))?;
    if !response.remote_addr().is_some_and(|it| is_among(it, &addresses)) {
        return Err(CallError::Refused);
    }
    read(response).await
}

/// A client for one call. It shares nothing with others: a connection that was opened under
/// another policy must not be used again.
fn client(addresses: Vec<SocketAddr>, roots: &RootCertificates) -> reqwest::Result<Client> {
    let connect_timeout = limits::connect(addresses.len());
    Client::builder()
        .tls_backend_preconfigured(roots.config())
        .dns_resolver(Arc::new(PinnedResolver(addresses)))
        .no_proxy()
        .redirect(Policy::none())
        .referer(false)
        .retry(retry::never())
        .http1_only()
        .pool_max_idle_per_host(0)
        .connect_timeout(connect_timeout)
        .user_agent(USER_AGENT)
        .build()
}

/// Whether the other end is one of those that were judged; an IPv4 address may come back in its
/// IPv6 spelling.
fn is_among(remote: SocketAddr, judged: &[SocketAddr]) -> bool {
    let same = |it: &SocketAddr| it.ip().to_canonical() == remote.ip().to_canonical();
    judged.iter().any(|it| same(it) && it.port() == remote.port())
}

/// Reads up to the limit. What an answer declares as its length is not believed.
async fn read(mut response: reqwest::Response) -> Result<Response, CallError> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let limit = limits::body(status);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure::of(&error))? {
        let room = limit - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Ok(Response { status, headers, body, is_whole: false });
        }
    }
    Ok(Response { status, headers, body, is_whole: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_end_is_one_of_those_that_were_judged() {
        let judged = ["127.0.0.1:80", "[2606:2800:220:1::1]:80"].map(|it| it.parse().unwrap());
        let check = |remote: &str| is_among(remote.parse().unwrap(), &judged);
        assert!(check("127.0.0.1:80") && check("[::ffff:127.0.0.1]:80") && check("[2606:2800:220:1::1]:80"));
        assert!(!check("127.0.0.1:81") && !check("127.0.0.2:80") && !check("[::1]:80"));
    }
}
