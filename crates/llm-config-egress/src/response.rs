//! A response with a bounded body.

use http::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

/// A response with a bounded body: at most 1 MiB, or 64 KiB for a status of 400 and above.
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body up to the limit.
    pub body: Vec<u8>,
    /// Whether the body is complete.
    pub is_whole: bool,
}

impl Response {
    /// Whether the status is 2xx.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        200 <= self.status && self.status < 300
    }

    /// Whether the status is 3xx. Redirects are never followed.
    #[must_use]
    pub const fn is_redirect(&self) -> bool {
        300 <= self.status && self.status < 400
    }

    /// The body, if it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The value of a header, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the body is a web page, by its content type or its first bytes.
    #[must_use]
    pub fn is_html(&self) -> bool {
        let declared = self.header(CONTENT_TYPE.as_str()).is_some_and(|value| value.starts_with("text/html"));
        let begins = self.body.trim_ascii_start();
        declared || begins.starts_with(b"<!") || begins.to_ascii_lowercase().starts_with(b"<html")
    }

    /// The `Retry-After` in seconds; `None` for a date.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        self.header(RETRY_AFTER.as_str())?.trim().parse().ok()
    }
}
