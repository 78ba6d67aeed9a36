//! The operator's policy, applied to one address of a destination.

use std::net::IpAddr;

use ipnet::IpNet;

use super::address::{self, Class};
use super::destination::{Destination, Host};
use super::host_name;
use super::policy::{Loopback, NetworkPolicy};

/// The ports of public APIs.
const PUBLIC_PORTS: [u16; 2] = [443, 80];

/// A policy in the form that is applied.
#[derive(Debug)]
pub(super) struct Rules {
    hosts: Vec<Listed>,
    networks: Vec<IpNet>,
    loopback: Loopback,
}

#[derive(Debug)]
struct Listed {
    host: Host,
    port: u16,
    address: Option<IpAddr>,
}

impl Rules {
    pub(super) fn new(policy: NetworkPolicy) -> Self {
        let NetworkPolicy { allowed_hosts, allowed_networks, loopback } = policy;
        let hosts = allowed_hosts.into_iter().filter_map(|allowed| {
            let address = allowed.address.map(|address| address.to_canonical());
            Some(Listed { host: Host::parse(&allowed.host)?, port: allowed.port, address })
        });
        Self { hosts: hosts.collect(), networks: allowed_networks, loopback }
    }

    /// Whether the operator listed this host with this port.
    pub(super) fn is_listed(&self, to: &Destination) -> bool {
        self.listed(to).next().is_some()
    }

    /// Whether connections to `address`, one of the destination's addresses, are allowed.
    pub(super) fn allow(&self, to: &Destination, address: IpAddr) -> bool {
        let address = address.to_canonical();
        match address::classify(address) {
            Class::Platform => self.networks.contains(&IpNet::from(address)),
            Class::Public | Class::Loopback | Class::Private if self.is_in_network(address) => true,
            // Keys must not cross the internet in clear, and calls must not scan its ports.
            Class::Public => self.is_listed(to) || (to.is_encrypted && PUBLIC_PORTS.contains(&to.port)),
            Class::Loopback => self.is_pinned(to, address) || self.opens_loopback(to.port),
            Class::Private => self.is_pinned(to, address),
        }
    }

    fn listed(&self, to: &Destination) -> impl Iterator<Item = &Listed> {
        self.hosts.iter().filter(|listed| listed.port == to.port && listed.host == to.host)
    }

    fn is_in_network(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// Whether the operator listed the destination with this address.
    fn is_pinned(&self, to: &Destination, address: IpAddr) -> bool {
        self.listed(to).any(|listed| match &listed.host {
            Host::Address(own) => *own == address,
            Host::Name(name) => listed.address == Some(address) || host_name::is_localhost(name),
        })
    }

    fn opens_loopback(&self, port: u16) -> bool {
        match &self.loopback {
            Loopback::Denied => false,
            Loopback::Allowed { except_ports } => !except_ports.contains(&port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules of these hosts and networks. Networks contain a slash.
    fn rules(listed: &[&str]) -> Rules {
        let (networks, hosts): (Vec<&str>, Vec<&str>) = listed.iter().partition(|text| text.contains('/'));
        Rules::new(NetworkPolicy {
            allowed_hosts: hosts.iter().map(|host| host.parse().unwrap()).collect(),
            allowed_networks: networks.iter().map(|network| network.parse().unwrap()).collect(),
            loopback: Loopback::Denied,
        })
    }

    fn check(rules: &Rules, url: &str, address: &str, expected: bool) {
        let to = Destination::from_url(&url.parse().unwrap()).unwrap();
        assert_eq!(rules.allow(&to, address.parse().unwrap()), expected, "{url} at {address}");
    }

    #[test]
    fn allow_by_default_is_limited_to_public_addresses_and_ports_with_tls() {
        let rules = rules(&[]);
        check(&rules, "https://api.example", "93.184.216.34", true);
        check(&rules, "https://api.example", "2606:2800:220:1::1", true);
        check(&rules, "https://api.example:80", "93.184.216.34", true);
        check(&rules, "https://api.example:8443", "93.184.216.34", false);
        check(&rules, "https://api.example:0", "93.184.216.34", false);
        check(&rules, "http://api.example", "93.184.216.34", false);
        check(&rules, "http://api.example:443", "93.184.216.34", false);
        for address in ["10.0.0.1", "127.0.0.1", "::1", "169.254.169.254", "fd00::1", "::ffff:10.0.0.1"] {
            check(&rules, "https://api.example", address, false);
        }
    }

    #[test]
    fn allow_listed_host_at_its_port_and_addresses() {
        let rules = rules(&["llm.example:8000=10.0.0.5", "llm.example:8000=fd00::5", "api.example:8443"]);
        check(&rules, "http://llm.example:8000", "10.0.0.5", true);
        check(&rules, "http://llm.example.:8000", "::ffff:10.0.0.5", true);
        check(&rules, "http://llm.example:8000", "fd00::5", true);
        check(&rules, "http://llm.example:8000", "93.184.216.34", true);
        check(&rules, "http://llm.example:8000", "10.0.0.6", false);
        check(&rules, "http://llm.example:8000", "127.0.0.1", false);
        check(&rules, "http://llm.example:8001", "10.0.0.5", false);
        check(&rules, "http://other.example:8000", "10.0.0.5", false);
        check(&rules, "https://api.example:8443", "93.184.216.34", true);
        check(&rules, "https://api.example:8443", "10.0.0.5", false);
    }

    #[test]
    fn allow_listed_address_and_localhost_under_own_name_only() {
        let rules = rules(&["10.0.0.5:8000", "[fd00::5]:8000", "127.0.0.1:11434", "localhost:1234"]);
        check(&rules, "http://10.0.0.5:8000", "10.0.0.5", true);
        check(&rules, "http://[::ffff:10.0.0.5]:8000", "10.0.0.5", true);
        check(&rules, "http://[fd00::5]:8000", "fd00::5", true);
        check(&rules, "http://127.0.0.1:11434", "127.0.0.1", true);
        check(&rules, "http://localhost:1234", "::1", true);
        check(&rules, "http://10.0.0.5:8001", "10.0.0.5", false);
        // The address is listed, not every name that resolves to it.
        check(&rules, "http://llm.example:8000", "10.0.0.5", false);
        check(&rules, "http://localhost:11434", "127.0.0.1", false);
    }

    #[test]
    fn allow_addresses_of_listed_network_at_any_port() {
        let rules = rules(&["10.20.0.0/16", "fd12::/16"]);
        check(&rules, "http://llm.example:11434", "10.20.255.255", true);
        check(&rules, "http://[::ffff:10.20.0.1]:11434", "::ffff:10.20.0.1", true);
        check(&rules, "http://llm.example:80", "fd12::1", true);
        check(&rules, "http://llm.example:11434", "10.21.0.0", false);
        check(&rules, "http://llm.example:11434", "64:ff9b::10.20.0.1", false);
    }

    #[test]
    fn allow_platform_address_requires_network_of_one_address() {
        let everything =
            rules(&["0.0.0.0/0", "::/0", "llm.example:80=169.254.169.254", "169.254.169.254:80"]);
        let platforms = [
            "169.254.169.254",
            "169.254.170.2",
            "fe80::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "::ffff:169.254.169.254",
            "64:ff9b::169.254.169.254",
        ];
        for address in platforms {
            check(&everything, "http://llm.example", address, false);
            let prefix = if address.contains(':') { 128 } else { 32 };
            let exact = IpNet::new(address.parse::<IpAddr>().unwrap(), prefix).unwrap().addr().to_canonical();
            check(&rules(&[&format!("{}", IpNet::from(exact))]), "http://llm.example", address, true);
        }
        check(&everything, "http://169.254.169.254", "169.254.169.254", false);
        check(&everything, "http://llm.example", "10.0.0.1", true);
        check(&rules(&["169.254.169.254/31"]), "http://llm.example", "169.254.169.254", false);
    }

    #[test]
    fn allow_loopback_except_at_excepted_ports() {
        let loopback = Loopback::Allowed { except_ports: vec![8080, 5432] };
        let open = Rules::new(NetworkPolicy { loopback, ..NetworkPolicy::default() });
        for address in ["127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"] {
            check(&open, "http://localhost:11434", address, true);
            check(&open, "http://localhost:8080", address, false);
            check(&open, "https://localhost:5432", address, false);
        }
        check(&open, "http://localhost:11434", "64:ff9b::127.0.0.1", false);
        check(&open, "http://localhost:11434", "0.0.0.0", false);
        check(&open, "http://10.0.0.1:11434", "10.0.0.1", false);
    }
}
