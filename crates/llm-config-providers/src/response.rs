//! An HTTP response, as far as it was read.

use std::collections::HashSet;
use std::sync::OnceLock;

use http::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::bounded_json::{self, BoundedJson};
use crate::error_body::{ErrorBody, ErrorSource};
use crate::event_stream;

/// An HTTP response, as far as it was read. JSON and error body are parsed once, on first use.
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as far as it was read.
    pub body: Vec<u8>,
    /// Whether the body was read to its end.
    pub is_whole: bool,
    json: OnceLock<Option<BoundedJson>>,
    error: OnceLock<ErrorBody>,
}

impl Response {
    /// A response from its parts.
    #[must_use]
    pub const fn new(status: u16, headers: HeaderMap, body: Vec<u8>, is_whole: bool) -> Self {
        Self { status, headers, body, is_whole, json: OnceLock::new(), error: OnceLock::new() }
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        200 <= self.status && self.status < 300
    }

    /// Whether the status is 3xx.
    #[must_use]
    pub const fn is_redirect(&self) -> bool {
        300 <= self.status && self.status < 400
    }

    /// The body, if it is JSON; of a body with very many values, the first. A streamed body is read as if it
    /// were not streamed: some gateways stream although they are instructed not to
    /// (kaito-project/kaito#1880).
    #[must_use]
    pub fn json(&self) -> Option<&Value> {
        self.bounded_json().map(|json| &json.value)
    }

    /// Whether [`Self::json`] lacks a part of the body.
    pub(crate) fn is_json_cut(&self) -> bool {
        self.bounded_json().is_some_and(|json| json.is_cut)
    }

    fn bounded_json(&self) -> Option<&BoundedJson> {
        // Servers on .NET write a byte order mark in front.
        let text = self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body);
        let unstreamed = || event_stream::unstreamed(text).map(|value| BoundedJson { value, is_cut: false });
        self.json.get_or_init(|| bounded_json::parse(text).or_else(unstreamed)).as_ref()
    }

    /// The error that the body describes.
    #[must_use]
    pub fn error(&self) -> &ErrorBody {
        let read = || {
            ErrorBody::read(&ErrorSource {
                status: self.status,
                json: self.json(),
                body: &self.body,
                is_html: self.is_html(),
                amazon_type: self.header("x-amzn-errortype"),
            })
        };
        self.error.get_or_init(read)
    }

    /// Whether it may be the refusal of a key, in whatever words. A firewall's web page has status 403.
    #[must_use]
    pub fn may_refuse_key(&self) -> bool {
        self.status == 401 || matches!(self.status, 400 | 403) && !self.is_html()
    }

    /// Whether another response states the same. Words that may differ from response to response, such as
    /// the id of the request or the beginning of the key, do not count, nor does one other word.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let codes =
            |error: &ErrorBody| [&error.code, &error.kind, &error.status, &error.reason].map(Clone::clone);
        let (error, other_error) = (self.error(), other.error());
        let (text, other_text) = (self.text(), other.text());
        let (words, other_words) = (lasting_words(&text), lasting_words(&other_text));
        self.status == other.status
            && error.is_error == other_error.is_error
            && codes(error) == codes(other_error)
            && words.symmetric_difference(&other_words).count() <= 2
    }

    /// The message of the error, or else the whole body.
    fn text(&self) -> String {
        let error = self.error();
        if error.is_error {
            error.message.clone()
        } else {
            String::from_utf8_lossy(&self.body).to_lowercase()
        }
    }

    /// The value of a header, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the body is a web page, by its declared type or by its beginning.
    #[must_use]
    pub fn is_html(&self) -> bool {
        let declared = self.header(CONTENT_TYPE.as_str()).is_some_and(|value| value.starts_with("text/html"));
        let begins = self.body.trim_ascii_start();
        declared
            || begins.starts_with(b"<!")
            || begins.get(..5).is_some_and(|tag| tag.eq_ignore_ascii_case(b"<html"))
    }

    /// The `Retry-After` header in seconds; a date is not read.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        self.header(RETRY_AFTER.as_str())?.trim().parse().ok()
    }

    /// The status that counts. Some errors come as a success, with their status as the code, or as an event
    /// of a stream, whose status was sent before.
    pub(crate) fn effective_status(&self) -> u16 {
        if !self.is_success() {
            return self.status;
        }
        let of_event = || (self.error().is_error && event_stream::is_event_stream(&self.body)).then_some(400);
        self.error().status_in_code().or_else(of_event).unwrap_or(self.status)
    }

    /// Whether a proxy in front requires a user name and password. It knows nothing of keys.
    pub(crate) fn wants_password(&self) -> bool {
        let scheme = self.header("www-authenticate").map(str::to_ascii_lowercase);
        scheme.is_some_and(|scheme| scheme.starts_with("basic"))
    }

    /// Whether a success has a list under this member.
    pub(crate) fn has_list(&self, name: &str) -> bool {
        self.is_success() && self.json().is_some_and(|json| json.get(name).is_some_and(Value::is_array))
    }
}

/// The words that are no ids: without digits and masks, and not too long.
fn lasting_words(text: &str) -> HashSet<&str> {
    let is_lasting = |word: &&str| {
        let is_id = word.is_ascii() && word.len() > 24;
        !is_id && !word.contains(|c: char| c.is_ascii_digit() || matches!(c, '*' | '•'))
    };
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ':' | '(' | ')'));
    words.filter(|word| !word.is_empty()).filter(is_lasting).collect()
}

#[cfg(test)]
impl Response {
    /// A whole response without headers.
    pub(crate) fn of(status: u16, body: &str) -> Self {
        Self::new(status, HeaderMap::new(), body.into(), true)
    }
}
