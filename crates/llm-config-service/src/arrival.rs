//! How a request reached the server, and what follows from it.

/// What the server can tell about how a request reached it.
///
/// None of it proves that no proxy relayed the request: a proxy may add no header and send its
/// upstream's `Host`. So nothing is decided by it alone: calls to this machine need a role for the
/// whole organisation besides, and the first token a [`PeerUser`] that is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Whether the address that it comes from is a loopback address.
    pub peer_is_loopback: bool,
    /// Whether it names exactly one host, which is a loopback address or `localhost`. A name that
    /// merely resolves to loopback is what a web page would use.
    pub host_is_loopback: bool,
    /// Whether a header shows that a proxy may have relayed it.
    pub has_proxy_mark: bool,
    /// The web page that it comes from.
    pub page: WebPage,
}

/// The web page that a request comes from, by its `Origin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebPage {
    /// None.
    None,
    /// One that this server served on a loopback address.
    Own,
    /// Any other.
    Foreign,
}

impl Arrival {
    /// Whether a program on this machine seems to have sent it, or a page that this server served
    /// to a browser on this machine.
    #[must_use]
    pub const fn is_direct(self) -> bool {
        let Self { peer_is_loopback, host_is_loopback, has_proxy_mark, page } = self;
        peer_is_loopback && host_is_loopback && !has_proxy_mark && !matches!(page, WebPage::Foreign)
    }
}

/// The user who owns the client's end of a connection within this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerUser {
    /// That user's id.
    pub peer: u32,
    /// The id of the user who runs this server.
    pub server: u32,
}

impl PeerUser {
    /// Whether that user can read the server's files anyway.
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
        has_proxy_mark: false,
        page: WebPage::None,
    };

    #[test]
    fn only_requests_without_any_doubt_are_direct() {
        for (arrival, expected) in [
            (DIRECT, true),
            (Arrival { page: WebPage::Own, ..DIRECT }, true),
            (Arrival { page: WebPage::Foreign, ..DIRECT }, false),
            (Arrival { peer_is_loopback: false, ..DIRECT }, false),
            (Arrival { host_is_loopback: false, ..DIRECT }, false),
            (Arrival { has_proxy_mark: true, ..DIRECT }, false),
        ] {
            assert_eq!(arrival.is_direct(), expected, "{arrival:?}");
        }
    }

    #[test]
    fn root_and_the_servers_own_user_are_trusted() {
        for (peer, server, expected) in
            [(0, 0, true), (0, 1000, true), (1000, 1000, true), (1001, 1000, false), (1000, 0, false)]
        {
            assert_eq!(PeerUser { peer, server }.is_trusted(), expected, "{peer} at {server}");
        }
    }
}
