//! Reads a `postgres://` URL as libpq does, but strictly: the forms that a password takes when it is not
//! encoded are refused, and no refusal repeats a piece of the URL.

use zeroize::Zeroizing;

use super::parameters::{is_secret, known};
use crate::url::DatabaseUrlError;

/// A URL as its parameters for libpq.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Parsed {
    /// The URL without its password and its parameters, as it was written.
    pub(super) shown: String,
    /// Every parameter, decoded; of two with one name the later counts.
    pub(super) parameters: Vec<(&'static str, Zeroizing<String>)>,
    /// Secrets, decoded and as they were written: no message may hold a part of one.
    pub(super) secrets: Vec<Zeroizing<String>>,
}

const fn wrong(reason: &'static str) -> DatabaseUrlError {
    DatabaseUrlError::Malformed(reason)
}

pub(super) fn parse(text: &str) -> Result<Parsed, DatabaseUrlError> {
    if text.chars().any(|it| it.is_whitespace() || it.is_control()) {
        return Err(wrong("holds a space or a control character"));
    }
    if text.contains('#') {
        return Err(wrong("holds a `#`"));
    }
    let (scheme, rest) = text.split_once("://").ok_or(DatabaseUrlError::Scheme)?;
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = before.find('/').map_or((before, ""), |at| before.split_at(at));
    let at_signs = authority.matches('@').count();
    if at_signs > 1 {
        return Err(wrong("has more than one `@` in front of the database's name"));
    }
    // Then the text in front of it was cut off by a `/` or a `?` of the password.
    let is_cut = at_signs == 0 && !authority.is_empty() && query.contains('@');
    if is_cut || path.contains('@') {
        return Err(wrong("has an `@` behind a `/` or a `?`"));
    }
    let mut parsed = Parsed::default();
    let (user, hosts) = match authority.split_once('@') {
        Some((user, hosts)) => (Some(parsed.user(user)?), hosts),
        None => (None, authority),
    };
    parsed.hosts(hosts)?;
    parsed.database(path)?;
    for pair in query.split('&').filter(|it| !it.is_empty()) {
        parsed.parameter(pair)?;
    }
    let user = user.map_or_else(String::new, |it| format!("{it}@"));
    parsed.shown = format!("{scheme}://{user}{hosts}{path}");
    Ok(parsed)
}

impl Parsed {
    fn put(&mut self, name: &'static str, value: Zeroizing<String>, written: &str) {
        if is_secret(name) && !value.is_empty() {
            self.secrets.push(value.clone());
            if written != value.as_str() {
                self.secrets.push(Zeroizing::new(written.to_owned()));
            }
        }
        self.parameters.push((name, value));
    }

    /// Returns the user as it was written.
    fn user<'a>(&mut self, text: &'a str) -> Result<&'a str, DatabaseUrlError> {
        let (user, password) = text.split_once(':').map_or((text, None), |(user, it)| (user, Some(it)));
        if !user.is_empty() {
            self.put("user", decoded(user)?, user);
        }
        if let Some(password) = password.filter(|it| !it.is_empty()) {
            self.put("password", decoded(password)?, password);
        }
        Ok(user)
    }

    fn hosts(&mut self, text: &str) -> Result<(), DatabaseUrlError> {
        let (mut hosts, mut ports) = (Vec::new(), Vec::new());
        for place in text.split(',') {
            let (host, port) = host_and_port(place)?;
            hosts.push(host);
            ports.push(port);
        }
        // As libpq joins them: an empty one stands for the default.
        for (name, all) in [("host", hosts.join(",")), ("port", ports.join(","))] {
            if !all.is_empty() {
                self.put(name, Zeroizing::new(all), "");
            }
        }
        Ok(())
    }

    fn database(&mut self, path: &str) -> Result<(), DatabaseUrlError> {
        let Some(name) = path.strip_prefix('/').filter(|it| !it.is_empty()) else { return Ok(()) };
        if name.contains('/') {
            return Err(wrong("has more than one `/` behind the hosts"));
        }
        self.put("dbname", decoded(name)?, name);
        Ok(())
    }

    fn parameter(&mut self, pair: &str) -> Result<(), DatabaseUrlError> {
        let (name, written) = pair.split_once('=').ok_or(wrong("has a parameter without a `=`"))?;
        let (name, value) = (decoded(name)?, decoded(written)?);
        if name.as_str() == "ssl" && value.as_str() == "true" {
            // The spelling of JDBC, which libpq takes as well.
            self.put("sslmode", Zeroizing::new("require".to_owned()), "");
            return Ok(());
        }
        // Not named: it may be the rest of a password with a `?`.
        let name =
            known(&name).ok_or(wrong("has a parameter behind its `?` that PostgreSQL does not know"))?;
        if name == "port" {
            for port in value.split(',') {
                check_port(port)?;
            }
        }
        self.put(name, value, written);
        Ok(())
    }
}

fn host_and_port(text: &str) -> Result<(String, &str), DatabaseUrlError> {
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (address, behind) = rest.split_once(']').ok_or(wrong("has a `[` without a `]`"))?;
        let address = decoded(address)?;
        let (digits, _zone) = address.split_once('%').unwrap_or((address.as_str(), ""));
        if digits.parse::<std::net::Ipv6Addr>().is_err() {
            return Err(wrong("has no IPv6 address between `[` and `]`"));
        }
        let port = match behind.strip_prefix(':') {
            Some(port) => port,
            None if behind.is_empty() => "",
            None => return Err(wrong("has something other than `:` and a port behind `]`")),
        };
        (address, port)
    } else {
        let (host, port) = text.split_once(':').unwrap_or((text, ""));
        let host = decoded(host)?;
        let is_name = host.chars().all(|it| it.is_alphanumeric() || "-._".contains(it));
        // A folder of sockets, or an abstract one.
        if !is_name && !host.starts_with(['/', '@']) {
            return Err(wrong(
                "has a host that is neither a name nor an address (IPv6 in brackets) nor an encoded directory",
            ));
        }
        (host, port)
    };
    check_port(port)?;
    Ok((host.to_string(), port))
}

/// A port, or nothing, which is the default.
fn check_port(text: &str) -> Result<(), DatabaseUrlError> {
    let is_number = text.bytes().all(|it| it.is_ascii_digit());
    if text.is_empty() || is_number && text.parse::<u16>().is_ok_and(|it| it > 0) {
        return Ok(());
    }
    Err(wrong("has a port that is no number from 1 to 65535"))
}

/// The text behind `%` and two hexadecimal digits. A plus sign is itself.
fn decoded(text: &str) -> Result<Zeroizing<String>, DatabaseUrlError> {
    // With room for all of it, so that no copy is left behind by growing.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|it| char::from(it).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(wrong("has a `%` without two hexadecimal digits behind it"));
        };
        match u8::try_from(high * 16 + low) {
            Ok(byte) if byte > 0 => bytes.push(byte),
            Ok(_) | Err(_) => return Err(wrong("has a `%00`, which PostgreSQL does not take")),
        }
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("has encoded bytes that are not UTF-8"))?;
    Ok(Zeroizing::new(text.to_owned()))
}
