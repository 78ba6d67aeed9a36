//! The client for addresses that users supply.

mod address;
mod client;
mod destination;
mod header;
mod host_name;
mod policy;
mod pool;
mod rules;

#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

pub use policy::{AllowedHost, AllowedHostError, Loopback, NetworkPolicy};

use crate::call_error::CallError;
use crate::limits::{self, CallLimits};
use crate::request::Request;
use crate::resolver::{Resolver, SystemResolver};
use crate::response::Response;
use crate::root_certificates::RootCertificates;
use crate::streaming::StreamingResponse;
use client::PinnedClient;
use destination::{Destination, Host};
use pool::Pool;
use rules::Rules;

/// The addresses of `localhost`, which is never looked up.
const LOCALHOST: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// The client for addresses that users supply. Cheap to clone; clones share their connections.
///
/// The guard judges every address of a host before it connects, and connects to judged addresses only: no
/// proxy, no redirect, no second lookup. A refusal never reveals its reason.
#[derive(Clone, Debug)]
pub struct Guard {
    rules: Arc<Rules>,
    resolver: Arc<dyn Resolver>,
    roots: RootCertificates,
    pool: Arc<Pool>,
    is_public_host: fn(&str) -> bool,
    refused_after: Duration,
}

impl Guard {
    /// The default time from the start of a call to a refusal, for every reason. It also limits lookups.
    pub const REFUSED_AFTER: Duration = Duration::from_secs(2);

    /// A guard for `policy`. Another policy needs another guard, so that no connection outlives its policy.
    #[must_use]
    pub fn new(policy: NetworkPolicy, roots: RootCertificates) -> Self {
        Self {
            rules: Arc::new(Rules::new(policy)),
            resolver: Arc::new(SystemResolver),
            roots,
            pool: Arc::default(),
            is_public_host: |_| false,
            refused_after: Self::REFUSED_AFTER,
        }
    }

    /// The guard with another resolver and no connections.
    #[must_use]
    pub fn with_resolver(self, resolver: Arc<dyn Resolver>) -> Self {
        Self { resolver, pool: Arc::default(), ..self }
    }

    /// The guard with a test for the hosts of well-known public APIs. The error of such a host without an
    /// address is [`CallError::Dns`], because it reveals nothing about this network; for other hosts it is
    /// [`CallError::Refused`]. The name is in lower case, without a trailing dot.
    #[must_use]
    pub fn with_public_hosts(self, is_public_host: fn(&str) -> bool) -> Self {
        Self { is_public_host, ..self }
    }

    /// The guard with another time than [`Guard::REFUSED_AFTER`]. It must be longer than nearly all lookups,
    /// because it limits them.
    #[must_use]
    pub fn with_refusals_after(self, refused_after: Duration) -> Self {
        Self { refused_after, ..self }
    }

    /// Sends a request and reads the body of the response up to 1 MiB, or 64 KiB for a status of 400 and
    /// above.
    ///
    /// The limits are [`CallLimits::CHECK`]. Dropping the future closes the connection.
    pub async fn send(&self, request: Request) -> Result<Response, CallError> {
        let response = self.send_streaming(request, &CallLimits::CHECK).await?;
        let limit = limits::body(response.status);
        response.collect(limit).await
    }

    /// Sends a request and returns the response with an unread body of unlimited size.
    ///
    /// Dropping the future or the response closes the connection.
    pub async fn send_streaming(
        &self,
        request: Request,
        limits: &CallLimits,
    ) -> Result<StreamingResponse, CallError> {
        // All refusals take the same time. Otherwise the time would distinguish a name with a private address
        // from a name without an address.
        let refusal = Instant::now() + self.refused_after;
        let sent = match self.client(&request, limits, refusal).await {
            Ok(client) => client.send(request, limits).await,
            Err(error) => {
                // A refused request does not occupy memory while the refusal waits.
                drop(request);
                Err(error)
            }
        };
        if matches!(sent, Err(CallError::Refused)) {
            tokio::time::sleep_until(refusal).await;
        }
        sent
    }

    /// A client that is pinned to the judged addresses of the request's destination.
    async fn client(
        &self,
        request: &Request,
        limits: &CallLimits,
        until: Instant,
    ) -> Result<PinnedClient, CallError> {
        if !request.headers.keys().all(header::is_allowed) {
            return Err(CallError::Refused);
        }
        let destination = Destination::from_url(&request.url).ok_or(CallError::Refused)?;
        if let Some(client) = self.pool.get(&destination, limits) {
            return Ok(client);
        }
        match self.judge(&destination, until).await {
            Ok(addresses) => {
                self.pool.renew(&destination, &addresses, limits, &self.roots).map_err(|_| CallError::Tls)
            }
            Err(error) => {
                self.pool.remove(&destination);
                Err(error)
            }
        }
    }

    /// The addresses of a destination, if all of them are allowed. Never empty.
    async fn judge(&self, to: &Destination, until: Instant) -> Result<Vec<SocketAddr>, CallError> {
        let addresses = match &to.host {
            Host::Address(address) => vec![*address],
            Host::Name(name) if host_name::is_localhost(name) => {
                LOCALHOST.into_iter().filter(|address| self.rules.allow(to, *address)).collect()
            }
            Host::Name(name) => self.look_up(name, self.rules.is_listed(to), until).await?,
        };
        // One refused address refuses the name: its owner could present the allowed ones for judgement and
        // mean the refused one.
        if addresses.is_empty() || !addresses.iter().all(|address| self.rules.allow(to, *address)) {
            return Err(CallError::Refused);
        }
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, to.port)).collect())
    }

    /// All addresses of a name. Never empty.
    async fn look_up(&self, name: &str, is_listed: bool, until: Instant) -> Result<Vec<IpAddr>, CallError> {
        if !is_listed && host_name::is_internal(name) {
            return Err(CallError::Refused);
        }
        let lookup = if is_listed { self.resolver.resolve_listed(name) } else { self.resolver.resolve(name) };
        match tokio::time::timeout_at(until, lookup).await {
            Ok(Ok(found)) if !found.is_empty() => Ok(found),
            _ if is_listed || (self.is_public_host)(name) => Err(CallError::Dns),
            _ => Err(CallError::Refused),
        }
    }
}
