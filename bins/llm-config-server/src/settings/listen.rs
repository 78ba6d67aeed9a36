//! The rules about the addresses to listen on.

use std::net::SocketAddr;

use super::error::SettingsError;
use super::source::Sources;

/// Whether the two addresses cannot be bound at the same time. With port 0, the system chooses two ports.
fn is_same_socket(one: SocketAddr, other: SocketAddr) -> bool {
    let has_all = one.ip().is_unspecified() || other.ip().is_unspecified();
    one.port() == other.port() && one.port() != 0 && (has_all || one.ip() == other.ip())
}

/// The errors of the addresses to listen on.
pub(super) fn listen_errors(
    sources: &Sources,
    listen: SocketAddr,
    metrics_listen: Option<SocketAddr>,
    may_be_public: bool,
) -> Vec<SettingsError> {
    let mut errors = Vec::new();
    let metrics = metrics_listen.map(|address| ("metrics-listen", address));
    for (name, address) in [("listen", listen)].into_iter().chain(metrics) {
        if !address.ip().is_loopback() && !may_be_public {
            let reason = format!(
                "is {address}, which other machines can reach, in clear text; put a proxy with TLS in front, \
                 or give `--allow-public-listen`"
            );
            errors.push(SettingsError::new(sources, name, reason));
        }
    }
    if let Some(metrics) = metrics_listen.filter(|metrics| is_same_socket(*metrics, listen)) {
        let other = sources.label("listen");
        let reason = format!("is {metrics}, which is the address of {other}; choose another port");
        errors.push(SettingsError::new(sources, "metrics-listen", reason));
    }
    errors
}
