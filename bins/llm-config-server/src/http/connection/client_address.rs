//! The address of a client: the other end of the connection or, behind trusted proxies, the one that these
//! state in `X-Forwarded-For`.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{HttpRequest, web};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The networks of the proxies whose statements about clients count.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrustedProxies(pub(crate) Vec<IpNet>);

/// The address of the client, for the log, audit events and limits.
pub(crate) fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let proxies = request.app_data::<web::Data<TrustedProxies>>();
    Some(proxies.map_or(peer, |proxies| proxies.client_of(peer, request.headers())))
}

impl TrustedProxies {
    fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The address of the client of a request that came from `peer`.
    ///
    /// Each proxy adds the address that it was called from at the end, so the entries are true from the right
    /// up to the first one that is no trusted proxy: that is the client, who may have written
    /// the entries before it. An entry that is no address ends the search at the proxy that wrote it.
    fn client_of(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        let lines: Vec<_> = headers.get_all(X_FORWARDED_FOR).collect();
        let entries = lines.iter().rev().flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        for entry in entries {
            if !self.contains(client) {
                return client;
            }
            let Some(address) = parse(entry.trim()) else { return client };
            client = address;
        }
        client
    }
}

/// An entry: an address, which some proxies write with a port.
fn parse(entry: &str) -> Option<IpAddr> {
    let address = entry.parse().or_else(|_| entry.parse::<SocketAddr>().map(|socket| socket.ip())).ok();
    let in_brackets = || entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    address.or_else(in_brackets).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, lines: &[&str], expected: &str) {
        let proxies = TrustedProxies(vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()]);
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(X_FORWARDED_FOR, line.parse().unwrap());
        }
        let client = proxies.client_of(peer.parse().unwrap(), &headers);
        assert_eq!(client.to_string(), expected, "{peer} {lines:?}");
    }

    #[test]
    fn client_of_trusted_proxy_is_the_last_entry_that_is_no_proxy() {
        check("10.0.0.1", &[], "10.0.0.1");
        check("10.0.0.1", &["203.0.113.7"], "203.0.113.7");
        check("10.0.0.1", &["1.1.1.1, 203.0.113.7"], "203.0.113.7");
        check("10.0.0.1", &["1.1.1.1", "203.0.113.7, 10.0.0.2"], "203.0.113.7");
        check("10.0.0.1", &["203.0.113.7:4711"], "203.0.113.7");
        check("fd00::1", &["[2001:db8::7]:4711"], "2001:db8::7");
        check("fd00::1", &["[2001:db8::7]"], "2001:db8::7");
        check("10.0.0.1", &["::ffff:203.0.113.7"], "203.0.113.7");
        check("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3");
    }

    #[test]
    fn client_of_other_peer_or_invalid_entry_is_the_last_known_address() {
        check("203.0.113.9", &["1.1.1.1"], "203.0.113.9");
        check("10.0.0.1", &["203.0.113.7, unknown"], "10.0.0.1");
        check("10.0.0.1", &["203.0.113.7, , 10.0.0.2"], "10.0.0.2");
    }
}
