//! The addresses that count as one client.

use std::net::{IpAddr, Ipv6Addr};

/// The addresses that count as one client: an IPv4 address, also in its IPv6 form, or a network of IPv6 with
/// a prefix of 64 bits, which one customer usually has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientNetwork(IpAddr);

impl From<IpAddr> for ClientNetwork {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_address_is_the_ipv4_address_or_the_network_of_64_bits() {
        let check = |address: &str, expected: &str| {
            let network = ClientNetwork::from(address.parse::<IpAddr>().unwrap());
            assert_eq!(network.0.to_string(), expected);
        };
        check("192.0.2.1", "192.0.2.1");
        check("::ffff:192.0.2.1", "192.0.2.1");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
    }
}
