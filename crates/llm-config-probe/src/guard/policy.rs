//! What the operator allows.

use ipnet::IpNet;

/// Where calls may go. Without more, to public addresses at ports 443 and 80.
#[derive(Clone, Debug, Default)]
pub struct NetworkPolicy {
    /// Hosts that may be called although their port or address is not public, also without TLS.
    pub allowed_hosts: Vec<AllowedHost>,
    /// Networks whose addresses may be called although they are not public.
    pub allowed_networks: Vec<IpNet>,
    /// Whether programs on this machine may be called.
    pub loopback: Loopback,
}

/// A host with its port, such as `ollama.lan:11434`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost {
    /// A name or an address.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// Whether programs on this machine may be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Loopback {
    /// They may not.
    #[default]
    Denied,
    /// They may, but for these ports.
    Allowed {
        /// Our own, the database's.
        except_ports: Vec<u16>,
    },
}
