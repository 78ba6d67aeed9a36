//! How a request reached the server, as its connection and its headers indicate.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Extensions;
use actix_web::http::header::{HOST, ORIGIN};
use actix_web::http::uri::Authority;
use actix_web::rt::net::TcpStream;
use llm_config_service::{Arrival, WebPage};
use rustix::net::{Shutdown, shutdown};

use crate::http::connection::client_watch::{ClientWatch, Handle};
use crate::http::connection::idle::Activity;
use crate::http::connection::proxy_headers;
use crate::http::connection::sequential::SequentialStream;
use crate::http::connection::unused::RequestWatch;

/// Both ends of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    /// The address of the client's end.
    pub(crate) peer: SocketAddr,
    /// The address of the server's end. It differs from the listener's address if the server listens on
    /// every address.
    pub(crate) own: SocketAddr,
}

/// Stores the ends of an accepted connection, and watches whether requests come and the client stays. Without
/// a request for `head_timeout`, it ends; at once, if the system has no file left to watch it by.
pub(crate) fn note_connection(connection: &SequentialStream, data: &mut Extensions, head_timeout: Duration) {
    let stream = connection.stream();
    if let (Ok(peer), Ok(own)) = (stream.peer_addr(), stream.local_addr()) {
        data.insert(Ends { peer, own });
        data.insert(RequestWatch::new(peer));
    }
    data.insert(connection.gate());
    let Some(handle) = Handle::new(stream) else { return end(stream) };
    data.insert(Activity::watch(Rc::clone(&handle), head_timeout));
    data.insert(ClientWatch::new(handle));
}

/// Ends a connection.
pub(crate) fn end(stream: &TcpStream) {
    // One that refuses to end has ended already.
    _ = shutdown(stream, Shutdown::Both);
}

/// The ends of the request's connection.
pub(crate) fn ends(request: &HttpRequest) -> Option<Ends> {
    request.conn_data().copied()
}

/// How the request reached the server. A fact that cannot be determined gets the value that gives the
/// client less trust.
pub(crate) fn arrival(request: &HttpRequest) -> Arrival {
    let ends = ends(request);
    Arrival {
        peer_is_loopback: ends.is_some_and(|ends| ends.peer.ip().to_canonical().is_loopback()),
        host_is_loopback: host_is_loopback(request),
        may_be_relayed: proxy_headers::may_be_relayed(request.headers()),
        page: page(request, ends),
    }
}

/// Whether the request has exactly one `Host`, with a loopback name, and no target with another name. A
/// target has a name if it is a complete URL.
fn host_is_loopback(request: &HttpRequest) -> bool {
    let mut hosts = request.headers().get_all(HOST);
    let host = hosts.next().and_then(|host| host.to_str().ok()).unwrap_or_default();
    let target = request.uri().authority().map(Authority::as_str);
    hosts.next().is_none() && names_loopback(host) && target.is_none_or(names_loopback)
}

/// Whether `host` is a loopback address or `localhost`, with or without a port.
pub(crate) fn names_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host();
    let address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
    let is_loopback = address.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    !host.contains('@') && (is_loopback || name.eq_ignore_ascii_case("localhost"))
}

fn page(request: &HttpRequest, ends: Option<Ends>) -> WebPage {
    let mut origins = request.headers().get_all(ORIGIN).map(|value| value.to_str().unwrap_or_default());
    match (origins.next(), ends) {
        (None, _) => WebPage::None,
        (Some(origin), Some(ends)) if origins.next().is_none() && is_own(origin, ends.own.port()) => {
            WebPage::Own
        }
        (Some(_), _) => WebPage::Foreign,
    }
}

/// Whether `origin` is the origin of pages that this server serves on a loopback address at `port`.
pub(crate) fn is_own(origin: &str, port: u16) -> bool {
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|host| {
        let own = format!("http://{host}:{port}");
        // An origin omits the default port of its scheme.
        origin == if port == 80 { own.trim_end_matches(":80") } else { &own }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_loopback_accepts_loopback_addresses_and_localhost_only() {
        for host in
            ["127.0.0.1:8080", "127.0.0.1", "localhost", "LOCALHOST:1", "[::1]:8080", "[::1]", "127.0.0.2"]
        {
            assert!(names_loopback(host), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "localhost.",
            "10.0.0.1:8080",
            "",
            "a@localhost",
            "localhost/x",
            "localhost#x",
            "local\thost",
            "localhost, evil.example",
            "[::]",
            "[::1",
            "0.0.0.0",
        ] {
            assert!(!names_loopback(host), "{host}");
        }
    }

    #[test]
    fn is_own_accepts_loopback_origins_at_the_servers_port_only() {
        for origin in ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"] {
            assert!(is_own(origin, 8080), "{origin}");
        }
        for origin in [
            "",
            "null",
            "http://localhost",
            "http://localhost:8081",
            "https://localhost:8080",
            "http://localhost:8080/",
            "http://localhost:8080.evil.example",
            "http://127.0.0.2:8080",
        ] {
            assert!(!is_own(origin, 8080), "{origin}");
        }
        assert!(is_own("http://localhost", 80) && !is_own("http://localhost:80", 80));
    }
}
