//! Connections: how a request reached the server, which decides whether the client runs on this machine, and
//! those without a request.

pub(crate) mod arrival;
pub(crate) mod peer_user;
mod proxy_headers;
pub(crate) mod unused;
