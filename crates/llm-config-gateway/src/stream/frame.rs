//! The fields of a frame of server-sent events.

use std::borrow::Cow;

use memchr::memchr2;

use crate::json_scan::BYTE_ORDER_MARK;

/// A frame that is more than comments.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// The name of the event; empty if it has none.
    pub(super) event: &'a [u8],
    /// The data lines, joined by LF.
    pub(super) data: Cow<'a, [u8]>,
}

impl<'a> Frame<'a> {
    /// The event and data of a frame. `None` if it has neither: such frames keep a connection alive, or set
    /// `id` or `retry`, and clients report no event for them.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let (mut event, mut data) = (None, None::<Cow<'a, [u8]>>);
        while !rest.is_empty() {
            let end = memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            let line = &rest[..end];
            rest = rest.get(end + 1..).unwrap_or_default();
            if let Some(value) = field(line, b"data") {
                data = Some(match data {
                    None => Cow::Borrowed(value),
                    Some(before) => {
                        let mut joined = before.into_owned();
                        joined.push(b'\n');
                        joined.extend_from_slice(value);
                        Cow::Owned(joined)
                    }
                });
            } else if let Some(value) = field(line, b"event") {
                event = Some(value);
            }
        }
        if event.is_none() && data.is_none() {
            return None;
        }
        Some(Self { event: event.unwrap_or_default(), data: data.unwrap_or_default() })
    }
}

/// The value of a line that is this field. One space after the colon is not part of it.
fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let value = line.strip_prefix(name)?;
    if value.is_empty() {
        return Some(value);
    }
    let value = value.strip_prefix(b":")?;
    Some(value.strip_prefix(b" ").unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &str, expected: Option<(&str, &str)>) {
        let expected = expected
            .map(|(event, data)| Frame { event: event.as_bytes(), data: Cow::Borrowed(data.as_bytes()) });
        assert_eq!(Frame::parse(bytes.as_bytes()), expected, "{bytes:?}");
    }

    #[test]
    fn parse_of_event_reads_name_and_data() {
        check("event: ping\ndata: {}\n\n", Some(("ping", "{}")));
        check("data:{}\r\nevent:ping\r\n\r\n", Some(("ping", "{}")));
        check("\u{feff}data:  x\r\r", Some(("", " x")));
        check(": comment\nid: 1\ndata: a\n: b\ndata: c\ndata\n\n", Some(("", "a\nc\n")));
        check("event: error\n\n", Some(("error", "")));
        check("data: cut", Some(("", "cut")));
    }

    #[test]
    fn parse_of_comments_is_none() {
        for bytes in [
            "",
            "\n",
            "\r\n",
            ": OPENROUTER PROCESSING\n\n",
            ":\n",
            "retry: 10\nid: 1\n\n",
            "database: 1\n\n",
        ] {
            check(bytes, None);
        }
    }
}
