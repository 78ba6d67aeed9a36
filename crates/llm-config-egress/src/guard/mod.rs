//! The one way out: every call to an address that a user supplied goes through here.

mod address;
mod client;
mod destination;
mod failure;
mod header;
mod limits;
mod name;
mod policy;
mod resolver;
mod rules;

#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

pub use policy::{AllowedHost, AllowedHostError, Loopback, NetworkPolicy};
pub use resolver::{Resolver, SystemResolver};

use crate::{Request, Response, RootCertificates};
use destination::{Destination, Host};
use rules::Rules;

/// What `localhost` means, without asking anybody.
const THIS_MACHINE: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// The one way out. Cheap to clone.
///
/// It looks a name up once, judges all its addresses, and connects to one of those that it
/// judged: no proxy, no redirect, no second lookup. A refusal never tells why.
#[derive(Clone, Debug)]
pub struct Guard {
    rules: Arc<Rules>,
    resolver: Arc<dyn Resolver>,
    roots: RootCertificates,
    refused_after: Duration,
}

/// Why a call got no answer. Coarse on purpose: what is behind it would tell about the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallError {
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

impl CallError {
    /// Whether anything of the request may have been sent before it failed.
    #[must_use]
    pub const fn may_have_sent(self) -> bool {
        match self {
            Self::Timeout | Self::Reset | Self::Protocol => true,
            Self::Refused | Self::Dns | Self::Connect | Self::ConnectTimeout | Self::Tls => false,
        }
    }
}

impl Guard {
    /// How long after its start a call is refused, whatever it is refused for, unless something
    /// else is chosen. A lookup may take no longer either.
    pub const REFUSED_AFTER: Duration = Duration::from_secs(2);

    /// A guard that allows what `policy` allows.
    #[must_use]
    pub fn new(policy: NetworkPolicy, roots: RootCertificates) -> Self {
        Self {
            rules: Arc::new(Rules::new(policy)),
            resolver: Arc::new(SystemResolver),
            roots,
            refused_after: Self::REFUSED_AFTER,
        }
    }

    /// With another source of addresses.
    #[must_use]
    pub fn with_resolver(self, resolver: Arc<dyn Resolver>) -> Self {
        Self { resolver, ..self }
    }

    /// With another moment for refusals than [`Guard::REFUSED_AFTER`] after the start of a call.
    /// It must be later than nearly all lookups end, because it ends them.
    #[must_use]
    pub fn with_refusals_after(self, refused_after: Duration) -> Self {
        Self { refused_after, ..self }
    }

    /// Sends a request to an address that is allowed, and reads the answer up to the limits.
    ///
    /// There is no limit of time for the answer: a caller that stops waiting drops the future.
    pub async fn send(&self, request: Request) -> Result<Response, CallError> {
        // One moment for all refusals: time would tell a name that has a private address from one
        // that has none.
        let refusal = Instant::now() + self.refused_after;
        let sent = match self.judge(&request, refusal).await {
            Ok(addresses) => client::exchange(request, addresses, &self.roots).await,
            Err(error) => Err(error),
        };
        if matches!(sent, Err(CallError::Refused)) {
            tokio::time::sleep_until(refusal).await;
        }
        sent
    }

    /// The addresses that a request may be sent to.
    async fn judge(&self, request: &Request, until: Instant) -> Result<Vec<SocketAddr>, CallError> {
        if !request.headers.keys().all(header::is_allowed) {
            return Err(CallError::Refused);
        }
        let to = Destination::read(&request.url).ok_or(CallError::Refused)?;
        let addresses = match &to.host {
            Host::Address(address) => vec![*address],
            Host::Name(name) if name::is_this_machine(name) => {
                THIS_MACHINE.into_iter().filter(|it| self.rules.allow(&to, *it)).collect()
            }
            Host::Name(name) => self.look_up(name, self.rules.list(&to), until).await?,
        };
        // A name with one address that is refused is refused: it may show the others to be judged
        // and mean this one.
        if addresses.is_empty() || !addresses.iter().all(|it| self.rules.allow(&to, *it)) {
            return Err(CallError::Refused);
        }
        Ok(tried(addresses).into_iter().map(|it| SocketAddr::new(it, to.port)).collect())
    }

    /// All addresses of a name; never none.
    async fn look_up(&self, name: &str, is_listed: bool, until: Instant) -> Result<Vec<IpAddr>, CallError> {
        if !is_listed && name::is_inside(name) {
            return Err(CallError::Refused);
        }
        let lookup = if is_listed { self.resolver.resolve_listed(name) } else { self.resolver.resolve(name) };
        match tokio::time::timeout_at(until, lookup).await {
            Ok(Ok(found)) if !found.is_empty() => Ok(found),
            _ if is_listed || name::is_vendor(name) => Err(CallError::Dns),
            _ => Err(CallError::Refused),
        }
    }
}

/// The addresses that are tried, those of the first one's family first. Each family that the host has gets
/// a place, because this machine may reach only one of them.
fn tried(addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let Some(first) = addresses.first().copied() else { return Vec::new() };
    let is_preferred = |it: &IpAddr| it.is_ipv4() == first.is_ipv4();
    let (mut preferred, others): (Vec<_>, Vec<_>) = addresses.into_iter().partition(is_preferred);
    preferred.truncate(limits::ADDRESSES - others.len().min(limits::ADDRESSES / 2));
    preferred.extend(others);
    preferred.truncate(limits::ADDRESSES);
    preferred
}
