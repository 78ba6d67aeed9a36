//! Request ids. They are in the log, in audit events, in the header of every response and in the messages
//! of internal errors.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderName;
use actix_web::{HttpMessage, HttpRequest};

/// The header that carries the id, in both directions.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the client's own if it is short and plain, else a random one.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestId {
    /// Chooses the id of a request and attaches it.
    pub(crate) fn assign(request: &ServiceRequest) -> Self {
        let is_plain = |id: &&str| {
            (1..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        let from_client =
            request.headers().get(HEADER).and_then(|value| value.to_str().ok()).filter(is_plain);
        let id = Self(from_client.map_or_else(random, str::to_owned));
        request.extensions_mut().insert(id.clone());
        id
    }

    /// The id that was assigned to the request.
    pub(crate) fn from_request(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }
}

#[expect(clippy::disallowed_methods, reason = "a request's id is not stored and nothing depends on it")]
fn random() -> String {
    uuid::Uuid::new_v4().to_string()
}
