//! The classification of addresses: one table for literal addresses and for resolved ones.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// The class of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A host on the internet.
    Public,
    /// This machine.
    Loopback,
    /// A private network, or a range without hosts.
    Private,
    /// The metadata services of clouds, which issue credentials to the machine, and every other link-local
    /// address.
    Platform,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(s: [u16; 8], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]), length)
}

/// The ranges that are not public; the first match decides. The source is IANA's "IPv4 Special-Purpose
/// Address Registry", except where a comment names a platform.
const V4: &[(Ipv4Net, Class)] = &[
    (v4(100, 100, 100, 200, 32), Class::Platform), // Alibaba Cloud's metadata
    (v4(168, 63, 129, 16, 32), Class::Platform),   // Azure's wire server, in a public range
    (v4(169, 254, 0, 0, 16), Class::Platform),     // link-local: the metadata service of most clouds
    (v4(192, 0, 0, 192, 32), Class::Platform),     // Oracle Cloud's metadata
    (v4(0, 0, 0, 0, 8), Class::Private),           // "this network"; Linux connects to itself
    (v4(10, 0, 0, 0, 8), Class::Private),
    (v4(100, 64, 0, 0, 10), Class::Private), // carrier-grade NAT
    (v4(127, 0, 0, 0, 8), Class::Loopback),
    (v4(172, 16, 0, 0, 12), Class::Private),
    (v4(192, 0, 0, 0, 24), Class::Private),   // protocol assignments
    (v4(192, 0, 2, 0, 24), Class::Private),   // documentation
    (v4(192, 88, 99, 0, 24), Class::Private), // 6to4 relays
    (v4(192, 168, 0, 0, 16), Class::Private),
    (v4(198, 18, 0, 0, 15), Class::Private),   // benchmarks
    (v4(198, 51, 100, 0, 24), Class::Private), // documentation
    (v4(203, 0, 113, 0, 24), Class::Private),  // documentation
    (v4(224, 0, 0, 0, 4), Class::Private),     // multicast
    (v4(240, 0, 0, 0, 4), Class::Private),     // reserved, and broadcast
];

/// Like [`V4`]. Addresses outside these ranges and outside [`GLOBAL`] are private too.
const V6: &[(Ipv6Net, Class)] = &[
    (v6([0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42], 128), Class::Platform), // Scaleway's metadata
    (v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0], 32), Class::Platform),    // AWS: metadata, pod identities and more
    (v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128), Class::Platform), // Google Cloud's metadata
    (v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), Class::Platform),        // link-local
    (v6([0, 0, 0, 0, 0, 0, 0, 1], 128), Class::Loopback),
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), Class::Private), // Teredo, benchmarks, ORCHID and more
    (v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), Class::Private), // documentation
    (v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), Class::Private), // 6to4
    (v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), Class::Private), // documentation
];

/// The range that IANA has allocated for the internet.
const GLOBAL: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

const COMPATIBLE: Ipv6Net = v6([0, 0, 0, 0, 0, 0, 0, 0], 96);
const MAPPED: Ipv6Net = v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96);
const TRANSLATED: Ipv6Net = v6([0, 0, 0, 0, 0xffff, 0, 0, 0], 96);
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);
const LOCAL_NAT64: Ipv6Net = v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48);
const SIX_TO_FOUR: Ipv6Net = v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16);

/// The class of an address.
pub(super) fn classify(address: IpAddr) -> Class {
    match address {
        IpAddr::V4(address) => classify_v4(address),
        IpAddr::V6(address) => classify_v6(address),
    }
}

fn classify_v4(address: Ipv4Addr) -> Class {
    V4.iter().find(|(network, _)| network.contains(&address)).map_or(Class::Public, |(_, class)| *class)
}

fn classify_v6(address: Ipv6Addr) -> Class {
    let own = V6.iter().find(|(network, _)| network.contains(&address)).map(|(_, class)| *class);
    match embedded(address) {
        // The same host in another notation.
        Some(inner) if MAPPED.contains(&address) => classify_v4(inner),
        Some(inner) => match (own, classify_v4(inner)) {
            (Some(own), _) if own != Class::Private => own,
            (_, Class::Platform) => Class::Platform,
            // Networks without IPv4 reach the IPv4 internet through these ranges.
            (None, Class::Public) if is_translated(address) => Class::Public,
            // Behind a translator, a loopback address is an address of the translator.
            (_, Class::Public | Class::Loopback | Class::Private) => Class::Private,
        },
        None if GLOBAL.contains(&address) => own.unwrap_or(Class::Public),
        None => own.unwrap_or(Class::Private),
    }
}

fn is_translated(address: Ipv6Addr) -> bool {
    NAT64.contains(&address) || TRANSLATED.contains(&address)
}

/// The IPv4 address that an IPv6 address may contain.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., g, h] = address.segments();
    let bits = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    if SIX_TO_FOUR.contains(&address) {
        let [_, b, c, ..] = address.segments();
        return Some(bits(b, c));
    }
    let is_last =
        [COMPATIBLE, MAPPED, TRANSLATED, NAT64, LOCAL_NAT64].iter().any(|network| network.contains(&address));
    is_last.then(|| bits(g, h))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: Class, addresses: &[&str]) {
        for address in addresses {
            assert_eq!(classify(address.parse().unwrap()), expected, "{address}");
        }
    }

    /// Checks the first and the last address of a range, and the addresses before and after it.
    fn range(first: &str, last: &str, inside: Class, before: Option<Class>, after: Option<Class>) {
        check(inside, &[first, last]);
        let (first, last): (IpAddr, IpAddr) = (first.parse().unwrap(), last.parse().unwrap());
        let step = |address: IpAddr, by: i8| match address {
            IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits().wrapping_add_signed(by.into()))),
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits().wrapping_add_signed(by.into()))),
        };
        for (neighbour, expected) in [(step(first, -1), before), (step(last, 1), after)] {
            if let Some(expected) = expected {
                assert_eq!(classify(neighbour), expected, "{neighbour}");
            }
        }
    }

    #[test]
    fn classify_at_bounds_of_ipv4_ranges_matches_registry() {
        use Class::{Loopback, Platform, Private, Public};
        let public = Some(Public);
        range("0.0.0.0", "0.255.255.255", Private, None, public);
        range("10.0.0.0", "10.255.255.255", Private, public, public);
        range("100.64.0.0", "100.127.255.255", Private, public, public);
        range("100.100.100.200", "100.100.100.200", Platform, Some(Private), Some(Private));
        range("127.0.0.0", "127.255.255.255", Loopback, public, public);
        range("168.63.129.16", "168.63.129.16", Platform, public, public);
        range("169.254.0.0", "169.254.255.255", Platform, public, public);
        range("172.16.0.0", "172.31.255.255", Private, public, public);
        range("192.0.0.0", "192.0.0.255", Private, public, public);
        range("192.0.0.192", "192.0.0.192", Platform, Some(Private), Some(Private));
        range("192.0.2.0", "192.0.2.255", Private, public, public);
        range("192.88.99.0", "192.88.99.255", Private, public, public);
        range("192.168.0.0", "192.168.255.255", Private, public, public);
        range("198.18.0.0", "198.19.255.255", Private, public, public);
        range("198.51.100.0", "198.51.100.255", Private, public, public);
        range("203.0.113.0", "203.0.113.255", Private, public, public);
        range("224.0.0.0", "239.255.255.255", Private, public, Some(Private));
        range("240.0.0.0", "255.255.255.255", Private, Some(Private), None);
    }

    #[test]
    fn classify_at_bounds_of_ipv6_ranges_matches_registry() {
        use Class::{Loopback, Platform, Private, Public};
        let (public, private) = (Some(Public), Some(Private));
        let end = "ffff:ffff:ffff:ffff:ffff:ffff";
        range("::", "::", Private, None, Some(Loopback));
        range("::1", "::1", Loopback, private, private);
        range("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", Private, private, private);
        range("100::", "100::ffff:ffff:ffff:ffff", Private, private, private);
        range("2000::", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Public, private, private);
        range("2001::", &format!("2001:0:{end}"), Private, public, private);
        range("2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff", Private, private, private);
        range("2001:10::", &format!("2001:2f:{end}"), Private, private, private);
        range("2001::", &format!("2001:1ff:{end}"), Private, public, public);
        range("2001:db8::", &format!("2001:db8:{end}"), Private, public, public);
        range("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Private, public, public);
        range("3fff::", &format!("3fff:fff:{end}"), Private, public, public);
        range("4000::", &format!("5eff:ffff:{end}"), Private, public, private);
        range("5f00::", &format!("5f00:ffff:{end}"), Private, private, private);
        range("fc00::", &format!("fdff:ffff:{end}"), Private, private, private);
        range("fd00:42::42", "fd00:42::42", Platform, private, private);
        range("fd00:ec2::", &format!("fd00:ec2:{end}"), Platform, private, private);
        check(Platform, &["fd00:ec2::254", "fd00:ec2::23"]);
        range("fd20:ce::254", "fd20:ce::254", Platform, private, private);
        range("fe80::", &format!("febf:ffff:{end}"), Platform, private, private);
        range("fec0::", &format!("feff:ffff:{end}"), Private, Some(Platform), private);
        range("ff00::", &format!("ffff:ffff:{end}"), Private, private, None);
    }

    #[test]
    fn classify_with_embedded_address_uses_it() {
        check(Class::Public, &["::ffff:8.8.8.8", "::ffff:0:8.8.8.8", "64:ff9b::8.8.8.8"]);
        check(Class::Loopback, &["::ffff:127.0.0.1"]);
        check(Class::Private, &["::ffff:10.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::10.0.0.1"]);
        // Packets through a translator do not arrive at this machine.
        check(Class::Private, &["::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "::127.0.0.1"]);
        // The internet does not use these notations.
        check(Class::Private, &["::8.8.8.8", "64:ff9b:1::8.8.8.8", "2002:808:808::1", "2001:0:808:808::"]);
        check(
            Class::Platform,
            &[
                "::169.254.169.254",
                "::ffff:169.254.169.254",
                "::ffff:0:168.63.129.16",
                "64:ff9b::100.100.100.200",
                "64:ff9b:1::192.0.0.192",
                "2002:a9fe:a9fe::1",
            ],
        );
    }

    #[test]
    fn classify_at_bounds_of_embedding_prefixes_matches_registry() {
        let (public, private) = (Some(Class::Public), Some(Class::Private));
        range("::ffff:1.0.0.0", "::ffff:9.255.255.255", Class::Public, private, private);
        check(Class::Private, &["::fffe:8.8.8.8", "::1:8.8.8.8", "::1:0:8.8.8.8", "::fffe:0:8.8.8.8"]);
        check(Class::Private, &["64:ff9a::8.8.8.8", "64:ff9b::1:808:808", "64:ff9b:2::808:808"]);
        range("64:ff9b::a00:0", "64:ff9b::aff:ffff", Class::Private, public, public);
    }
}
