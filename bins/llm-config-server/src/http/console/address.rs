//! Where browsers reach the console, and which requests come from its own pages.

use std::net::SocketAddr;

use actix_web::http::Method;
use actix_web::http::header::{HOST, HeaderMap, HeaderName, ORIGIN};
use actix_web::http::uri::Authority;
use actix_web::{HttpRequest, web};

use super::PATH;
use crate::http::connection::arrival::{is_own, names_loopback};
use crate::settings::PublicUrl;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Where browsers reach the console.
#[derive(Clone, Debug)]
pub(crate) struct ConsoleAddress {
    public: Option<PublicUrl>,
    listen: SocketAddr,
}

/// Why the console refuses a request before any page sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The server is reachable from other machines, and no public URL with TLS is set.
    NotServed,
    /// The request names a host that is not the console's: a page of another site may have rebound its name.
    OtherHost,
    /// A page of another site sent the request.
    OtherSite,
}

/// Whether the console answers a request that only reads, like this one.
pub(crate) fn is_served_to(request: &HttpRequest) -> bool {
    let address = request.app_data::<web::Data<ConsoleAddress>>();
    address.is_some_and(|address| {
        address.check(&Method::GET, request.headers(), request.uri().authority()).is_ok()
    })
}

impl ConsoleAddress {
    /// The console of a server that listens on `listen`.
    pub(crate) const fn new(public: Option<PublicUrl>, listen: SocketAddr) -> Self {
        Self { public, listen }
    }

    /// The path of the console: that of the public URL, and `/console`.
    pub(crate) fn base(&self) -> String {
        format!("{}{PATH}", self.path_prefix())
    }

    /// The path of the public URL, without the slash at its end; empty without one.
    pub(crate) fn path_prefix(&self) -> &str {
        self.public.as_ref().map_or("", PublicUrl::path_prefix)
    }

    /// The address of the server, without a slash at its end, as people and their applications reach it.
    pub(crate) fn server_url(&self) -> String {
        match &self.public {
            Some(public) => public.to_string(),
            None => format!("http://{}", self.listen),
        }
    }

    /// The URL of the console, without a slash at its end; `None` if the server serves none.
    pub(crate) fn url(&self) -> Option<String> {
        self.is_served().then(|| format!("{}{PATH}", self.server_url()))
    }

    /// Whether browsers reach the console with TLS.
    pub(crate) fn has_tls(&self) -> bool {
        self.public.as_ref().is_some_and(PublicUrl::has_tls)
    }

    /// Succeeds if the console answers the request: it names one of the console's hosts and, unless it only
    /// reads, comes from a page of the console.
    pub(crate) fn check(
        &self,
        method: &Method,
        headers: &HeaderMap,
        target: Option<&Authority>,
    ) -> Result<(), Refusal> {
        if !self.is_served() {
            return Err(Refusal::NotServed);
        }
        if !self.has_own_host(headers, target) {
            return Err(Refusal::OtherHost);
        }
        if method.is_safe() || self.is_same_origin(headers) { Ok(()) } else { Err(Refusal::OtherSite) }
    }

    /// Whether the console is served: over plain HTTP on loopback only.
    fn is_served(&self) -> bool {
        self.public.is_some() || self.listen.ip().is_loopback()
    }

    /// Whether the request has exactly one `Host`, which is the public URL's or a loopback name.
    fn has_own_host(&self, headers: &HeaderMap, target: Option<&Authority>) -> bool {
        let is_own = |host: &str| {
            names_loopback(host) || self.public.as_ref().is_some_and(|public| public.has_authority(host))
        };
        let mut hosts = headers.get_all(HOST).map(|host| host.to_str().unwrap_or_default());
        match (hosts.next(), hosts.next()) {
            (Some(host), None) => is_own(host) && target.is_none_or(|target| is_own(target.as_str())),
            (None | Some(_), _) => false,
        }
    }

    /// Whether a page of the console sent the request, according to the browser. Browsers state the site of a
    /// request to trustworthy URLs; others state at least the origin.
    fn is_same_origin(&self, headers: &HeaderMap) -> bool {
        let mut sites = headers.get_all(SEC_FETCH_SITE);
        match (sites.next(), sites.next()) {
            (Some(site), None) => site == "same-origin",
            (Some(_), Some(_)) => false,
            (None, _) => {
                let mut origins = headers.get_all(ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
                match (origins.next(), origins.next()) {
                    (Some(origin), None) => self.is_own_origin(origin),
                    (None | Some(_), _) => false,
                }
            }
        }
    }

    fn is_own_origin(&self, origin: &str) -> bool {
        match &self.public {
            Some(public) => public.origin() == origin,
            None => is_own(origin, self.listen.port()),
        }
    }
}
