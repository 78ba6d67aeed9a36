//! Syntax-based normalisation of paths and queries (RFC 3986, section 6.2.2), for comparisons.

/// A part of a URL with rules of its own for characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Component {
    Path,
    Query,
}

/// The normal form of percent-encoding: unreserved characters are decoded, reserved ones stay as they are
/// written (`%2F` is not `/`), every other octet is encoded, and hexadecimal digits are in upper case.
pub(super) fn normalize_encoding(text: &str, component: Component) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let (octet, is_plain, after) = match decode_first(rest) {
            Some((octet, after)) => (octet, is_unreserved(octet), after),
            // A `%` without two digits is encoded too. Otherwise `%4%31` would become `%41`, which decodes
            // to a third text.
            None => (byte, is_unreserved(byte) || is_reserved(byte, component), after),
        };
        if is_plain {
            normal.push(char::from(octet));
        } else {
            let encoded = format!("%{octet:02X}");
            normal.push_str(&encoded);
        }
        rest = after;
    }
    normal
}

/// The octet of the percent-encoding at the beginning of `text`, and the rest.
fn decode_first(text: &[u8]) -> Option<(u8, &[u8])> {
    let [b'%', high, low, rest @ ..] = text else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let octet = digit(high)? * 16 + digit(low)?;
    Some((u8::try_from(octet).ok()?, rest))
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

const fn is_reserved(byte: u8, component: Component) -> bool {
    match byte {
        b':' | b'/' | b'?' | b'#' | b'[' | b']' | b'@' | b'!' | b'$' | b'&' | b'(' | b')' | b'*' | b'+'
        | b',' | b';' | b'=' => true,
        // The URL standard encodes it in queries before a request is sent.
        b'\'' => matches!(component, Component::Path),
        _ => false,
    }
}

/// Removes `.` and `..` from a path that begins with a slash. Keeps `..` at its beginning, because the path
/// is appended to another one.
pub(super) fn resolve_dot_segments(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    segments.into_iter().flat_map(|segment| ["/", segment]).collect()
}

/// A query with its `?`, in normal form. Nothing for an empty one.
pub(super) fn normalize_query(query: Option<&str>) -> String {
    match query {
        None | Some("") => String::new(),
        Some(query) => format!("?{}", normalize_encoding(query, Component::Query)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(normalize_encoding(text, Component::Path), expected, "{text}");
        assert_eq!(normalize_encoding(expected, Component::Path), expected, "{text}, again");
    }

    #[test]
    fn normalize_encoding_decodes_unreserved_characters_only() {
        check("/%76%31/%7Euser/a%2Db%2ec%5F", "/v1/~user/a-b.c_");
        check("/a%2fb%3ac%3d%25", "/a%2Fb%3Ac%3D%25");
        check("/a/b:c=d@e", "/a/b:c=d@e");
        check("/%252E", "/%252E");
    }

    #[test]
    fn normalize_encoding_encodes_characters_that_urls_do_not_have() {
        check("/a|b^c`{d}", "/a%7Cb%5Ec%60%7Bd%7D");
        check("/\u{e9}", "/%C3%A9");
        check("/100%/%zz/%4%31/%", "/100%25/%25zz/%2541/%25");
    }

    #[test]
    fn normalize_query_keeps_order_and_drops_empty_query() {
        assert_eq!(normalize_query(Some("b=%41&a='%2f")), "?b=A&a=%27%2F");
        assert_eq!(normalize_query(Some("")), "");
        assert_eq!(normalize_query(Some("?")), "??");
        assert_eq!(normalize_query(None), "");
    }

    #[test]
    fn resolve_dot_segments_keeps_steps_above_the_beginning() {
        for (path, expected) in [
            ("/a/./b", "/a/b"),
            ("/a/../b", "/b"),
            ("/../b", "/../b"),
            ("/../../b", "/../../b"),
            ("/a/../../b", "/../b"),
            ("/a//../b", "/a/b"),
            ("/a/..", ""),
            ("/.../b", "/.../b"),
            ("//b/", "//b/"),
        ] {
            assert_eq!(resolve_dot_segments(path), expected, "{path}");
        }
    }
}
