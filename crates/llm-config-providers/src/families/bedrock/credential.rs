//! Credentials of Bedrock: access keys that sign, and API keys.

use std::time::SystemTime;

use data_encoding::{BASE64, BASE64_NOPAD};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use jiff::Timestamp;
use url::Url;
use zeroize::Zeroizing;

use super::endpoint::{ASSUMED_REGION, BedrockEndpoint};
use crate::auth::{Auth, AuthError, SentCredential, SigningPair, WRONG_KEY};
use crate::family::Problem;
use crate::key::KeyFault;
use crate::key_header::KeyHeader;
use crate::model_api::CallRequest;
use crate::reason::Reason;
use crate::request::Request;
use crate::sigv4::{self, Scope, SignedParts};

const NO_SESSION_TOKEN: Problem = Problem {
    reason: Reason::ConfigIncomplete,
    hint: Some(
        "An access key id that begins with ASIA is temporary and needs its session token: store the secret \
         as SECRET:TOKEN.",
    ),
};

const NEEDLESS_SESSION_TOKEN: Problem = Problem {
    reason: Reason::ConfigIncomplete,
    hint: Some("An access key id that begins with AKIA has no session token: store the secret alone."),
};

const WRONG_REGION: Problem = Problem { reason: Reason::KeyWrongRegion, hint: None };

/// Adds the key, or signs. A signature is valid for some minutes around `now`.
pub(super) fn authenticate(auth: &Auth, request: Request, sent: SentCredential, now: SystemTime) -> Request {
    match (auth, sent) {
        (Auth::None, _) | (_, SentCredential::None) => request,
        (Auth::Key(_), SentCredential::Configured | SentCredential::Wrong) => {
            auth.apply(request, &KeyHeader::bearer(), sent)
        }
        (Auth::Pair(pair), SentCredential::Configured) => signed(request, pair, now),
        (Auth::Pair(pair), SentCredential::Wrong) => {
            let wrong = SigningPair {
                key_id: pair.key_id.clone(),
                secret: Zeroizing::new(WRONG_KEY.to_owned()),
                session_token: pair.session_token.clone(),
            };
            signed(request, &wrong, now)
        }
    }
}

/// The headers that add the credential to a call. A signature covers the type of the body and none of the
/// other headers that do not authenticate, because proxies may change those.
pub(super) fn call_headers(
    auth: &Auth,
    call: CallRequest<'_>,
    now: SystemTime,
) -> Result<HeaderMap, AuthError> {
    let Auth::Pair(pair) = auth else { return auth.headers(&KeyHeader::bearer()) };
    let CallRequest { method, url, headers, body, .. } = call;
    let covered = headers.get(CONTENT_TYPE).map(|value| (CONTENT_TYPE, value.clone()));
    let covered = HeaderMap::from_iter(covered);
    let added = scoped(url, now, |scope| {
        sigv4::signature(SignedParts { method, url, headers: &covered, body }, pair, scope)
    });
    // Without it, the call would be anonymous.
    if added.contains_key(AUTHORIZATION) { Ok(added) } else { Err(AuthError::Malformed(KeyFault::Control)) }
}

/// Signs a request.
fn signed(request: Request, pair: &SigningPair, now: SystemTime) -> Request {
    let url = request.url.clone();
    scoped(&url, now, |scope| sigv4::sign(request, pair, scope))
}

/// Signs with the region and the service that the host of `url` names.
fn scoped<T>(url: &Url, now: SystemTime, sign: impl FnOnce(Scope<'_>) -> T) -> T {
    let endpoint = BedrockEndpoint::new(url.host_str().unwrap_or_default());
    let region = endpoint.region.as_deref().unwrap_or(ASSUMED_REGION);
    // AWS refuses signatures of clocks beyond jiff's range, the year 9999, anyway.
    let time = Timestamp::try_from(now).unwrap_or(Timestamp::UNIX_EPOCH);
    sign(Scope { region, service: endpoint.signing_service(), time })
}

/// The fault of a credential that needs no request.
pub(super) fn precheck(auth: &Auth, region: Option<&str>) -> Option<Problem> {
    match auth {
        Auth::None => None,
        Auth::Key(_) => match (region_of_key(auth), region) {
            (Some(own), Some(region)) if own != region => Some(WRONG_REGION),
            _ => None,
        },
        Auth::Pair(SigningPair { key_id, session_token, .. }) => {
            let has_token = session_token.as_ref().is_some_and(|token| !token.is_empty());
            if key_id.starts_with("ASIA") && !has_token {
                Some(NO_SESSION_TOKEN)
            } else if key_id.starts_with("AKIA") && session_token.is_some() {
                Some(NEEDLESS_SESSION_TOKEN)
            } else {
                None
            }
        }
    }
}

/// The region in a short-term key, which is a signed URL in Base64
/// (docs.aws.amazon.com/bedrock/latest/userguide/api-keys-reference.html).
pub(super) fn region_of_key(auth: &Auth) -> Option<String> {
    let Auth::Key(sent) = auth else { return None };
    let encoded = sent.key.strip_prefix("bedrock-api-key-")?.as_bytes();
    let url = BASE64.decode(encoded).or_else(|_| BASE64_NOPAD.decode(encoded)).ok()?;
    let url = Zeroizing::new(String::from_utf8(url).ok()?);
    let (_, query) = url.split_once('?')?;
    let scope = url::form_urlencoded::parse(query.as_bytes())
        .find_map(|(name, value)| (name == "X-Amz-Credential").then_some(value))?;
    scope.split('/').nth(2).map(str::to_owned)
}
