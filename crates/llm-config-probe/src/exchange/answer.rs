//! An answer, cut to what a check reads of it.

use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

use super::ErrorBody;

/// An answer. The body is cut at the guard's limit.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether the body ended before the limit.
    pub(crate) is_whole: bool,
}

impl Answer {
    pub(crate) const fn is_success(&self) -> bool {
        200 <= self.status && self.status < 300
    }

    pub(crate) const fn is_redirect(&self) -> bool {
        300 <= self.status && self.status < 400
    }

    /// The body, if it is JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// What the body says was wrong.
    pub(crate) fn error(&self) -> ErrorBody {
        ErrorBody::read(self)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn is_html(&self) -> bool {
        let declared = self.header(CONTENT_TYPE.as_str()).is_some_and(|it| it.starts_with("text/html"));
        let begins = self.body.trim_ascii_start();
        declared || begins.starts_with(b"<!") || begins.to_ascii_lowercase().starts_with(b"<html")
    }

    /// When to call again, in seconds; a date is not read.
    pub(crate) fn retry_after(&self) -> Option<u32> {
        self.header(RETRY_AFTER.as_str())?.trim().parse().ok()
    }
}
