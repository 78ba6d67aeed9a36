//! The operator's network policy.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use url::Host;

/// The addresses that calls may go to. The default allows public addresses at ports 443 and 80, with TLS.
///
/// Link-local addresses and the metadata services of clouds stay closed, with one exception: a network of
/// exactly one address (`/32` or `/128`) opens that address.
#[derive(Clone, Debug, Default)]
pub struct NetworkPolicy {
    /// Hosts that may be called at the given port, also without TLS.
    pub allowed_hosts: Vec<AllowedHost>,
    /// Networks whose addresses may be called at any port, also without TLS, under any name. Internal names,
    /// such as `gpu.internal` or `ollama`, must also be listed as hosts.
    pub allowed_networks: Vec<IpNet>,
    /// Whether programs on this machine may be called.
    pub loopback: Loopback,
}

/// A host with its port, `ollama.lan:11434`, `10.0.0.5:8000`, `[fd00::5]:8000`, and optionally an address
/// that the name may have, `ollama.lan:11434=10.0.0.5`.
///
/// Every address of a name must be public, in an allowed network, or listed with the name; a name with
/// several private addresses is listed once with each of them. `localhost` and literal addresses need no
/// address.
///
/// ```
/// use llm_config_egress::AllowedHost;
///
/// let host: AllowedHost = "Ollama.LAN:11434=10.0.0.5".parse()?;
/// assert_eq!((host.host.as_str(), host.port), ("ollama.lan", 11434));
/// assert_eq!(host.address, Some([10, 0, 0, 5].into()));
/// assert!("http://ollama.lan".parse::<AllowedHost>().is_err());
/// # Ok::<(), llm_config_egress::AllowedHostError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost {
    /// A name or an address. Any other text matches no host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// A private address that the name may have.
    pub address: Option<IpAddr>,
}

/// Why a text is not an allowed host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AllowedHostError {
    /// No port, or a port that cannot be called.
    #[error("must end in a port from 1 to 65535, such as `ollama.lan:11434`")]
    Port,
    /// Neither a name nor an address.
    #[error("must begin with a host name or an address, such as `ollama.lan:11434` or `[fd00::5]:8000`")]
    Host,
    /// The text after `=` is not an address, or the host is itself an address.
    #[error("only a host name may be followed by `=`, and only by an address: `ollama.lan:11434=10.0.0.5`")]
    Address,
}

/// The form that is parsed.
impl fmt::Display for AllowedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, address } = self;
        write!(f, "{host}:{port}")?;
        address.map_or(Ok(()), |address| write!(f, "={address}"))
    }
}

impl FromStr for AllowedHost {
    type Err = AllowedHostError;

    fn from_str(text: &str) -> Result<Self, AllowedHostError> {
        let (host, address) = match text.trim().split_once('=') {
            Some((host, address)) => (host, Some(address)),
            None => (text.trim(), None),
        };
        let (host, port) = host.rsplit_once(':').ok_or(AllowedHostError::Port)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or(AllowedHostError::Port)?;
        let host = Host::parse(host).ok().filter(is_usual).ok_or(AllowedHostError::Host)?;
        let address: Option<IpAddr> =
            address.map(str::parse).transpose().map_err(|_| AllowedHostError::Address)?;
        if address.is_some() && !matches!(host, Host::Domain(_)) {
            return Err(AllowedHostError::Address);
        }
        Ok(Self { host: host.to_string(), port, address })
    }
}

/// The URL standard also permits hosts such as `*.lan`, which users would mistake for patterns.
fn is_usual(host: &Host) -> bool {
    match host {
        Host::Domain(name) => name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')),
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    }
}

/// Whether programs on this machine may be called: at 127.0.0.0/8, at `::1`, and as `localhost` or
/// `*.localhost`, which are not looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Loopback {
    /// No program on this machine may be called.
    #[default]
    Denied,
    /// Programs on this machine may be called, except at these ports.
    Allowed {
        /// The ports of this server and of its database.
        except_ports: Vec<u16>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<(&str, u16, Option<IpAddr>), AllowedHostError>) {
        let expected = expected.map(|(host, port, address)| AllowedHost { host: host.into(), port, address });
        assert_eq!(text.parse(), expected, "{text:?}");
    }

    #[test]
    fn parse_with_host_and_port_succeeds() {
        check("ollama.lan:11434", Ok(("ollama.lan", 11434, None)));
        check(" Ollama.LAN:1 ", Ok(("ollama.lan", 1, None)));
        check("bücher.example:80", Ok(("xn--bcher-kva.example", 80, None)));
        check("10.0.0.5:8000", Ok(("10.0.0.5", 8000, None)));
        check("[FD00::5]:8000", Ok(("[fd00::5]", 8000, None)));
        check("a.lan:80=fd00::5", Ok(("a.lan", 80, Some("fd00::5".parse().unwrap()))));
    }

    #[test]
    fn parse_with_other_text_names_invalid_part() {
        for bad in ["", "ollama.lan", "ollama.lan:", "ollama.lan:0", "ollama.lan:65536", "http://ollama.lan"]
        {
            check(bad, Err(AllowedHostError::Port));
        }
        for bad in [":80", "http://ollama.lan:80", "a b:80", "::1:80", "user@ollama.lan:80", "*.lan:80"] {
            check(bad, Err(AllowedHostError::Host));
        }
        for bad in ["a.lan:80=", "a.lan:80=b.lan", "a.lan:80=10.0.0.0/8", "10.0.0.5:80=10.0.0.5"] {
            check(bad, Err(AllowedHostError::Address));
        }
    }
}
