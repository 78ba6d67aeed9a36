//! How a request reached the server: what decides whether it came from this machine itself.

pub(crate) mod arrival;
pub(crate) mod peer_user;
mod proxy_marks;
