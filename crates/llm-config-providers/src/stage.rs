//! The step at which a check or call ended.

use serde::Serialize;

/// The step at which a check or call ended, in the order of the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// No request was sent: the configuration or the network policy forbids it.
    Policy,
    /// The name lookup.
    Dns,
    /// The TCP connection.
    Connect,
    /// The TLS handshake, the server's certificate included.
    Tls,
    /// A response of the expected form.
    Http,
    /// Authentication and authorisation.
    Auth,
    /// The model.
    Model,
}

impl Stage {
    /// The name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Http => "http",
            Self::Auth => "auth",
            Self::Model => "model",
        }
    }
}
