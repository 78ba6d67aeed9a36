//! The ends of frames of server-sent events.

use memchr::memchr2;

/// Finds the ends of frames in chunks: a frame ends with an empty line. Lines end with LF, CR LF or CR, also
/// mixed: <https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>.
pub(super) struct FrameEnds {
    is_line_empty: bool,
    /// Whether the last byte was a CR, so that an LF belongs to the same line end.
    is_after_cr: bool,
}

impl FrameEnds {
    pub(super) const fn new() -> Self {
        Self { is_line_empty: true, is_after_cr: false }
    }

    /// The number of bytes, 0 or 1, at the begin of a chunk that complete the CR LF of the chunk before.
    pub(super) fn skip_line_feed(&mut self, chunk: &[u8]) -> usize {
        let Some(first) = chunk.first() else { return 0 };
        usize::from(std::mem::take(&mut self.is_after_cr) && *first == b'\n')
    }

    /// The index after the first frame that ends at or after `from`. Each byte is looked at once: the next
    /// search begins at the index that this one returns.
    pub(super) fn next_end(&mut self, chunk: &[u8], from: usize) -> Option<usize> {
        let mut at = from;
        while let Some(offset) = memchr2(b'\n', b'\r', &chunk[at..]) {
            let is_frame_end = offset == 0 && self.is_line_empty;
            let is_cr = chunk[at + offset] == b'\r';
            at += offset + 1;
            if is_cr {
                match chunk.get(at) {
                    Some(b'\n') => at += 1,
                    Some(_) => {}
                    None => self.is_after_cr = true,
                }
            }
            self.is_line_empty = true;
            if is_frame_end {
                return Some(at);
            }
        }
        self.is_line_empty &= at == chunk.len();
        None
    }
}
