//! AWS Signature Version 4: a header that proves knowledge of a secret without sending it.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use http::Method;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use url::Url;
use zeroize::Zeroizing;

use crate::auth::SigningPair;
use crate::request::Request;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The scope of a signature.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The region, such as `us-east-1`.
    pub region: &'a str,
    /// The service, such as `bedrock`.
    pub service: &'a str,
    /// The time of signing; AWS accepts the signature for about five minutes around it.
    pub time: Timestamp,
}

/// What a signature covers, besides the host.
#[derive(Clone, Copy)]
pub(crate) struct SignedParts<'a> {
    pub(crate) method: &'a Method,
    pub(crate) url: &'a Url,
    pub(crate) headers: &'a HeaderMap,
    /// The body, in pieces.
    pub(crate) body: &'a [&'a [u8]],
}

/// Adds the headers that sign a request. The signature covers the host and every header present.
#[must_use]
pub fn sign(mut request: Request, pair: &SigningPair, scope: Scope<'_>) -> Request {
    let Request { method, url, headers, body, .. } = &request;
    let added = signature(SignedParts { method, url, headers, body: &[body] }, pair, scope);
    request.headers.extend(added);
    request
}

/// The headers that sign a request.
pub(crate) fn signature(parts: SignedParts<'_>, pair: &SigningPair, scope: Scope<'_>) -> HeaderMap {
    let date = scope.time.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut added = HeaderMap::new();
    insert(&mut added, HeaderName::from_static("x-amz-date"), &date);
    if let Some(token) = &pair.session_token {
        insert(&mut added, HeaderName::from_static("x-amz-security-token"), token);
    }
    let mut headers = parts.headers.clone();
    headers.extend(added.clone());
    let authorization = authorization(SignedParts { headers: &headers, ..parts }, pair, scope, &date);
    insert(&mut added, AUTHORIZATION, &authorization);
    added
}

/// Every value is printable ASCII: `Auth::new` refused other characters.
fn insert(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(mut value) = HeaderValue::from_str(text) {
        value.set_sensitive(name != "x-amz-date");
        headers.insert(name, value);
    }
}

fn authorization(parts: SignedParts<'_>, pair: &SigningPair, scope: Scope<'_>, date: &str) -> String {
    let headers = canonical_headers(parts);
    let names = headers.keys().copied().collect::<Vec<_>>().join(";");
    let lines = headers.iter().map(|(name, value)| format!("{name}:{value}")).collect::<Vec<_>>().join("\n");
    let canonical = format!(
        "{}\n{}\n{}\n{lines}\n\n{names}\n{}",
        parts.method,
        canonical_path(parts.url),
        canonical_query(parts.url),
        HEXLOWER.encode(&digest(parts.body)),
    );
    let day = date.get(..8).unwrap_or_default();
    let Scope { region, service, time: _ } = scope;
    let range = format!("{day}/{region}/{service}/aws4_request");
    let hash = HEXLOWER.encode(&Sha256::digest(canonical));
    let text = format!("{ALGORITHM}\n{date}\n{range}\n{hash}");
    let first = Zeroizing::new(format!("AWS4{}", pair.secret.as_str()));
    let steps = [day, region, service, "aws4_request"];
    let key = steps.iter().fold(Zeroizing::new(first.as_bytes().to_vec()), |key, step| mac(&key, step));
    let signature = HEXLOWER.encode(&mac(&key, &text));
    let id = pair.key_id.as_str();
    format!("{ALGORITHM} Credential={id}/{range}, SignedHeaders={names}, Signature={signature}")
}

fn digest(body: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for piece in body {
        hasher.update(piece);
    }
    hasher.finalize().into()
}

fn mac(key: &[u8], text: &str) -> Zeroizing<Vec<u8>> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    Zeroizing::new(mac.finalize().into_bytes().to_vec())
}

/// By name; white space within values counts once, around them not at all.
fn canonical_headers(parts: SignedParts<'_>) -> BTreeMap<&str, String> {
    let mut found: BTreeMap<&str, String> = BTreeMap::from([("host", host(parts.url))]);
    for (name, value) in parts.headers.iter().filter(|(name, _)| *name != AUTHORIZATION) {
        let text = String::from_utf8_lossy(value.as_bytes());
        let text = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        found
            .entry(name.as_str())
            .and_modify(|all| {
                all.push(',');
                all.push_str(&text);
            })
            .or_insert(text);
    }
    found
}

/// As the HTTP client sends it: with the port, unless it is the scheme's own.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The path without empty segments, encoded once more than it is sent.
fn canonical_path(url: &Url) -> String {
    let path = url.path();
    let segments: Vec<_> =
        path.split('/').filter(|segment| !segment.is_empty()).map(percent_encode).collect();
    let end = if path.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    format!("/{}{end}", segments.join("/"))
}

/// Names and values decoded, encoded in the one way that counts, and sorted.
fn canonical_query(url: &Url) -> String {
    let mut pairs: Vec<_> =
        url.query_pairs().map(|(name, value)| (percent_encode(&name), percent_encode(&value))).collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Everything but RFC 3986's unreserved characters as `%XX`.
pub(crate) fn percent_encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
