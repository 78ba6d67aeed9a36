//! Parsers of the values of settings. Their errors say what a value must be; the caller names the setting.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use jiff::SignedDuration;
use tracing_subscriber::EnvFilter;
use url::Url;

/// An address and a port. `localhost` is the IPv4 loopback address; no other name is looked up.
pub(super) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let localhost = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    match localhost {
        Some(port) => Ok((Ipv4Addr::LOCALHOST, port).into()),
        None => text.parse().map_err(|_| "must be an address and a port, such as `127.0.0.1:8080`"),
    }
}

/// The parser of whole numbers in a range.
pub(super) fn whole_number<T: FromStr + PartialOrd + fmt::Display + Clone>(
    range: RangeInclusive<T>,
) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| format!("must be a whole number from {} to {}", range.start(), range.end()))
    }
}

/// An interval from one second to thirty days.
pub(super) fn interval(text: &str) -> Result<Duration, &'static str> {
    let time: Option<Duration> = text.parse::<SignedDuration>().ok().and_then(|time| time.try_into().ok());
    time.filter(|time| (1..=30 * 24 * 3600).contains(&time.as_secs()))
        .ok_or("must be a time from `1s` to `720h`, such as `6h` or `30m`")
}

/// A delay of at most an hour.
pub(super) fn delay(text: &str) -> Result<Duration, &'static str> {
    let time: Option<Duration> = text.parse::<SignedDuration>().ok().and_then(|time| time.try_into().ok());
    time.filter(|time| *time <= Duration::from_hours(1))
        .ok_or("must be a time from `0s` to `1h`, such as `5s`")
}

/// A network, whose address has no bits after its length: a mistyped length would open another network.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let network: IpNet =
        text.parse().map_err(|_| "must be an address and a length, such as `10.20.0.0/16`".to_owned())?;
    if network.trunc() == network {
        return Ok(network);
    }
    let (address, length) = (network.addr(), network.max_prefix_len());
    Err(format!(
        "must be a network, such as `{}`, or a single address, `{address}/{length}`",
        network.trunc()
    ))
}

/// An origin, in the form of an `Origin` header: no path, no trailing slash.
pub(super) fn web_origin(text: &str) -> Result<String, &'static str> {
    let is_origin =
        |url: Url| matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text;
    if Url::parse(text).is_ok_and(is_origin) {
        return Ok(text.to_owned());
    }
    Err("must be an origin, which is a scheme and a host, such as `https://console.example`")
}

/// A log filter: valid directives in the syntax of `tracing`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    /// The directives.
    #[must_use]
    pub fn directives(&self) -> EnvFilter {
        // They were parsed before, so none of them is ignored.
        EnvFilter::new(&self.0)
    }
}

impl Default for LogFilter {
    /// The HTTP library's own lines are of no use to an operator.
    fn default() -> Self {
        Self("info,actix_server=warn".to_owned())
    }
}

impl FromStr for LogFilter {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_valid = EnvFilter::try_new(text).is_ok();
        is_valid.then(|| Self(text.to_owned())).ok_or(
            "must be levels and modules, separated by commas, such as `warn` or \
             `info,llm_config_store=debug`",
        )
    }
}

impl fmt::Display for LogFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: fmt::Display, E: fmt::Display>(parsed: Result<T, E>, expected: Result<&str, &str>) {
        match (parsed, expected) {
            (Ok(value), Ok(expected)) => assert_eq!(value.to_string(), expected),
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
            (Ok(value), Err(expected)) => panic!("{value} is accepted; expected: {expected}"),
            (Err(error), Ok(expected)) => panic!("{error}; expected: {expected}"),
        }
    }

    #[test]
    fn address_is_parsed_with_its_port() {
        check(address("127.0.0.1:8080"), Ok("127.0.0.1:8080"));
        check(address("[::1]:1"), Ok("[::1]:1"));
        check(address("localhost:8090"), Ok("127.0.0.1:8090"));
        for wrong in ["8080", "localhost", "localhost:x", "registry.example:80", ":8080", "127.0.0.1"] {
            check(address(wrong), Err("such as `127.0.0.1:8080`"));
        }
    }

    #[test]
    fn whole_number_out_of_range_is_refused() {
        let parse = whole_number(1..=1024_usize);
        check(parse("1024"), Ok("1024"));
        for wrong in ["0", "1025", "four", "-1", "1.5", ""] {
            check(parse(wrong), Err("must be a whole number from 1 to 1024"));
        }
    }

    #[test]
    fn interval_out_of_range_is_refused() {
        for right in ["1s", "30m", "720h"] {
            assert!(interval(right).is_ok(), "{right}");
        }
        for wrong in ["6", "0s", "721h", "-1h", "1d"] {
            assert!(interval(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn network_with_host_bits_is_refused_with_the_network() {
        check(network("10.20.0.0/16"), Ok("10.20.0.0/16"));
        check(network("10.0.0.1/32"), Ok("10.0.0.1/32"));
        check(network("10.0.0.1/16"), Err("such as `10.0.0.0/16`, or a single address, `10.0.0.1/32`"));
        check(network("fd00::5/8"), Err("such as `fd00::/8`, or a single address, `fd00::5/128`"));
        check(network("10.0.0.1"), Err("an address and a length"));
    }

    #[test]
    fn web_origin_with_path_or_default_port_is_refused() {
        for right in ["https://console.example", "http://localhost:3000"] {
            check(web_origin(right), Ok(right));
        }
        for wrong in ["*", "console.example", "https://console.example/", "https://console.example:443"] {
            check(web_origin(wrong), Err("a scheme and a host"));
        }
    }

    #[test]
    fn log_filter_with_invalid_directive_is_refused() {
        check("info,llm_config_store=debug".parse::<LogFilter>(), Ok("info,llm_config_store=debug"));
        check("info,=,".parse::<LogFilter>(), Err("such as `warn`"));
    }
}
