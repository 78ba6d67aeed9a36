//! The data of the first event of a stream.

use bytes::Bytes;

use super::frame::Frame;

/// The data of the first event in the bytes that a [`StreamTap`](super::StreamTap) has forwarded; empty if
/// they have none. The last one may lack its empty line. For an error that is not answered as a stream.
#[must_use]
pub fn first_data<'a>(parts: impl IntoIterator<Item = &'a Bytes>) -> Vec<u8> {
    let bytes: Vec<u8> = parts.into_iter().flatten().copied().collect();
    let lines = bytes.strip_suffix(b"\r").unwrap_or(&bytes).split(|byte| *byte == b'\n');
    let mut frame = Vec::new();
    for line in lines {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !line.is_empty() {
            frame.extend_from_slice(line);
            frame.push(b'\n');
            continue;
        }
        if let Some(Frame { data, .. }) = Frame::parse(&frame) {
            return data.into_owned();
        }
        frame.clear();
    }
    Frame::parse(&frame).map(|frame| frame.data.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_data_is_that_of_first_event_behind_comments() {
        let check = |parts: &[&'static str], expected: &str| {
            let parts: Vec<_> = parts.iter().map(|part| Bytes::from_static(part.as_bytes())).collect();
            assert_eq!(String::from_utf8(first_data(&parts)).unwrap(), expected);
        };
        check(&[": wait\n\ndata: {\"a\"", ":1}\n\ndata: 2\n\n"], r#"{"a":1}"#);
        check(&["event: error\r\ndata: {}\r\n\r\n"], "{}");
        check(&[": wait\n\n"], "");
        check(&[": wait\n\ndata: {\"a\"", ":1}"], r#"{"a":1}"#);
        check(&[], "");
    }
}
