//! An HTTP request before it is sent.

use http::Method;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;
use url::Url;

use crate::key_header::KeyHeader;

/// An HTTP request before it is sent. Headers that carry credentials are marked as sensitive. It has no
/// `Debug`, because URL and body could contain what must not be logged.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: Url,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// The header in which the key is sent, instead of the configured or usual one.
    pub key_header: Option<KeyHeader>,
}

impl Request {
    /// A `GET` without headers.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: HeaderMap::new(), body: Vec::new(), key_header: None }
    }

    /// A `POST` of a JSON body.
    #[must_use]
    pub fn post(url: Url, body: &Value) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        Self { method: Method::POST, url, headers, body: body.to_string().into_bytes(), key_header: None }
    }

    /// The same request with one more header.
    pub(crate) fn with_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }
}
