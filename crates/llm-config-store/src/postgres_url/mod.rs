//! A `postgres://` URL: read by this program, so that its errors quote nothing, and handed to libpq as
//! parameters.

mod driver_text;
mod parameters;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use crate::url::DatabaseUrlError;
use parse::{Parsed, parse};

/// A PostgreSQL database, with the connection parameters that a server needs besides those given.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(Parsed);

impl PostgresUrl {
    pub(crate) fn new(text: &str) -> Result<Self, DatabaseUrlError> {
        let mut parsed = parse(text)?;
        let find = |parsed: &Parsed, name: &str| {
            let values = parsed.parameters.iter().filter(|(it, _)| *it == name);
            values.map(|(_, value)| value.to_string()).next_back()
        };
        let verifies = find(&parsed, "sslmode").is_some_and(|mode| mode.starts_with("verify-"));
        let roots = find(&parsed, "sslrootcert");
        // OpenSSL is built into this program and does not know where this system keeps its CAs.
        if verifies && roots.is_none_or(|it| it == "system") {
            let bundle = openssl_probe::probe().cert_file.ok_or(DatabaseUrlError::NoCaBundle)?;
            let bundle = Zeroizing::new(bundle.to_string_lossy().into_owned());
            parsed.parameters.push(("sslrootcert", bundle));
        }
        for (name, default) in
            [("connect_timeout", "5"), ("keepalives_idle", "30"), ("application_name", "llm-config")]
        {
            if find(&parsed, name).is_none() {
                parsed.parameters.push((name, Zeroizing::new(default.to_owned())));
            }
        }
        Ok(Self(parsed))
    }

    /// The parameters as libpq takes them: keywords with quoted values, of which a later one
    /// replaces an earlier one of the same name.
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

    /// The file with the certificate authorities that the server may have.
    pub(crate) fn authorities(&self) -> Option<&Path> {
        let mut named = self.0.parameters.iter().filter(|(name, _)| *name == "sslrootcert");
        named.next_back().map(|(_, value)| Path::new(value.as_str()))
    }

    /// The ports that the database may listen on, libpq's default included: what nothing else is
    /// to be reached at in its place.
    #[must_use]
    pub fn ports(&self) -> Vec<u16> {
        let named = self.0.parameters.iter().filter(|(name, _)| *name == "port");
        let ports = named.flat_map(|(_, value)| value.split(','));
        ports.filter_map(|it| it.parse().ok()).chain([5432]).collect()
    }

    /// Whether a password, or another secret, is part of the URL.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        !self.0.secrets.is_empty()
    }
}

/// Without the password and without parameters, which may hold one too.
impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.shown)
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl({self})")
    }
}
