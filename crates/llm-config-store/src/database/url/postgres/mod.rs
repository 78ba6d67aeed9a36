//! PostgreSQL URLs. This program parses them itself, so that its errors quote nothing, and passes libpq the
//! parameters.

mod parameters;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;
use std::path::Path;

use zeroize::Zeroizing;

use crate::database::session_mode::SessionMode;
use crate::database::url::error::DatabaseUrlError;
use crate::database::url::redact::leaks;
use parse::{ParsedUrl, QueryParameter, parse};

/// The parameters that are added to a URL that does not set them.
const DEFAULTS: [(&str, &str); 8] = [
    ("connect_timeout", "5"),
    // The connection to a machine that vanishes ends within a minute while it is idle, and eight seconds
    // after a statement is sent: before the deadline of most use cases, which would give the connection up.
    ("keepalives", "1"),
    ("keepalives_idle", "30"),
    ("keepalives_interval", "10"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "8000"),
    ("application_name", "llm-config"),
    // A standby may not know yet what was revoked.
    ("target_session_attrs", "primary"),
];

/// Whether a host of the URL is another machine: neither a loopback address nor the folder of a socket. A URL
/// without a host is that of this machine; one of a service file names what it needs there.
fn is_remote(parsed: &ParsedUrl) -> bool {
    let hosts = parsed.parameters.iter().filter(|(name, _)| matches!(*name, "host" | "hostaddr"));
    hosts.flat_map(|(_, value)| value.split(',')).any(|host| {
        let is_loopback = host.parse().is_ok_and(|address: IpAddr| address.to_canonical().is_loopback());
        let is_socket = host.is_empty() || host.starts_with('/') || host.starts_with('@');
        !is_socket && !is_loopback && !host.eq_ignore_ascii_case("localhost")
    })
}

/// The URL of a PostgreSQL database, with default values for the connection parameters that a server needs.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(ParsedUrl);

impl PostgresUrl {
    pub(super) fn new(text: &str) -> Result<Self, DatabaseUrlError> {
        let mut parsed = parse(text)?;
        let find = |parsed: &ParsedUrl, name: &str| {
            let values = parsed.parameters.iter().filter(|(key, _)| *key == name);
            values.map(|(_, value)| value.to_string()).next_back()
        };
        let verifies = find(&parsed, "sslmode").is_some_and(|mode| mode.starts_with("verify-"));
        let roots = find(&parsed, "sslrootcert");
        // OpenSSL is linked statically and does not know where this system keeps its CA certificates.
        if verifies && roots.is_none_or(|roots| roots == "system") {
            let bundle = openssl_probe::probe().cert_file.ok_or(DatabaseUrlError::NoCaBundle)?;
            let bundle = Zeroizing::new(bundle.to_string_lossy().into_owned());
            parsed.parameters.push(("sslrootcert", bundle));
        }
        // Who is between this program and the database can otherwise read, and add, rows of tokens.
        if is_remote(&parsed) && find(&parsed, "sslmode").is_none() {
            parsed.parameters.push(("sslmode", Zeroizing::new("require".to_owned())));
        }
        // Some poolers ignore them without an error: `search_path` would then select other tables.
        if parsed.session_mode == SessionMode::PerTransaction && find(&parsed, "options").is_some() {
            return Err(DatabaseUrlError::PoolerWithOptions);
        }
        for (name, default) in DEFAULTS {
            if find(&parsed, name).is_none() {
                parsed.parameters.push((name, Zeroizing::new(default.to_owned())));
            }
        }
        Ok(Self(parsed))
    }

    /// libpq's connection string: keywords with quoted values. If a keyword occurs twice, libpq uses the
    /// later value.
    pub(crate) fn conninfo(&self) -> Zeroizing<String> {
        let length: usize =
            self.0.parameters.iter().map(|(name, value)| name.len() + 2 * value.len() + 4).sum();
        let mut text = Zeroizing::new(String::with_capacity(length));
        for (name, value) in &self.0.parameters {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(name);
            text.push_str("='");
            for c in value.chars() {
                if matches!(c, '\'' | '\\') {
                    text.push('\\');
                }
                text.push(c);
            }
            text.push('\'');
        }
        text
    }

    /// Whose sessions the connections are.
    pub(crate) const fn session_mode(&self) -> SessionMode {
        self.0.session_mode
    }

    /// The file with the certificate authorities that verify the server.
    pub(super) fn authorities(&self) -> Option<&Path> {
        let mut named = self.0.parameters.iter().filter(|(name, _)| *name == "sslrootcert");
        named.next_back().map(|(_, value)| Path::new(value.as_str()))
    }

    /// The secrets of the URL, decoded and as written.
    pub(super) fn secrets(&self) -> &[Zeroizing<String>] {
        &self.0.secrets
    }

    /// The ports on which the database may listen, libpq's default included. Calls to providers on this
    /// machine must not reach them.
    #[must_use]
    pub fn ports(&self) -> Vec<u16> {
        let named = self.0.parameters.iter().filter(|(name, _)| *name == "port");
        let ports = named.flat_map(|(_, value)| value.split(','));
        ports.filter_map(|port| port.parse().ok()).chain([5432]).collect()
    }

    /// The URL without its secrets: with those of its parameters that are no secrets and contain no part of
    /// one.
    #[must_use]
    pub fn with_parameters(&self) -> String {
        let leaks = |text: &str| leaks(text, &self.0.secrets);
        let shown =
            self.0.query.iter().filter(|parameter| !leaks(&parameter.written) && !leaks(&parameter.value));
        let shown: Vec<_> =
            shown.map(|QueryParameter { name, written, .. }| format!("{name}={written}")).collect();
        let mark = if shown.is_empty() { "" } else { "?" };
        format!("{self}{mark}{}", shown.join("&"))
    }

    /// Whether the URL contains a password or another secret.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        !self.0.secrets.is_empty()
    }
}

/// The URL without its password and without its parameters, which may contain a password too.
impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.display)
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl({self})")
    }
}
