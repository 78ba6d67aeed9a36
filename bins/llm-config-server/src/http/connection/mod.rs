//! Connections: how a request reached the server, which decides whether the client runs on this machine;
//! those without a request; their limits; requests that are sent ahead; and the end of those whose client
//! sends, or takes, no bytes.

pub(crate) mod arrival;
pub(crate) mod client_address;
pub(crate) mod client_watch;
pub(crate) mod idle;
pub(crate) mod limits;
pub(crate) mod peer_user;
mod proxy_headers;
pub(crate) mod sequential;
pub(crate) mod unframed;
pub(crate) mod unused;
pub(crate) mod write_timeout;
