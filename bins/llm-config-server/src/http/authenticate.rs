//! From a token in a header to a session.

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use actix_web::{HttpRequest, web};
use llm_config_core::caller::{Caller, Identity};
use zeroize::Zeroizing;

use super::failure::Failure;
use super::json;
use super::log::RequestId;
use crate::service::{Error, Service, Session};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Who sent the request, by `x-api-key` or `Authorization: Bearer`.
pub(super) async fn session(request: &HttpRequest, service: &Service) -> Result<Session, Error> {
    let token = token(request.headers()).ok_or(Error::Unauthenticated)?;
    let (identity, actor) = service.authenticate(token).await?;
    Ok(Session { caller: caller(request, identity), actor })
}

/// Who sent the request, and its body; in this order, so that nobody's body is read for nothing.
pub(super) async fn session_and_body(
    request: &HttpRequest,
    service: &Service,
    payload: web::Payload,
) -> Result<(Session, Zeroizing<Vec<u8>>), Failure> {
    let session = session(request, service).await?;
    Ok((session, json::body(payload).await?))
}

/// What an audit event says about the request.
pub(super) fn caller(request: &HttpRequest, identity: Identity) -> Caller {
    Caller {
        identity,
        request_id: RequestId::current(request).map(|id| id.0),
        address: request.peer_addr().map(|address| address.ip()),
    }
}

/// `None` also for two different tokens: it is not for the server to choose.
fn token(headers: &HeaderMap) -> Option<&str> {
    let mut tokens = headers.get_all(X_API_KEY).chain(headers.get_all(AUTHORIZATION)).map(|value| {
        let text = value.to_str().unwrap_or_default().trim();
        // One of the official clients can be set to put the prefix into `x-api-key` too.
        match text.split_at_checked(7) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer ") => token.trim(),
            _ => text,
        }
    });
    let first = tokens.next()?;
    tokens.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn check(headers: &[(HeaderName, &str)], expected: Option<&str>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.clone(), HeaderValue::from_str(value).unwrap());
        }
        assert_eq!(token(&map), expected, "{headers:?}");
    }

    #[test]
    fn a_token_stands_in_either_header() {
        check(&[(X_API_KEY, "gm_a")], Some("gm_a"));
        check(&[(X_API_KEY, "Bearer gm_a")], Some("gm_a"));
        check(&[(AUTHORIZATION, "Bearer gm_a")], Some("gm_a"));
        check(&[(AUTHORIZATION, "bearer  gm_a ")], Some("gm_a"));
        check(&[], None);
    }

    #[test]
    fn two_tokens_must_be_the_same() {
        check(&[(X_API_KEY, "gm_a"), (AUTHORIZATION, "Bearer gm_a")], Some("gm_a"));
        check(&[(X_API_KEY, "gm_a"), (AUTHORIZATION, "Bearer gm_b")], None);
        check(&[(X_API_KEY, "gm_a"), (X_API_KEY, "gm_b")], None);
    }
}
