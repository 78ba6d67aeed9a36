//! Endpoints: every text is rejected or has one canonical form, which the parser of URLs reads as the same
//! address; a path below an endpoint never leaves its origin.
//!
//! The text before the first line end is the endpoint, and the text behind it the API path.

use llm_config_core::endpoint::{ApiPath, Endpoint, EndpointError, origin_of, parse_origin};
use llm_config_providers::KnownVendorHosts;
use url::Url;

/// Checks one input.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (text, path) = text.split_once('\n').unwrap_or((&text, ""));
    let (new, stored) = (text.parse::<Endpoint>(), Endpoint::from_stored(text));
    // Earlier versions allowed more.
    assert!(new.is_err() || new == stored);
    let Ok(endpoint) = stored else { return };
    assert_eq!(endpoint.as_str(), text.trim(), "the called URL is the one that was written");
    check_url(&endpoint.url());
    check_canonical(&endpoint);
    check_origin(&endpoint);
    if let Ok(path) = path.parse::<ApiPath>() {
        check_path(&endpoint, &path);
    }
}

fn check_url(url: &Url) {
    assert!(matches!(url.scheme(), "http" | "https") && url.has_host());
    assert_eq!((url.username(), url.password(), url.fragment()), ("", None, None));
}

fn check_canonical(endpoint: &Endpoint) {
    let canonical = endpoint.canonical();
    let (before, after) = (endpoint.url(), Url::parse(canonical.as_str()).expect("a URL"));
    check_url(&after);
    assert_eq!(after.origin(), before.origin());
    assert_eq!(after.origin().ascii_serialization(), endpoint.origin().as_str());
    assert_eq!(segments(&after), segments(&before));
    assert_eq!(parameters(&after), parameters(&before));
    match Endpoint::from_stored(canonical.as_str()) {
        Ok(again) => assert_eq!(again.canonical(), canonical, "the canonical form is its own"),
        // Percent-encoding makes a text longer.
        Err(error) => assert!(matches!(error, EndpointError::TooLong(_)), "{canonical:?}: {error}"),
    }
}

/// The decoded segments of the path, without slashes at its end.
fn segments(url: &Url) -> Vec<Vec<u8>> {
    url.path().trim_end_matches('/').split('/').map(decoded).collect()
}

/// The decoded parameters, without an empty query.
fn parameters(url: &Url) -> Vec<Vec<u8>> {
    let query = url.query().filter(|query| !query.is_empty());
    query.into_iter().flat_map(|query| query.split('&')).map(decoded).collect()
}

fn decoded(text: &str) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, after @ ..] = rest {
        let octet = digit(after.first()).zip(digit(after.get(1))).filter(|_| *first == b'%');
        let (byte, length) = match octet {
            Some((high, low)) => (u8::try_from(high * 16 + low).expect("two digits"), 3),
            None => (*first, 1),
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    bytes
}

fn check_origin(endpoint: &Endpoint) {
    let origin = endpoint.origin();
    let again: Endpoint = origin.as_str().parse().expect("an origin is an endpoint");
    assert_eq!(again.origin(), origin);
    // What an operator writes in a grant.
    if let Ok(named) = parse_origin(&KnownVendorHosts, endpoint.as_str()) {
        assert_eq!(parse_origin(&KnownVendorHosts, named.as_str()), Ok(named));
    }
}

fn check_path(endpoint: &Endpoint, path: &ApiPath) {
    let joined = endpoint.join(path);
    check_url(&joined);
    assert_eq!(joined.origin(), endpoint.url().origin(), "a path leaves the origin");
    let bound = origin_of(&KnownVendorHosts, endpoint, path);
    assert!(bound.as_str().starts_with(endpoint.origin().as_str()));
}
