//! For tests: verifies the signature of a request that a scripted server received.

use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use llm_config_egress::testing::Received;
use llm_config_providers::sigv4::{Scope, sign};
use llm_config_providers::{Request, SigningPair};
use zeroize::Zeroizing;

/// Whether a request is signed with this AWS access key, for the region that it names. Recomputes the
/// signature with our own signer, which is tested against AWS's.
#[must_use]
pub fn is_signed_with(request: &Received, key_id: &str, secret: &str) -> bool {
    let signed = resigned(request, key_id, secret);
    signed.is_some() && signed.as_deref() == request.header("authorization")
}

fn resigned(received: &Received, key_id: &str, secret: &str) -> Option<String> {
    let (_, rest) = received.header("authorization")?.split_once("Credential=")?;
    let (scope, rest) = rest.split_once(", SignedHeaders=")?;
    let (names, _) = rest.split_once(", Signature=")?;
    let mut scope = scope.split('/').skip(2);
    let (region, service) = (scope.next()?, scope.next()?);
    let date = DateTime::strptime("%Y%m%dT%H%M%SZ", received.header("x-amz-date")?).ok()?;
    let mut headers = HeaderMap::new();
    for name in names.split(';').filter(|name| !matches!(*name, "host" | "x-amz-date")) {
        let value = HeaderValue::from_str(received.header(name)?).ok()?;
        headers.append(HeaderName::from_bytes(name.as_bytes()).ok()?, value);
    }
    let request = Request {
        method: Method::from_bytes(received.method.as_bytes()).ok()?,
        url: format!("http://{}{}", received.header("host")?, received.target).parse().ok()?,
        headers,
        body: received.body.clone().into_bytes(),
        key_header: None,
    };
    let text = |text: &str| Zeroizing::new(text.to_owned());
    let pair = SigningPair { key_id: text(key_id), secret: text(secret), session_token: None };
    let time = date.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let signed = sign(request, &pair, Scope { region, service, time });
    signed.headers.get("authorization")?.to_str().ok().map(str::to_owned)
}
