//! A parser for `postgres://` URLs. Unlike libpq, it rejects URLs in which a password may not be
//! percent-encoded. No error quotes a part of the URL.

use zeroize::Zeroizing;

use super::parameters::{is_secret, known};
use crate::database::session_mode::SessionMode;
use crate::database::url::error::DatabaseUrlError;

/// The parameter that declares a pooler.
const POOLER: &str = "pooler";

/// The parts of a valid URL.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct ParsedUrl {
    /// The URL as written, without its password and its parameters.
    pub(super) display: String,
    /// The parameters for libpq, decoded. If a name occurs twice, the later value applies.
    pub(super) parameters: Vec<(&'static str, Zeroizing<String>)>,
    /// From the parameter `pooler`, which is ours and not libpq's.
    pub(super) session_mode: SessionMode,
    /// The parameters after the `?` that are not secret by their names.
    pub(super) query: Vec<QueryParameter>,
    /// The secrets, decoded and as written. No message may contain any part of these.
    pub(super) secrets: Vec<Zeroizing<String>>,
}

/// A parameter after the `?`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct QueryParameter {
    pub(super) name: &'static str,
    /// The value as written.
    pub(super) written: String,
    /// The decoded value.
    pub(super) value: Zeroizing<String>,
}

const fn malformed(reason: &'static str) -> DatabaseUrlError {
    DatabaseUrlError::Malformed(reason)
}

pub(super) fn parse(text: &str) -> Result<ParsedUrl, DatabaseUrlError> {
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(malformed("contains a space or a control character"));
    }
    if text.contains('#') {
        return Err(malformed("contains a `#`"));
    }
    let (scheme, rest) = text.split_once("://").ok_or(DatabaseUrlError::Scheme)?;
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = before.find('/').map_or((before, ""), |at| before.split_at(at));
    let at_signs = authority.matches('@').count();
    if at_signs > 1 {
        return Err(malformed("has more than one `@` before the database name"));
    }
    // An unencoded `/` or `?` in the password ends the authority early, so the `@` follows it.
    let is_authority_truncated = at_signs == 0 && !authority.is_empty() && query.contains('@');
    if is_authority_truncated || path.contains('@') {
        return Err(malformed("has an `@` after a `/` or a `?`"));
    }
    let mut parsed = ParsedUrl::default();
    let (user, hosts) = match authority.split_once('@') {
        Some((user, hosts)) => (Some(parsed.add_user(user)?), hosts),
        None => (None, authority),
    };
    parsed.add_hosts(hosts)?;
    parsed.add_database(path)?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        parsed.add_parameter(pair)?;
    }
    let user = user.map_or_else(String::new, |user| format!("{user}@"));
    parsed.display = format!("{scheme}://{user}{hosts}{path}");
    Ok(parsed)
}

impl ParsedUrl {
    fn push(&mut self, name: &'static str, value: Zeroizing<String>, written: &str) {
        if is_secret(name) && !value.is_empty() {
            self.secrets.push(value.clone());
            if written != value.as_str() {
                self.secrets.push(Zeroizing::new(written.to_owned()));
            }
        }
        self.parameters.push((name, value));
    }

    /// Adds the user and the password. Returns the user as written.
    fn add_user<'a>(&mut self, text: &'a str) -> Result<&'a str, DatabaseUrlError> {
        let (user, password) =
            text.split_once(':').map_or((text, None), |(user, password)| (user, Some(password)));
        if !user.is_empty() {
            self.push("user", decoded(user)?, user);
        }
        if let Some(password) = password.filter(|password| !password.is_empty()) {
            self.push("password", decoded(password)?, password);
        }
        Ok(user)
    }

    fn add_hosts(&mut self, text: &str) -> Result<(), DatabaseUrlError> {
        let (mut hosts, mut ports) = (Vec::new(), Vec::new());
        for host_and_port in text.split(',') {
            let (host, port) = split_host(host_and_port)?;
            hosts.push(host);
            ports.push(port);
        }
        // libpq expects as many ports as hosts. An empty entry stands for the default.
        for (name, all) in [("host", hosts.join(",")), ("port", ports.join(","))] {
            if !all.is_empty() {
                self.push(name, Zeroizing::new(all), "");
            }
        }
        Ok(())
    }

    fn add_database(&mut self, path: &str) -> Result<(), DatabaseUrlError> {
        let Some(name) = path.strip_prefix('/').filter(|name| !name.is_empty()) else { return Ok(()) };
        if name.contains('/') {
            return Err(malformed("has more than one `/` after the hosts"));
        }
        self.push("dbname", decoded(name)?, name);
        Ok(())
    }

    fn add_parameter(&mut self, pair: &str) -> Result<(), DatabaseUrlError> {
        let (name, written) = pair.split_once('=').ok_or(malformed("has a parameter without a `=`"))?;
        let (name, value) = (decoded(name)?, decoded(written)?);
        if name.as_str() == "ssl" && value.as_str() == "true" {
            // The spelling of JDBC. libpq also accepts `ssl=true`.
            self.push("sslmode", Zeroizing::new("require".to_owned()), "");
            return Ok(());
        }
        if name.as_str() == POOLER {
            if value.as_str() != "transaction" {
                return Err(DatabaseUrlError::Pooler);
            }
            self.session_mode = SessionMode::PerTransaction;
            self.query.push(QueryParameter { name: POOLER, written: written.to_owned(), value });
            return Ok(());
        }
        // The error does not quote the name, which is the end of the password if the password contains an
        // unencoded `?`.
        let name =
            known(&name).ok_or(malformed("has a parameter after its `?` that PostgreSQL does not know"))?;
        if name == "port" {
            for port in value.split(',') {
                check_port(port)?;
            }
        }
        if !is_secret(name) {
            self.query.push(QueryParameter { name, written: written.to_owned(), value: value.clone() });
        }
        self.push(name, value, written);
        Ok(())
    }
}

fn split_host(text: &str) -> Result<(String, &str), DatabaseUrlError> {
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (address, after_bracket) = rest.split_once(']').ok_or(malformed("has a `[` without a `]`"))?;
        let address = decoded(address)?;
        let (digits, _zone) = address.split_once('%').unwrap_or((address.as_str(), ""));
        if digits.parse::<std::net::Ipv6Addr>().is_err() {
            return Err(malformed("has no IPv6 address between `[` and `]`"));
        }
        let port = match after_bracket.strip_prefix(':') {
            Some(port) => port,
            None if after_bracket.is_empty() => "",
            None => return Err(malformed("has something other than `:` and a port after `]`")),
        };
        (address, port)
    } else {
        let (host, port) = text.split_once(':').unwrap_or((text, ""));
        let host = decoded(host)?;
        let is_name = host.chars().all(|c| c.is_alphanumeric() || "-._".contains(c));
        // `/` begins the directory of a Unix socket, `@` an abstract socket.
        if !is_name && !host.starts_with(['/', '@']) {
            return Err(malformed(
                "has a host that is neither a name nor an address (IPv6 in brackets) nor an encoded \
                 directory",
            ));
        }
        (host, port)
    };
    check_port(port)?;
    Ok((host.to_string(), port))
}

/// Accepts a port from 1 to 65535 and an empty text, which means the default port.
fn check_port(text: &str) -> Result<(), DatabaseUrlError> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if text.is_empty() || is_number && text.parse::<u16>().is_ok_and(|port| port > 0) {
        return Ok(());
    }
    Err(malformed("has a port that is not a number from 1 to 65535"))
}

/// Decodes percent-encoding. A plus sign stays a plus sign.
fn decoded(text: &str) -> Result<Zeroizing<String>, DatabaseUrlError> {
    // Allocated once: a buffer that grows leaves copies of a secret in freed memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(malformed("has a `%` that is not followed by two hexadecimal digits"));
        };
        match u8::try_from(high * 16 + low) {
            Ok(byte) if byte > 0 => bytes.push(byte),
            Ok(_) | Err(_) => return Err(malformed("has a `%00`, which PostgreSQL does not accept")),
        }
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| malformed("has encoded bytes that are not UTF-8"))?;
    Ok(Zeroizing::new(text.to_owned()))
}
