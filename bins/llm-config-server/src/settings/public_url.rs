//! The setting `public-url`: the address at which browsers reach the server.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use url::{Host, Url};

/// The address at which browsers reach the server: `https`, or `http` to a loopback name, with an optional
/// path below which a proxy serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// The origin, as browsers write it in `Origin`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The path without the slash at its end; empty for the root.
    #[must_use]
    pub fn path_prefix(&self) -> &str {
        self.0.path().trim_end_matches('/')
    }

    /// Whether `host`, as in a `Host` header, is the host of this address. The default port may be written.
    #[must_use]
    pub fn has_authority(&self, host: &str) -> bool {
        let with_host = Url::parse(&format!("{}://{host}/", self.0.scheme()));
        with_host.is_ok_and(|url| {
            url.origin() == self.0.origin()
                && url.path() == "/"
                && url.username().is_empty()
                && url.password().is_none()
        })
    }

    /// Whether the address has TLS.
    #[must_use]
    pub fn has_tls(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl fmt::Display for PublicUrl {
    /// Without a slash at its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "must be a URL without user, query and fragment, such as \
             `https://llm.example` or `https://intranet.example/llm-config`; `http` only to a loopback name";
        let url = Url::parse(text).map_err(|_| EXPECTED)?;
        let has_extras = !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some();
        let is_safe = match url.scheme() {
            "https" => url.has_host(),
            "http" => url.host().is_some_and(|host| is_loopback(&host)),
            _ => false,
        };
        if is_safe && !has_extras { Ok(Self(url)) } else { Err(EXPECTED) }
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => IpAddr::V4(*address).is_loopback(),
        Host::Ipv6(address) => IpAddr::V6(*address).is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_of_url_that_browsers_do_not_trust_is_rejected() {
        for right in
            ["https://llm.example", "https://llm.example:8443/a/b/", "http://localhost:8080", "http://[::1]"]
        {
            assert!(right.parse::<PublicUrl>().is_ok(), "{right}");
        }
        for wrong in [
            "",
            "llm.example",
            "http://llm.example",
            "http://10.0.0.1",
            "ftp://llm.example",
            "https://user@llm.example",
            "https://llm.example/?a=b",
            "https://llm.example/#a",
        ] {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn has_authority_is_true_for_the_host_and_port_only() {
        let url: PublicUrl = "https://LLM.example/x/".parse().unwrap();
        for (host, expected) in [
            ("llm.example", true),
            ("LLM.EXAMPLE:443", true),
            ("llm.example:80", false),
            ("llm.example.", false),
            ("evil.example", false),
            ("user@llm.example", false),
            ("llm.example/path", false),
            ("", false),
        ] {
            assert_eq!(url.has_authority(host), expected, "{host}");
        }
        assert_eq!((url.origin().as_str(), url.path_prefix()), ("https://llm.example", "/x"));
        assert_eq!(url.to_string(), "https://llm.example/x");
    }
}
