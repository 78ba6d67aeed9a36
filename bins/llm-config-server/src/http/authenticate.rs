//! From a token in a header to a session.

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use actix_web::{HttpRequest, web};
use llm_config_core::caller::{Caller, Identity};
use llm_config_service::{Error, Service, Session};
use zeroize::Zeroizing;

use super::arrival::arrival;
use super::failure::Failure;
use super::json;
use super::log::RequestId;

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Who sent the request, by `x-api-key` or `Authorization: Bearer`.
pub(super) async fn session(request: &HttpRequest, service: &Service) -> Result<Session, Failure> {
    let token = token(request.headers())?;
    let (identity, actor) = service.authenticate(token).await?;
    Ok(Session { caller: caller(request, identity), actor, arrival: arrival(request) })
}

/// Who sent the request, and its body.
///
/// The token is looked at before the body, so that none is read for nothing, and again after it: the
/// sender decides how long a body takes, and rights that ended meanwhile decide nothing.
pub(super) async fn session_and_body(
    request: &HttpRequest,
    service: &Service,
    payload: web::Payload,
) -> Result<(Session, Zeroizing<Vec<u8>>), Failure> {
    session(request, service).await?;
    let body = json::body(payload).await?;
    Ok((session(request, service).await?, body))
}

/// What an audit event says about the request.
pub(super) fn caller(request: &HttpRequest, identity: Identity) -> Caller {
    Caller {
        identity,
        request_id: RequestId::current(request).map(|id| id.0),
        address: request.peer_addr().map(|address| address.ip()),
    }
}

fn token(headers: &HeaderMap) -> Result<&str, Failure> {
    let mut tokens = headers.get_all(X_API_KEY).chain(headers.get_all(AUTHORIZATION)).map(|value| {
        let text = value.to_str().unwrap_or_default().trim();
        // One of the official clients can be set to put the prefix into `x-api-key` too.
        match text.split_at_checked(7) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer ") => token.trim(),
            _ => text,
        }
    });
    let first = tokens.next().ok_or(Error::Unauthenticated)?;
    if tokens.all(|other| other == first) { Ok(first) } else { Err(Failure::TwoTokens) }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    /// `expected` is the token, or why there is none.
    fn check(headers: &[(HeaderName, &str)], expected: Result<&str, &str>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.clone(), HeaderValue::from_str(value).unwrap());
        }
        let found = token(&map).map_err(|failure| match failure {
            Failure::TwoTokens => "two",
            Failure::Service(Error::Unauthenticated) => "none",
            Failure::Service(_) | Failure::Body(_) => "something else",
        });
        assert_eq!(found, expected, "{headers:?}");
    }

    #[test]
    fn a_token_stands_in_either_header() {
        check(&[(X_API_KEY, "gm_a")], Ok("gm_a"));
        check(&[(X_API_KEY, "Bearer gm_a")], Ok("gm_a"));
        check(&[(AUTHORIZATION, "Bearer gm_a")], Ok("gm_a"));
        check(&[(AUTHORIZATION, "bearer  gm_a ")], Ok("gm_a"));
        check(&[], Err("none"));
    }

    #[test]
    fn two_tokens_must_be_the_same() {
        check(&[(X_API_KEY, "gm_a"), (AUTHORIZATION, "Bearer gm_a")], Ok("gm_a"));
        check(&[(X_API_KEY, "gm_a"), (AUTHORIZATION, "Bearer gm_b")], Err("two"));
        check(&[(X_API_KEY, "gm_a"), (X_API_KEY, "gm_b")], Err("two"));
    }
}
