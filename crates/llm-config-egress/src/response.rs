//! A response with a bounded body.

use http::header::HeaderMap;

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
