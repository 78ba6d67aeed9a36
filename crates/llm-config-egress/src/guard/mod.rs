//! The client for addresses that users supply.

mod address;
mod destination;
mod header;
mod host_name;
mod judgements;
mod policy;
mod pool;
mod rules;

#[cfg(test)]
mod tests;

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

pub use policy::{AllowedHost, AllowedHostError, Loopback, NetworkPolicy};

use crate::call_error::CallError;
use crate::limits::{self, CallLimits};
use crate::lookup_share::LookupOwner;
use crate::request::Request;
use crate::resolver::{Resolver, SystemResolver};
use crate::response::Response;
use crate::root_certificates::RootCertificates;
use crate::spoken_protocol::SpokenProtocol;
use crate::streaming::{IsEnough, StreamingResponse};
use crate::tried_addresses::TriedAddresses;
use destination::{Destination, Host};
use judgements::{Addresses, Judgements, Lookup, LookupKey, Outcome, Usable};
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
    judgements: Arc<Judgements>,
    pool: Arc<Pool>,
    is_public_host: fn(&str) -> bool,
    refused_after: Duration,
    lookup_owner: Option<LookupOwner>,
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
            judgements: Arc::default(),
            pool: Arc::default(),
            is_public_host: |_| false,
            refused_after: Self::REFUSED_AFTER,
            lookup_owner: None,
        }
    }

    /// The guard with another resolver, without judgements and connections.
    #[must_use]
    pub fn with_resolver(self, resolver: Arc<dyn Resolver>) -> Self {
        Self { resolver, judgements: Arc::default(), pool: Arc::default(), ..self }
    }

    /// The guard with a test for the hosts of well-known public APIs. The error of such a host without an
    /// address is [`CallError::Dns`], because it reveals nothing about this network; for other hosts it is
    /// [`CallError::Refused`]. The name is in lower case, without a trailing dot.
    #[must_use]
    pub fn with_public_hosts(self, is_public_host: fn(&str) -> bool) -> Self {
        Self { is_public_host, ..self }
    }

    /// The same guard, with the same connections, whose lookups are made on behalf of this owner: each owner
    /// has a share of all lookups.
    #[must_use]
    pub fn for_lookup_owner(&self, owner: LookupOwner) -> Self {
        Self { lookup_owner: Some(owner), ..self.clone() }
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
    /// The limits are [`CallLimits::CHECK`]. Dropping the future ends the call.
    pub async fn send(&self, request: Request) -> Result<Response, CallError> {
        self.send_bounded(request, &CallLimits::CHECK, |_, _| false).await
    }

    /// Sends a request like [`Guard::send`], and stops reading when the part of the body that was read is
    /// enough.
    pub async fn send_until(&self, request: Request, is_enough: IsEnough) -> Result<Response, CallError> {
        self.send_bounded(request, &CallLimits::CHECK, is_enough).await
    }

    /// Sends a request like [`Guard::send_until`], but on a connection of its own.
    ///
    /// Some proxies authenticate connections instead of requests. On a connection that carried another key,
    /// they would accept a wrong one.
    pub async fn send_unpooled(&self, request: Request, is_enough: IsEnough) -> Result<Response, CallError> {
        self.send_bounded(request, &CallLimits::UNPOOLED_CHECK, is_enough).await
    }

    async fn send_bounded(
        &self,
        request: Request,
        limits: &CallLimits,
        is_enough: IsEnough,
    ) -> Result<Response, CallError> {
        let response = self.send_streaming(request, limits).await?;
        let limit = limits::body_limit(response.status);
        response.collect(limit, is_enough).await
    }

    /// Sends a request and returns the response with an unread body.
    ///
    /// Dropping the future or the response ends the call.
    pub async fn send_streaming(
        &self,
        request: Request,
        limits: &CallLimits,
    ) -> Result<StreamingResponse, CallError> {
        // All refusals take the same time. Otherwise the time would distinguish a name with a private address
        // from a name without an address.
        let refusal = Instant::now() + self.refused_after;
        let result = self.judge_and_send(request, limits, refusal).await;
        if matches!(result, Err(CallError::Refused)) {
            tokio::time::sleep_until(refusal).await;
        }
        result
    }

    /// Takes the request, so that a refused request does not occupy memory while the refusal waits.
    async fn judge_and_send(
        &self,
        request: Request,
        limits: &CallLimits,
        until: Instant,
    ) -> Result<StreamingResponse, CallError> {
        if !request.headers.keys().all(header::is_allowed) {
            return Err(CallError::Refused);
        }
        let to = Destination::from_url(&request.url).ok_or(CallError::Refused)?;
        let addresses = self.addresses(&to, until).await?;
        let client = self.pool.client(&to, &addresses, limits, &self.roots);
        let result = client.send(request, limits).await;
        if matches!(result, Err(CallError::Connect | CallError::ConnectTimeout)) {
            // The next call uses the current addresses in their current order.
            self.judgements.revalidate(&to);
            self.pool.remove(&to);
        }
        match result {
            Ok(response) => Ok(response),
            Err(error) => Err(self.explained(error, &to, &addresses.in_order()).await),
        }
    }

    /// The error of a call, or a more precise one if the server speaks the other of HTTP and HTTPS. A call
    /// with the other scheme would reveal the same.
    async fn explained(&self, error: CallError, to: &Destination, addresses: &[SocketAddr]) -> CallError {
        let may_speak_tls = !to.is_encrypted && matches!(error, CallError::Reset | CallError::Protocol);
        let may_speak_http =
            to.is_encrypted && error == CallError::Tls && self.allows_without_tls(to, addresses);
        let Some(name) = to.host.server_name().filter(|_| may_speak_tls || may_speak_http) else {
            return error;
        };
        match SpokenProtocol::detect(addresses, name, &self.roots).await {
            Some(SpokenProtocol::Tls) if may_speak_tls => CallError::TlsExpected,
            Some(SpokenProtocol::PlainHttp) if may_speak_http => CallError::TlsUnexpected,
            Some(_) | None => error,
        }
    }

    /// Whether the policy allows calls without TLS to these addresses of a destination.
    fn allows_without_tls(&self, to: &Destination, addresses: &[SocketAddr]) -> bool {
        let plain = Destination { is_encrypted: false, ..to.clone() };
        addresses.iter().all(|address| self.rules.allow(&plain, address.ip()))
    }

    /// The judged addresses of a destination. Waits for a lookup only if there is no recent judgement.
    async fn addresses(&self, to: &Destination, until: Instant) -> Result<Addresses, CallError> {
        match self.judgements.get(to) {
            Some(Usable::Fresh(addresses)) => return Ok(addresses),
            Some(Usable::Stale(addresses)) => {
                self.refresh(to);
                return Ok(addresses);
            }
            None => {}
        }
        let (lookup, _) = self.judgements.lookup(self.lookup_key(to));
        match tokio::time::timeout_at(until, self.judge_once(&lookup, until)).await {
            Ok(Outcome::Allowed(addresses)) => Ok(addresses),
            Ok(Outcome::Refused) => Err(CallError::Refused),
            Ok(Outcome::Busy) => self.judgements.get_without_answer(to).ok_or(CallError::Busy),
            Ok(Outcome::NoAnswer) | Err(_) => {
                self.judgements.get_without_answer(to).ok_or_else(|| self.no_address(to))
            }
        }
    }

    /// Judges a destination in the background, unless this is in progress.
    fn refresh(&self, to: &Destination) {
        let (lookup, is_new) = self.judgements.lookup(self.lookup_key(to));
        if is_new {
            let guard = self.clone();
            let until = Instant::now() + self.refused_after;
            tokio::spawn(async move { guard.judge_once(&lookup, until).await });
        }
    }

    /// Judges a destination and records the outcome, once for all calls that share the lookup.
    async fn judge_once(&self, lookup: &Arc<Lookup>, until: Instant) -> Outcome {
        let judge = async || {
            let (to, judged_at) = (&lookup.key.to, Instant::now());
            let outcome = self.judge(to, until).await;
            self.judgements.record(lookup, judged_at, &outcome);
            if matches!(outcome, Outcome::Refused) {
                self.pool.remove(to);
            }
            outcome
        };
        lookup.outcome.get_or_init(judge).await.clone()
    }

    /// What the calls that share a lookup have in common. All owners share the permits for listed names and
    /// public APIs, and so their lookups.
    fn lookup_key(&self, to: &Destination) -> LookupKey {
        let has_shares = !self.rules.is_listed(to) && !self.is_public(to);
        LookupKey { to: to.clone(), owner: self.lookup_owner.filter(|_| has_shares) }
    }

    fn is_public(&self, to: &Destination) -> bool {
        matches!(&to.host, Host::Name(name) if (self.is_public_host)(name))
    }

    /// Looks a destination up and judges all its addresses.
    async fn judge(&self, to: &Destination, until: Instant) -> Outcome {
        let found = match &to.host {
            Host::Address(address) => vec![*address],
            Host::Name(name) if host_name::is_localhost(name) => {
                LOCALHOST.into_iter().filter(|address| self.rules.allow(to, *address)).collect()
            }
            Host::Name(name) => {
                let is_listed = self.rules.is_listed(to);
                if !is_listed && host_name::is_internal(name) {
                    return Outcome::Refused;
                }
                let lookup = if is_listed {
                    self.resolver.resolve_listed(name)
                } else if self.is_public(to) {
                    self.resolver.resolve_public(name)
                } else if let Some(owner) = self.lookup_owner {
                    self.resolver.resolve_for(name, owner)
                } else {
                    self.resolver.resolve(name)
                };
                match tokio::time::timeout_at(until, lookup).await {
                    Ok(Ok(found)) if !found.is_empty() => found,
                    Ok(Err(error)) if error.kind() == ErrorKind::ResourceBusy => return Outcome::Busy,
                    Ok(Ok(_) | Err(_)) | Err(_) => return Outcome::NoAnswer,
                }
            }
        };
        let number_is_allowed = (1..=limits::ADDRESSES_OF_NAME).contains(&found.len());
        // One refused address refuses the name: its owner could present the allowed ones for judgement and
        // mean the refused one.
        if !number_is_allowed || !found.iter().all(|address| self.rules.allow(to, *address)) {
            return Outcome::Refused;
        }
        let found: Vec<_> = found.into_iter().map(|address| SocketAddr::new(address, to.port)).collect();
        Outcome::Allowed(Arc::new(TriedAddresses::new(&found, limits::ADDRESSES)))
    }

    /// The error of a destination whose name has no address.
    fn no_address(&self, to: &Destination) -> CallError {
        if self.rules.is_listed(to) || self.is_public(to) { CallError::Dns } else { CallError::Refused }
    }
}
