//! The session of a request, whose token stands where the vendor's clients put their key.

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use llm_config_gateway::error::{GatewayError, TokenFault};
use llm_config_service::{CallFailure, Service, Session};

use crate::http::auth::session_of_token;

/// The headers in which clients send keys.
static HEADERS: [HeaderName; 4] = [
    // OpenAI, and Anthropic's newer clients
    AUTHORIZATION,
    // Anthropic
    HeaderName::from_static("x-api-key"),
    // Gemini
    HeaderName::from_static("x-goog-api-key"),
    // Azure
    HeaderName::from_static("api-key"),
];

/// The session of the token of a request.
pub(super) async fn session(request: &HttpRequest, service: &Service) -> Result<Session, CallFailure> {
    let token = token(request.headers()).map_err(GatewayError::TokenInvalid)?;
    Ok(session_of_token(request, service, token).await?)
}

fn token(headers: &HeaderMap) -> Result<&str, TokenFault> {
    let mut found: Option<(&'static str, &str)> = None;
    for name in &HEADERS {
        for value in headers.get_all(name) {
            // Not trimmed at its end before the scheme is known: an empty token is none, and not `Bearer`.
            let text = value.to_str().map_err(|_| TokenFault::Unknown)?.trim_start();
            let token = match text.split_at_checked(7) {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer ") => token,
                _ => text,
            };
            let token = token.trim();
            match found {
                Some((first, other)) if other != token => return Err(different(first, name.as_str())),
                Some(_) => {}
                None => found = Some((name.as_str(), token)),
            }
        }
    }
    found.map(|(_, token)| token).filter(|token| !token.is_empty()).ok_or(TokenFault::Missing)
}

/// The fault of two headers, perhaps of one name, with different tokens.
fn different(first: &'static str, second: &'static str) -> TokenFault {
    if first == second {
        TokenFault::RepeatedHeader { name: first }
    } else {
        TokenFault::TwoTokens { first, second }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], expected: Result<&str, TokenFault>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        assert_eq!(token(&map), expected, "{headers:?}");
    }

    #[test]
    fn token_in_any_of_the_headers_is_read() {
        check(&[("authorization", "Bearer gm_a")], Ok("gm_a"));
        check(&[("x-api-key", "gm_a")], Ok("gm_a"));
        check(&[("x-goog-api-key", "gm_a")], Ok("gm_a"));
        check(&[("api-key", "gm_a")], Ok("gm_a"));
        check(&[("x-api-key", "gm_a"), ("authorization", "bearer gm_a")], Ok("gm_a"));
        check(&[], Err(TokenFault::Missing));
        check(&[("authorization", "Bearer ")], Err(TokenFault::Missing));
    }

    #[test]
    fn token_that_differs_between_headers_names_both() {
        let two = |first, second| Err(TokenFault::TwoTokens { first, second });
        let headers = [("x-api-key", "gm_b"), ("authorization", "Bearer gm_a")];
        check(&headers, two("authorization", "x-api-key"));
        check(&[("api-key", "gm_a"), ("x-goog-api-key", "gm_b")], two("x-goog-api-key", "api-key"));
        let repeated = Err(TokenFault::RepeatedHeader { name: "x-api-key" });
        check(&[("x-api-key", "gm_a"), ("x-api-key", "gm_b")], repeated);
    }
}
