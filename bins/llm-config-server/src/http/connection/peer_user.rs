//! Finds the user who owns the client's end of a connection within this machine, in Linux's `/proc`.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{IpAddr, SocketAddr};

use llm_config_service::PeerUser;

use crate::http::connection::arrival::Ends;

/// The tables of the machine's TCP sockets. A client's socket for an IPv4 address may be in the
/// second, as one for `::ffff:127.0.0.1`.
const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];

/// The state of a connection that stands.
const ESTABLISHED: &str = "01";

/// The user of the client's end. `None` where it cannot be determined: on another system, in another
/// network namespace, for a connection that is being closed, for a user of another user namespace.
pub(crate) fn peer_user(ends: Ends) -> Option<PeerUser> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let mut owner = None;
    for table in TABLES {
        // Without IPv6 there is neither the second table nor such a socket.
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
    let peer = owner.filter(|user| !is_nameless(*user))?;
    Some(PeerUser { peer, server: rustix::process::geteuid().as_raw() })
}

/// A line of such a table: a connection that stands and belongs to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Socket {
    local: SocketAddr,
    remote: SocketAddr,
    user: u32,
}

/// Any other line.
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
        // The table lists a closing socket, or one without a process, as root's.
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

/// An address of such a table: `0100007F:1F90` is 127.0.0.1:8080 on a little-endian machine.
fn address(text: &str) -> Option<SocketAddr> {
    let (words, port) = text.split_once(':')?;
    let mut octets = Vec::with_capacity(16);
    for n in (0..words.len()).step_by(8) {
        // Each word stands in memory in the order of the network and is printed as the machine
        // reads it.
        let word = u32::from_str_radix(words.get(n..n + 8)?, 16).ok()?;
        octets.extend(word.to_ne_bytes());
    }
    let ip = match *octets.as_slice() {
        [a, b, c, d] => IpAddr::from([a, b, c, d]),
        ref octets => IpAddr::from(<[u8; 16]>::try_from(octets).ok()?),
    };
    Some(canonical(SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?)))
}

/// Without scope and flow, which the tables do not show; IPv4 as IPv4.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Whether this id stands for all users whom the server's user namespace does not know.
fn is_nameless(user: u32) -> bool {
    let overflow = fs::read_to_string("/proc/sys/kernel/overflowuid").ok();
    let knows_all = fs::read_to_string("/proc/self/uid_map").is_ok_and(|map| maps_every_user(&map));
    let is_overflow =
        overflow.and_then(|text| text.trim().parse().ok()).is_none_or(|overflow: u32| overflow == user);
    is_overflow && !knows_all
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
    fn line_of_a_connection_that_stands_is_read() {
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
    fn line_of_any_other_socket_is_passed_over() {
        let (local, remote) = ("127.0.0.1:54321", "127.0.0.1:8080");
        // TIME_WAIT, FIN_WAIT2, LISTEN; an orphan.
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
    fn only_a_namespace_that_maps_all_users_knows_each() {
        assert!(maps_every_user("         0          0 4294967295\n"));
        for map in ["", "0 1000 1\n", "0 0 65536\n", "0 1000 1\n1 100000 65536\n"] {
            assert!(!maps_every_user(map), "{map}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn client_of_this_process_is_found_until_it_closes() {
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
            // An orphan would be root's.
            drop(client);
            assert_eq!(peer_user(ends), None);
            let elsewhere = Ends { peer: "127.0.0.1:1".parse().unwrap(), ..ends };
            assert_eq!(peer_user(elsewhere), None);
        }
    }
}
