//! How a request reached the server: directly, through a proxy, or from a web page.

/// The server's observations about the connection and the head of a request.
///
/// None of them proves that no proxy relayed the request: a proxy may add no header and send its
/// upstream's `Host`. Therefore no decision rests on them alone. A call to a provider on this machine also
/// needs an organisation-wide role, and the root token also needs a trusted [`PeerUser`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Whether the peer's address is a loopback address.
    pub peer_is_loopback: bool,
    /// Whether the request names exactly one host, and that host is a loopback address or `localhost`.
    /// Another name that resolves to loopback does not count: web pages use such names for DNS rebinding.
    pub host_is_loopback: bool,
    /// Whether a header indicates that a proxy may have relayed the request.
    pub may_be_relayed: bool,
    /// The web page that sent the request, by its `Origin`.
    pub page: WebPage,
}

/// The web page that sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebPage {
    /// The request has no `Origin`.
    None,
    /// A page that this server served on a loopback address.
    Own,
    /// Any other page.
    Foreign,
}

impl Arrival {
    /// The arrival of a command that the operator runs on the server's machine: it is direct.
    pub(crate) const COMMAND: Self =
        Self { peer_is_loopback: true, host_is_loopback: true, may_be_relayed: false, page: WebPage::None };

    /// Whether the request appears to come from a program on this machine, or from a page that this server
    /// served to a browser on this machine.
    #[must_use]
    pub const fn is_direct(self) -> bool {
        let Self { peer_is_loopback, host_is_loopback, may_be_relayed, page } = self;
        peer_is_loopback && host_is_loopback && !may_be_relayed && !matches!(page, WebPage::Foreign)
    }
}

/// The operating system users at both ends of a connection within this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerUser {
    /// The id of the user who owns the client's socket.
    pub peer: u32,
    /// The id of the user who runs this server.
    pub server: u32,
}

impl PeerUser {
    /// Whether the client's user can read the server's files anyway: root, or the server's own user.
    #[must_use]
    pub const fn is_trusted(self) -> bool {
        self.peer == 0 || self.peer == self.server
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const DIRECT: Arrival = Arrival {
        peer_is_loopback: true,
        host_is_loopback: true,
        may_be_relayed: false,
        page: WebPage::None,
    };

    #[test]
    fn is_direct_with_any_doubt_is_false() {
        for (arrival, expected) in [
            (DIRECT, true),
            (Arrival { page: WebPage::Own, ..DIRECT }, true),
            (Arrival { page: WebPage::Foreign, ..DIRECT }, false),
            (Arrival { peer_is_loopback: false, ..DIRECT }, false),
            (Arrival { host_is_loopback: false, ..DIRECT }, false),
            (Arrival { may_be_relayed: true, ..DIRECT }, false),
        ] {
            assert_eq!(arrival.is_direct(), expected, "{arrival:?}");
        }
    }

    #[test]
    fn is_trusted_for_root_and_own_user_is_true() {
        for (peer, server, expected) in
            [(0, 0, true), (0, 1000, true), (1000, 1000, true), (1001, 1000, false), (1000, 0, false)]
        {
            assert_eq!(PeerUser { peer, server }.is_trusted(), expected, "{peer} at {server}");
        }
    }
}
