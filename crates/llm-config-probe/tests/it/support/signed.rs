//! Whether a request is signed with the genuine secret, by the signer of AWS's SDK for Rust.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use llm_config_egress::testing::Received;

use super::GOOD;

/// Recomputes the signature of the received request, for the region and the service that it names.
pub(crate) fn is_genuine(request: &Received) -> bool {
    let parts = request.header("authorization").and_then(parts);
    parts.is_some_and(|parts| authorization(request, &parts).as_deref() == request.header("authorization"))
}

/// The parts of an `Authorization` header.
struct Parts<'a> {
    id: &'a str,
    region: &'a str,
    service: &'a str,
    /// The names of the signed headers.
    names: Vec<&'a str>,
}

fn parts(authorization: &str) -> Option<Parts<'_>> {
    let rest = authorization.strip_prefix("AWS4-HMAC-SHA256 Credential=")?;
    let (scope, rest) = rest.split_once(", SignedHeaders=")?;
    let (names, _) = rest.split_once(", Signature=")?;
    let mut scope = scope.split('/');
    let (id, region, service) = (scope.next()?, scope.nth(1)?, scope.next()?);
    Some(Parts { id, region, service, names: names.split(';').collect() })
}

fn authorization(request: &Received, parts: &Parts<'_>) -> Option<String> {
    let Parts { id, region, service, names } = parts;
    let token = request.header("x-amz-security-token").map(str::to_owned);
    let identity = Credentials::from_keys(*id, GOOD, token).into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(time(request.header("x-amz-date")?)?)
        .settings(SigningSettings::default())
        .build()
        .ok()?
        .into();
    // The signer adds these itself.
    let is_own = |name: &str| matches!(name, "host" | "x-amz-date" | "x-amz-security-token");
    let headers =
        names.iter().filter(|name| !is_own(name)).filter_map(|name| Some((*name, request.header(name)?)));
    let url = format!("http://{}{}", request.header("host")?, request.target);
    let body = SignableBody::Bytes(request.body.as_bytes());
    let signable = SignableRequest::new(request.method.as_str(), url, headers, body).ok()?;
    let (instructions, _) = sign(signable, &params).ok()?.into_parts();
    instructions.headers().find(|(name, _)| *name == "authorization").map(|(_, value)| value.to_owned())
}

/// `20261120T120000Z`, if it is now: a stale signature is not genuine.
fn time(text: &str) -> Option<SystemTime> {
    let parsed = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    let time = parsed.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    let age = jiff::Timestamp::now().duration_since(time);
    (age.abs().as_secs() < 300).then_some(time.into())
}
