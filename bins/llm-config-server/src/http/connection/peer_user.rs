//! Finds the user who owns the client's end of a connection within this machine, in Linux's `/proc`.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{IpAddr, SocketAddr};

use llm_config_service::PeerUser;

use crate::http::connection::arrival::Ends;

/// The kernel's tables of TCP sockets. A client's socket for an IPv4 address may be in the second table,
/// with the address `::ffff:127.0.0.1`.
const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];

/// The tables' code for an established connection.
const ESTABLISHED: &str = "01";

/// The user of the client's end. `None` where it cannot be determined: on another system, in another
/// network namespace, for a connection that is being closed, for a user of another user namespace.
pub(crate) fn peer_user(ends: Ends) -> Option<PeerUser> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let mut owner = None;
    for table in TABLES {
        // A system without IPv6 has no second table.
        let Ok(file) = File::open(table) else { continue };
        for line in BufReader::new(file).lines() {
            let found = line.ok()?.parse::<Socket>();
            if let Ok(Socket { local, remote, user }) = found
                && (local, remote) == (canonical(ends.peer), canonical(ends.own))
                && owner.replace(user).is_some_and(|other| other != user)
            {
                return None;
            }
        }
    }
    let peer = owner.filter(|user| !is_overflow_id(*user))?;
    Some(PeerUser { peer, server: rustix::process::geteuid().as_raw() })
}

/// A line of a table for an established connection that belongs to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Socket {
    local: SocketAddr,
    remote: SocketAddr,
    user: u32,
}

/// The line is not an established connection of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NoSocket;

impl std::str::FromStr for Socket {
    type Err = NoSocket;

    fn from_str(line: &str) -> Result<Self, NoSocket> {
        let columns: Vec<_> = line.split_whitespace().collect();
        // `sl local rem st tx:rx tr:when retrnsmt uid timeout inode …`
        let [_, local, remote, state, _, _, _, user, _, inode, ..] = columns[..] else {
            return Err(NoSocket);
        };
        // The kernel lists a closing socket, and a socket without a process, as root's.
        if state != ESTABLISHED || inode == "0" {
            return Err(NoSocket);
        }
        let address = |text| address(text).ok_or(NoSocket);
        Ok(Self {
            local: address(local)?,
            remote: address(remote)?,
            user: user.parse().map_err(|_| NoSocket)?,
        })
    }
}

/// Parses an address from a table: `0100007F:1F90` is 127.0.0.1:8080 on a little-endian machine.
fn address(text: &str) -> Option<SocketAddr> {
    let (words, port) = text.split_once(':')?;
    let mut octets = Vec::with_capacity(16);
    for n in (0..words.len()).step_by(8) {
        // The kernel stores the address in network byte order and prints each 32-bit word of it as a
        // number in the machine's byte order.
        let word = u32::from_str_radix(words.get(n..n + 8)?, 16).ok()?;
        octets.extend(word.to_ne_bytes());
    }
    let ip = match *octets.as_slice() {
        [a, b, c, d] => IpAddr::from([a, b, c, d]),
        ref octets => IpAddr::from(<[u8; 16]>::try_from(octets).ok()?),
    };
    Some(canonical(SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?)))
}

/// The address without scope id and flow label, which the tables omit. An IPv4-mapped address becomes IPv4.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Whether `user` is the overflow id, which stands for every user outside of the server's user namespace.
fn is_overflow_id(user: u32) -> bool {
    let overflow = fs::read_to_string("/proc/sys/kernel/overflowuid").ok();
    let has_all_users = fs::read_to_string("/proc/self/uid_map").is_ok_and(|map| maps_every_user(&map));
    let is_overflow =
        overflow.and_then(|text| text.trim().parse().ok()).is_none_or(|overflow: u32| overflow == user);
    is_overflow && !has_all_users
}

fn maps_every_user(map: &str) -> bool {
    map.split_whitespace().eq(["0", "0", "4294967295"])
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv6Addr, TcpListener, TcpStream};

    use super::*;

    /// An address as the kernel prints it.
    fn printed(address: &str) -> String {
        let address: SocketAddr = address.parse().unwrap();
        let octets = match address.ip() {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => ip.octets().to_vec(),
        };
        let words = octets.chunks_exact(4).map(|word| u32::from_ne_bytes(word.try_into().unwrap()));
        let words: Vec<_> = words.map(|word| format!("{word:08X}")).collect();
        format!("{}:{:04X}", words.concat(), address.port())
    }

    fn line(local: &str, remote: &str, state: &str, user: u32, inode: u32) -> String {
        let (local, remote) = (printed(local), printed(remote));
        format!(
            "   7: {local} {remote} {state} 00000000:00000000 00:00000000 00000000 {user:>5} \
             0 {inode} 1 0000000000000000 20 4 30 10 -1"
        )
    }

    #[test]
    fn parse_line_of_established_connection_returns_socket() {
        for (local, remote, expected_local, expected_remote) in [
            ("127.0.0.1:54321", "127.0.0.1:8080", "127.0.0.1:54321", "127.0.0.1:8080"),
            ("[::1]:54321", "[::1]:8080", "[::1]:54321", "[::1]:8080"),
            ("[::ffff:127.0.0.1]:54321", "[::ffff:127.0.0.1]:80", "127.0.0.1:54321", "127.0.0.1:80"),
        ] {
            let expected = Socket {
                local: expected_local.parse().unwrap(),
                remote: expected_remote.parse().unwrap(),
                user: 1000,
            };
            assert_eq!(line(local, remote, "01", 1000, 4711).parse(), Ok(expected));
        }
    }

    #[test]
    fn parse_line_of_other_socket_is_rejected() {
        let (local, remote) = ("127.0.0.1:54321", "127.0.0.1:8080");
        // TIME_WAIT, FIN_WAIT2, LISTEN; a socket without a process.
        for (state, inode) in [("06", 0), ("05", 4711), ("0A", 4711), ("01", 0)] {
            assert_eq!(line(local, remote, state, 0, inode).parse::<Socket>(), Err(NoSocket));
        }
        for line in ["", "  sl  local_address rem_address   st tx_queue", "1: 0100007F:1 0100007F:2 01"] {
            assert_eq!(line.parse::<Socket>(), Err(NoSocket), "{line}");
        }
        for text in ["", "0100007F", "0100007:1F90", "0100007F:1F901", "0100007F00000000:1", "ä:1"] {
            assert_eq!(address(text), None, "{text}");
        }
    }

    #[test]
    fn maps_every_user_accepts_complete_map_only() {
        assert!(maps_every_user("         0          0 4294967295\n"));
        for map in ["", "0 1000 1\n", "0 0 65536\n", "0 1000 1\n1 100000 65536\n"] {
            assert!(!maps_every_user(map), "{map}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn peer_user_of_client_is_found_until_client_closes() {
        for listener in [TcpListener::bind("127.0.0.1:0"), TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0))] {
            let listener = listener.unwrap();
            let port = listener.local_addr().unwrap().port();
            // At the dual-stack listener the server's end is `::ffff:127.0.0.1`.
            let client = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let (accepted, peer) = listener.accept().unwrap();
            let ends = Ends { peer, own: accepted.local_addr().unwrap() };
            let found = peer_user(ends).unwrap();
            assert_eq!(found.peer, found.server);
            assert!(found.is_trusted());
            // The kernel lists a socket without a process as root's.
            drop(client);
            assert_eq!(peer_user(ends), None);
            let elsewhere = Ends { peer: "127.0.0.1:1".parse().unwrap(), ..ends };
            assert_eq!(peer_user(elsewhere), None);
        }
    }
}
