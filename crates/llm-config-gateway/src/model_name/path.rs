//! The model in paths of Gemini.

/// Decodes the percent-encoding of a model in a path, once. The clients of Gemini leave the slash of
/// `name/model` as it is, so the text may have several segments.
///
/// `None` for an empty text, an incomplete escape, invalid UTF-8, control characters, and the segments `.`
/// and `..`, also if they are encoded once more: a server behind could resolve them.
#[must_use]
pub fn decode_path_model(path: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        decoded.push(match byte {
            b'%' => hex_digit(rest.next()?)? << 4 | hex_digit(rest.next()?)?,
            other => other,
        });
    }
    let model = String::from_utf8(decoded).ok()?;
    let is_refused = model.is_empty() || model.chars().any(char::is_control) || model.split('/').any(is_dots);
    (!is_refused).then_some(model)
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Whether a segment is `.` or `..`, as parsers of URLs read it.
fn is_dots(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decode_of_path_decodes_once_and_refuses_tricks() {
        let check = |path, expected: Option<&str>| {
            assert_eq!(decode_path_model(path).as_deref(), expected, "{path}");
        };
        check("prod/gemini-3", Some("prod/gemini-3"));
        check("prod%2Fgemini%2d3", Some("prod/gemini-3"));
        check("a%253Ab", Some("a%3Ab"));
        check("caf%C3%A9", Some("caf\u{e9}"));
        check("a;b", Some("a;b"));
        check("a//b", Some("a//b"));
        check("a..b", Some("a..b"));
        for path in ["", "%", "%2", "%zz", "%+1", "a%00", "%0a", "a%C3", "%FF", "%C2%85"] {
            check(path, None);
        }
        for path in ["..", ".", "a/../b", "%2e%2e", "a/%2E", "%252e%252e", "a%2f..%2fb", ".%252E"] {
            check(path, None);
        }
    }
}
