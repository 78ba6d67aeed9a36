//! The headers that keep a page of the console to itself: what it may load, and who may frame or read it.

use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, PERMISSIONS_POLICY, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY,
};

/// The content security policy: only files of this server, no inline code or style, no frames.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The powerful features of browsers, all denied.
const DENIED_FEATURES: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// Adds the headers to a response of the console.
pub(crate) fn add(headers: &mut HeaderMap, has_tls: bool) {
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        // Browsers post forms with `Origin: null` then, and state by `Sec-Fetch-Site` where they come from.
        (REFERRER_POLICY, "no-referrer"),
        (PERMISSIONS_POLICY, DENIED_FEATURES),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if has_tls {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}
