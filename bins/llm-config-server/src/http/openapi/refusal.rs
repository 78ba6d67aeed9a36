//! Answers that many operations have in common, described once in each document.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{Content, Header, Ref, RefOr, Response, ResponseBuilder};

/// A name of its own in a document, and when it is answered.
struct Refusal {
    name: &'static str,
    when: &'static str,
    headers: &'static [&'static str],
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $status:literal $(with $header:literal)? $when:literal;)*) => {
        const ALL: &[Refusal] = &[$(
            Refusal { name: stringify!($name), when: $when, headers: &[$($header)?] },
        )*];

        $($(#[$doc])* pub(in crate::http) enum $name {}

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [($status.to_string(), Ref::from_response_name(stringify!($name)).into())].into()
            }
        })*
    };
}

refusals! {
    /// 400: what was sent cannot be.
    BadRequest = 400 "What was sent is malformed or breaks a rule; all faults are named at once.";
    /// 401: nobody knows who asks.
    Unauthorized = 401 with "WWW-Authenticate" "No token was sent, or one that is unknown, expired or revoked, or two different ones.";
    /// 403: it is there, but not for this caller.
    Forbidden = 403 "The caller may not do this.";
    /// 404: it is not there, or not for this caller to know.
    NotFound = 404 "It does not exist, or the caller may not know that it does.";
    /// 409: something else is in the way.
    Conflict = 409 "It exists already, or something else is in the way.";
    /// 412: a precondition does not hold.
    PreconditionFailed = 412 "The configuration is not in a state that `If-Match` names.";
    /// 413: the body is too large.
    TooLarge = 413 "The body has more than 1 MiB.";
    /// 429: too often.
    TooMany = 429 with "Retry-After" "Too many calls to providers on behalf of this caller, or of this configuration.";
    /// 500: our fault.
    Internal = 500 "A fault of the server; the message has the request id under which it was logged.";
    /// 503: the database or the keys are away.
    Unavailable = 503 with "Retry-After" "The registry is unavailable for the moment.";
}

/// The descriptions, for the components of a document whose errors are an `error`.
pub(super) fn components(error: &str) -> impl Iterator<Item = (String, RefOr<Response>)> {
    ALL.iter().map(move |Refusal { name, when, headers }| {
        let body = Content::new(Some(Ref::from_schema_name(error)));
        let mut response = ResponseBuilder::new().description(*when).content("application/json", body);
        for name in *headers {
            response = response.header(*name, Header::default());
        }
        ((*name).to_owned(), response.build().into())
    })
}
