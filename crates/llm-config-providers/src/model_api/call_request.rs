//! A call, as far as its authentication depends on it.

use http::Method;
use http::header::HeaderMap;
use url::Url;

use super::Dialect;

/// A call, as far as its authentication depends on it. It has no `Debug`, because URL and body could
/// contain what must not be logged.
#[derive(Clone, Copy)]
pub struct CallRequest<'a> {
    /// The method.
    pub method: &'a Method,
    /// The URL.
    pub url: &'a Url,
    /// The dialect.
    pub dialect: Dialect,
    /// The headers that the call has otherwise.
    pub headers: &'a HeaderMap,
    /// The body, in pieces. It is only hashed, and only for signatures.
    pub body: &'a [&'a [u8]],
}
