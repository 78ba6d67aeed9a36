//! The headers that say how a request body is to be read.

use crate::error::{BodyFault, GatewayError};

/// Checks that a body is plain JSON in UTF-8, by the values of `content-type` and `content-encoding`.
///
/// The content type passes to the provider. Some servers decode a body by its `charset`, and would read other
/// fields than we do.
pub fn check_body_type(
    content_type: Option<&str>,
    content_encoding: Option<&str>,
) -> Result<(), GatewayError> {
    if content_encoding.is_some_and(|encoding| !encoding.trim().eq_ignore_ascii_case("identity")) {
        return Err(GatewayError::InvalidBody(BodyFault::ContentEncoding));
    }
    let is_json = content_type.is_some_and(|value| {
        let (media_type, parameters) = value.split_once(';').unwrap_or((value, ""));
        media_type.trim().eq_ignore_ascii_case("application/json") && parameters.split(';').all(is_utf_8)
    });
    if is_json { Ok(()) } else { Err(GatewayError::InvalidBody(BodyFault::ContentType)) }
}

/// Whether a parameter of a content type names no other character set.
fn is_utf_8(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let value = value.trim().trim_matches('"');
    !name.trim().eq_ignore_ascii_case("charset")
        || value.eq_ignore_ascii_case("utf-8")
        || value.eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_body_type_accepts_json_in_utf_8_only() {
        let check = |content_type, encoding, is_accepted| {
            assert_eq!(
                check_body_type(content_type, encoding).is_ok(),
                is_accepted,
                "{content_type:?} {encoding:?}"
            );
        };
        check(Some("application/json"), None, true);
        check(Some("Application/JSON; Charset=\"UTF-8\""), None, true);
        check(Some("application/json;charset=utf8;"), None, true);
        check(Some("application/json; x=y"), Some("identity"), true);
        check(Some("application/json; charset=utf-7"), None, false);
        check(Some("application/json; x=y; charset=utf-16"), None, false);
        check(Some("application/json; charset"), None, false);
        check(Some("text/json"), None, false);
        check(Some("multipart/form-data"), None, false);
        check(Some("application/json, text/plain"), None, false);
        check(Some(""), None, false);
        check(None, None, false);
        check(Some("application/json"), Some("gzip"), false);
        check(Some("application/json"), Some("identity, gzip"), false);
        check(Some("application/json"), Some(""), false);
    }
}
