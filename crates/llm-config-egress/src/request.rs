//! A request before it is sent.

use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, Uri};
use serde_json::Value;
use url::Url;

use crate::request_body::RequestBody;

/// A request before it is sent.
///
/// The caller marks headers with credentials as sensitive, so that the HTTP client does not log them.
pub struct Request {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: Url,
    /// The headers. The guard refuses reserved ones, which frame a request or which proxies and metadata
    /// services read.
    pub headers: HeaderMap,
    /// The body; empty for a request without one.
    pub body: RequestBody,
}

impl Request {
    /// A `GET` without headers.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: HeaderMap::new(), body: RequestBody::default() }
    }

    /// A `POST` of a JSON body.
    #[must_use]
    pub fn post(url: Url, body: &Value) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        Self { method: Method::POST, url, headers, body: body.to_string().into_bytes().into() }
    }

    /// The URL as the HTTP library takes it; `None` if it is longer than 64 KiB or its host is refused there.
    pub(crate) fn uri(&self) -> Option<Uri> {
        self.url.as_str().parse().ok()
    }

    /// The same request with one more header.
    ///
    /// # Panics
    ///
    /// If `value` contains control characters. Both arguments are constants.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }
}
