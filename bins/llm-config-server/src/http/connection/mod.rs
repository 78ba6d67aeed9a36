//! Connections: how many there are, what is read from them and when they end, and how a request reached the
//! server, which decides whether the client runs on this machine.

pub(crate) mod arrival;
pub(crate) mod client_address;
pub(crate) mod client_watch;
pub(crate) mod idle;
pub(crate) mod limits;
pub(crate) mod peer_user;
mod proxy_headers;
pub(crate) mod running;
pub(crate) mod sequential;
pub(crate) mod serve;
pub(crate) mod unframed;
pub(crate) mod unused;
pub(crate) mod write_timeout;
