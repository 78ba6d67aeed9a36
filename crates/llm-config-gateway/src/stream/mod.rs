//! Streams of server-sent events: bytes pass unchanged and at once, while a tap reads usage, errors and the
//! mark of the answer's end.

mod choices;
mod fault;
mod first_data;
mod forwarded;
mod frame;
mod frame_ends;
mod needles;
mod report;
mod seen;
mod summary;
mod unfinished;

use bytes::Bytes;
use llm_config_providers::CallRoute;

use self::frame::Frame;
use self::frame_ends::FrameEnds;
use self::report::is_whole;
use self::seen::Seen;
use self::unfinished::Unfinished;
use crate::answer::ErrorOnly;

pub use self::fault::{DONE, FaultText, KEEP_ALIVE, fault_frame, takes_keep_alive};
pub use self::first_data::first_data;
pub use self::forwarded::Forwarded;
pub use self::summary::{StreamEnd, StreamOutcome, StreamSummary, TailKind};

/// The largest frame that is read, in bytes. The bytes of a larger one pass, and the tap does not know what
/// it says.
const FRAME_LIMIT: usize = 512 * 1024;

/// The most bytes of an unfinished frame that are held while usage chunks are removed. A larger frame is not
/// a usage chunk.
pub const HELD_LIMIT: usize = 64 * 1024;

/// Reads a stream of server-sent events whose bytes pass. Only for bodies without `content-encoding`: of
/// compressed ones it would see no frame.
pub struct StreamTap {
    removes_usage_chunk: bool,
    ends: FrameEnds,
    unfinished: Unfinished,
    /// Whether the last frame was left out, and with it the LF that may follow its CR.
    is_last_removed: bool,
    seen: Seen,
}

impl StreamTap {
    /// A tap for a stream of this route. `removes_usage_chunk`: the gateway asked for the chunk with usage
    /// and the client did not, so that chunk is left out.
    #[must_use]
    pub fn new(route: CallRoute, removes_usage_chunk: bool) -> Self {
        Self {
            removes_usage_chunk,
            ends: FrameEnds::new(),
            unfinished: Unfinished::default(),
            is_last_removed: false,
            seen: Seen::new(route),
        }
    }

    /// Takes the next bytes of the provider and returns those that go to the client now. Without removal:
    /// the chunk itself. With removal: whole frames but usage chunks; an unfinished frame is held up to
    /// [`HELD_LIMIT`].
    pub fn push(&mut self, chunk: Bytes) -> Forwarded {
        let skipped = self.ends.skip_line_feed(&chunk);
        let is_inside = !self.unfinished.is_empty();
        // An LF after the CR that ended a frame belongs to that frame.
        let mut frame = if is_inside { 0 } else { skipped };
        let mut passes = if !is_inside && self.is_last_removed { skipped } else { 0 };
        let mut at = skipped;
        let mut forwarded = Forwarded::default();
        while let Some(end) = self.ends.next_end(&chunk, at) {
            self.is_last_removed = self.end_frame(&chunk[frame..end]);
            if self.is_last_removed {
                forwarded.push(chunk.slice(passes..frame));
                passes = end;
            } else {
                self.release(&mut forwarded);
            }
            self.unfinished.clear();
            (frame, at) = (end, end);
        }
        self.keep(&chunk[frame..], &mut forwarded);
        if !self.removes_usage_chunk {
            return chunk.into();
        }
        let end = if self.unfinished.is_open { chunk.len() } else { frame };
        forwarded.push(chunk.slice(passes..end));
        forwarded
    }

    /// Whether a whole frame has arrived that is more than comments.
    #[must_use]
    pub const fn has_frame(&self) -> bool {
        self.seen.has_frame()
    }

    /// The error that the first frame consists of, comments left aside.
    #[must_use]
    pub const fn first_error(&self) -> Option<ErrorOnly> {
        self.seen.first_error()
    }

    /// The last `sequence_number` of a stream of `/responses`.
    #[must_use]
    pub const fn last_sequence(&self) -> Option<u64> {
        self.seen.last_sequence()
    }

    /// Whether the bytes that went to the client end with a frame, so that another may follow.
    #[must_use]
    pub const fn is_at_frame_end(&self) -> bool {
        !self.unfinished.is_open
    }

    /// Takes the end of the provider's body.
    #[must_use]
    pub fn finish(mut self, end: StreamEnd) -> StreamSummary {
        let bytes = self.unfinished.bytes();
        // The last frame may lack its empty line.
        let is_frame = Frame::parse(bytes).is_some_and(|frame| is_whole(&frame));
        let is_removed = is_frame && self.seen.read(bytes) && self.is_removable(bytes.len());
        let outcome = self.seen.outcome(end, self.unfinished.is_too_large());
        let mut rest = Forwarded::default();
        // A part of a frame is of no use before an error.
        if !is_removed && (is_frame || outcome == StreamOutcome::Complete) && !self.unfinished.is_empty() {
            self.release(&mut rest);
            self.unfinished.is_open = true;
        }
        let is_at_frame_end = self.is_at_frame_end();
        let tail = if is_at_frame_end { self.seen.tail(outcome) } else { TailKind::Nothing };
        StreamSummary { outcome, first_error: self.seen.first_error(), tail, usage: self.seen.usage(), rest }
    }

    /// Reads the frame that ends with `part`. Whether it is to be left out.
    fn end_frame(&mut self, part: &[u8]) -> bool {
        let length = self.unfinished.length_with(part);
        let Some(is_usage_chunk) = self.unfinished.with_end(part, |frame| self.seen.read(frame)) else {
            self.seen.note_unread_frame();
            return false;
        };
        is_usage_chunk && self.is_removable(length)
    }

    /// Whether a frame of this length is left out if it is a usage chunk.
    const fn is_removable(&self, length: usize) -> bool {
        self.removes_usage_chunk && length <= HELD_LIMIT
    }

    /// Releases the held part of the unfinished frame.
    fn release(&self, forwarded: &mut Forwarded) {
        if self.removes_usage_chunk && !self.unfinished.is_open {
            forwarded.push(Bytes::copy_from_slice(self.unfinished.bytes()));
        }
    }

    /// Keeps the begin of a frame, or its next part.
    fn keep(&mut self, part: &[u8], forwarded: &mut Forwarded) {
        if part.is_empty() {
            return;
        }
        if !self.removes_usage_chunk || self.unfinished.length_with(part) > HELD_LIMIT {
            self.release(forwarded);
            self.unfinished.is_open = true;
        }
        self.unfinished.add(part);
    }
}

#[cfg(test)]
mod tests;
