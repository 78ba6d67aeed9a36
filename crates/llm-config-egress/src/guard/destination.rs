//! The destination of a URL, before any lookup.

use std::net::IpAddr;

use rustls::pki_types::ServerName;
use url::Url;

/// The destination of a URL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Destination {
    pub(super) host: Host,
    pub(super) port: u16,
    pub(super) is_encrypted: bool,
}

/// A name or an address, in canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Host {
    Address(IpAddr),
    /// In lower case, without a trailing dot.
    Name(String),
}

impl Destination {
    /// The destination of a parsed URL; `None` for a URL that cannot be called. The parsed host counts, never
    /// its text, because 127.0.0.1 has a dozen spellings. A user name is rejected, because it would be sent
    /// as a credential.
    pub(super) fn from_url(url: &Url) -> Option<Self> {
        let is_encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let host = match url.host()? {
            url::Host::Domain(name) => Host::name(name)?,
            url::Host::Ipv4(address) => Host::Address(address.into()),
            url::Host::Ipv6(address) => Host::Address(IpAddr::V6(address).to_canonical()),
        };
        Some(Self { host, port: url.port_or_known_default()?, is_encrypted })
    }
}

impl Host {
    /// Parses a host that an operator wrote. The brackets of an IPv6 address are optional.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Some(Self::Address(address.to_canonical()));
        }
        match url::Host::parse(text).ok()? {
            url::Host::Domain(name) => Self::name(&name),
            url::Host::Ipv4(address) => Some(Self::Address(address.into())),
            url::Host::Ipv6(address) => Some(Self::Address(IpAddr::V6(address).to_canonical())),
        }
    }

    /// The name that a TLS handshake presents.
    pub(super) fn server_name(&self) -> Option<ServerName<'static>> {
        match self {
            Self::Address(address) => Some(ServerName::from(*address)),
            Self::Name(name) => ServerName::try_from(name.clone()).ok(),
        }
    }

    fn name(text: &str) -> Option<Self> {
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        (!name.is_empty()).then_some(Self::Name(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Option<&str>) {
        let found = Url::parse(url).ok().as_ref().and_then(Destination::from_url);
        let found = found.map(|Destination { host, port, is_encrypted }| {
            let tls = if is_encrypted { " with TLS" } else { "" };
            match host {
                Host::Address(address) => format!("address {address} {port}{tls}"),
                Host::Name(name) => format!("name {name} {port}{tls}"),
            }
        });
        assert_eq!(found.as_deref(), expected, "{url}");
    }

    #[test]
    fn from_url_with_any_spelling_of_address_is_that_address() {
        for host in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.1.",
            "①②⑦.⓪.⓪.①",
            "１２７．０．０．１",
            "127。0。0。1",
            "%31%32%37.0.0.1",
            "127%2E0%2e0%2E1",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[0:0:0:0:0:ffff:7f00:0001]",
        ] {
            check(&format!("https://{host}/"), Some("address 127.0.0.1 443 with TLS"));
        }
        check("http://[::1]:8080", Some("address ::1 8080"));
        check("http:127.0.0.1", Some("address 127.0.0.1 80"));
        check(r"http:\\127.0.0.1\x", Some("address 127.0.0.1 80"));
    }

    #[test]
    fn from_url_with_any_spelling_of_name_is_that_name() {
        for host in [
            "localhost",
            "LOCALHOST",
            "localhost.",
            "%6cocalhost",
            "ｌｏｃａｌｈｏｓｔ",
            "ⓛocalhost",
            "loc\talhost",
        ] {
            check(&format!("http://{host}:80/"), Some("name localhost 80"));
        }
        check("https://BÜCHER.example", Some("name xn--bcher-kva.example 443 with TLS"));
        check("https://bücher.example。", Some("name xn--bcher-kva.example 443 with TLS"));
    }

    #[test]
    fn from_url_without_destination_is_none() {
        for url in [
            "https://user@api.example/",
            "https://user:pass@api.example/",
            "https://:pass@api.example/",
            "https://api.example@127.0.0.1/",
            "ftp://api.example/",
            "file:///etc/passwd",
            "gopher://api.example/",
            "localhost:11434/v1",
            "https://./",
            "https:///",
            "https://",
            "https://[fe80::1%25eth0]/",
            "https://[fe80::1%eth0]/",
            "https://1.2.3.4.5/",
            "https://256.0.0.1/",
        ] {
            check(url, None);
        }
        check("https://api.example:0/", Some("name api.example 0 with TLS"));
    }
}
