//! Error responses that many operations share. Each document describes each of them once.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{Content, Header, Ref, RefOr, Response, ResponseBuilder};

/// An error response that operations refer to by its name.
struct ErrorResponse {
    name: &'static str,
    description: &'static str,
    headers: &'static [&'static str],
    has_body: bool,
}

macro_rules! error_responses {
    ($(
        $(#[$doc:meta])*
        $name:ident = $status:literal $(with $header:literal)? $(without $body:ident)? $description:literal;
    )*) => {
        const ALL: &[ErrorResponse] = &[$(ErrorResponse {
            name: stringify!($name),
            description: $description,
            headers: &[$($header)?],
            has_body: concat!($(stringify!($body))?).is_empty(),
        },)*];

        $($(#[$doc])* pub(crate) enum $name {}

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [($status.to_string(), Ref::from_response_name(stringify!($name)).into())].into()
            }
        })*
    };
}

error_responses! {
    /// 400: the request is invalid.
    BadRequest = 400 "The request is malformed or breaks a rule; all errors are reported at once.";
    /// 400: the HTTP server refuses the request before it knows the operation.
    MalformedHead = 400 without body "The head of the request is malformed. The response has no body.";
    /// 401: there is no valid token.
    Unauthorized = 401 with "WWW-Authenticate"
        "The request has no token, two different tokens, or a token that is unknown, expired or revoked.";
    /// 403: the caller lacks a right.
    Forbidden = 403 "The caller may not do this.";
    /// 404: the object does not exist, or is hidden from the caller.
    NotFound = 404 "The object does not exist, or is hidden from the caller.";
    /// 409: the object already exists, or other objects depend on it.
    Conflict = 409 "The object already exists, or the current state does not allow the change.";
    /// 412: a precondition does not hold.
    PreconditionFailed = 412 "No tag in `If-Match` is the current one of the configuration.";
    /// 408: the body took too long.
    TooSlow = 408 "The body has not arrived in time.";
    /// 413: the body is too large.
    TooLarge = 413 "The body is larger than 1 MiB.";
    /// 413: the body of a model call is too large.
    CallTooLarge = 413 "The body is larger than 32 MiB, or another limit that the operator has set.";
    /// 429: too many calls.
    TooMany = 429 with "Retry-After"
        "Too many calls to providers on behalf of this caller or of this configuration, or to its host; too \
         many invalid tokens from this address; or the requests of this user hold too much memory.";
    /// 429: a quota of what is stored is used up.
    QuotaReached = 429
        "The owner, the workspace, the user or the installation has as much as it may have. Waiting does not \
         help, so there is no `Retry-After`. With `Retry-After`, the address has sent too many invalid \
         tokens, or the requests of this user hold too much memory.";
    /// 500: a fault of the server.
    Internal = 500 "A fault of the server; the message has the request id of its log entry.";
    /// 503: the database or the keys are unavailable, or the server is busy.
    Unavailable = 503 with "Retry-After"
        "The registry is temporarily unavailable, or too busy to call a provider.";
}

/// The descriptions for the components of a document whose errors have the schema `error`.
pub(crate) fn components(error: &str) -> impl Iterator<Item = (String, RefOr<Response>)> {
    ALL.iter().map(move |ErrorResponse { name, description, headers, has_body }| {
        let mut response = ResponseBuilder::new().description(*description);
        if *has_body {
            let body = Content::new(Some(Ref::from_schema_name(error)));
            response = response.content("application/json", body);
        }
        for name in *headers {
            response = response.header(*name, Header::default());
        }
        ((*name).to_owned(), response.build().into())
    })
}
