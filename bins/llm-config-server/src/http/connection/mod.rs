//! How a request reached the server: the facts that decide whether the client runs on this machine.

pub(crate) mod arrival;
pub(crate) mod peer_user;
mod proxy_headers;
