//! Extractors that authenticate a request by its token.
//!
//! The first parameter of a handler is [`Caller`] or [`Authenticated`]. No other parameter may be an
//! extractor that can fail: its error could be returned instead of 401.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use llm_config_core::caller::{self, Identity};
use llm_config_service::{Error, Service, Session};

use crate::http::body::{FromBody, read_bytes};
use crate::http::connection::arrival::arrival;
use crate::http::connection::client_address::client_address;
use crate::http::error::{ConditionKind, RequestError};
use crate::http::request_id::RequestId;

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The session of a request's token, which is in `x-api-key` or `Authorization: Bearer`.
pub(crate) struct Caller(pub(crate) Session);

/// The session and the body of a request.
///
/// The token is checked before the body is read, so that the server does not read bodies of requests without
/// a valid token. That it still has the same rights is checked afterwards: the client decides how long a body
/// takes, and a token that was revoked in this time must not be accepted.
pub(crate) struct Authenticated<T> {
    pub(crate) session: Session,
    pub(crate) body: T,
}

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, RequestError>>>>;

impl FromRequest for Caller {
    type Error = RequestError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { session(&request).await.map(Self) })
    }
}

impl<T: FromBody + 'static> FromRequest for Authenticated<T> {
    type Error = RequestError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let before = session(&request).await?;
            let bytes = read_bytes(&request, payload).await?;
            let session = match request.app_data::<web::Data<Service>>() {
                Some(service) if service.is_current(&before) => before,
                Some(_) | None => session(&request).await?,
            };
            Ok(Self { session, body: T::from_body(&request, &bytes)? })
        })
    }
}

pub(crate) async fn session(request: &HttpRequest) -> Result<Session, RequestError> {
    let token = token(request.headers())?;
    let service = request.app_data::<web::Data<Service>>();
    let service =
        service.ok_or_else(|| RequestError::new(ConditionKind::Internal, "no service is registered"))?;
    Ok(session_of_token(request, service, token).await?)
}

/// The session of a request that sends `token`.
pub(super) async fn session_of_token(
    request: &HttpRequest,
    service: &Service,
    token: &str,
) -> Result<Session, Error> {
    let authenticated = service.authenticate_from(client_address(request), token).await?;
    let identity = authenticated.identity;
    // For the log line of the request.
    request.extensions_mut().insert(identity);
    Ok(Session {
        caller: caller(request, identity),
        actor: authenticated.actor,
        basis: Some(authenticated.basis),
        arrival: arrival(request),
        signed_in_at: None,
    })
}

/// The caller as audit events record it.
pub(crate) fn caller(request: &HttpRequest, identity: Identity) -> caller::Caller {
    caller::Caller {
        identity,
        request_id: RequestId::from_request(request).map(|id| id.0),
        address: client_address(request),
    }
}

fn token(headers: &HeaderMap) -> Result<&str, RequestError> {
    let mut tokens = headers.get_all(X_API_KEY).chain(headers.get_all(AUTHORIZATION)).map(|value| {
        let text = value.to_str().unwrap_or_default().trim();
        // One of the official clients can be set to put the prefix into `x-api-key` too.
        match text.split_at_checked(7) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer ") => token.trim(),
            _ => text,
        }
    });
    let first = tokens.next().ok_or(Error::Unauthenticated)?;
    if tokens.all(|other| other == first) { Ok(first) } else { Err(RequestError::TwoTokens) }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    /// `expected` is the token or the name of the error.
    fn check(headers: &[(HeaderName, &str)], expected: Result<&str, &str>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.clone(), HeaderValue::from_str(value).unwrap());
        }
        let found = token(&map).map_err(|error| match error {
            RequestError::TwoTokens => "two",
            RequestError::Service(Error::Unauthenticated) => "none",
            RequestError::Service(_)
            | RequestError::Body(_)
            | RequestError::MemoryFull(_)
            | RequestError::Panic
            | RequestError::Other(..) => "other",
        });
        assert_eq!(found, expected, "{headers:?}");
    }

    #[test]
    fn token_in_either_header_is_read() {
        check(&[(X_API_KEY, "gm_a")], Ok("gm_a"));
        check(&[(X_API_KEY, "Bearer gm_a")], Ok("gm_a"));
        check(&[(AUTHORIZATION, "Bearer gm_a")], Ok("gm_a"));
        check(&[(AUTHORIZATION, "bearer  gm_a ")], Ok("gm_a"));
        check(&[], Err("none"));
    }

    #[test]
    fn token_that_differs_between_headers_is_rejected() {
        check(&[(X_API_KEY, "gm_a"), (AUTHORIZATION, "Bearer gm_a")], Ok("gm_a"));
        check(&[(X_API_KEY, "gm_a"), (AUTHORIZATION, "Bearer gm_b")], Err("two"));
        check(&[(X_API_KEY, "gm_a"), (X_API_KEY, "gm_b")], Err("two"));
    }
}
