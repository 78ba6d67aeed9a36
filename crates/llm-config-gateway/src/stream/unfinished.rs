//! The frame that has not ended yet.

use super::{FRAME_LIMIT, HELD_LIMIT};

/// The bytes of a frame from earlier chunks.
#[derive(Default)]
pub(super) struct Unfinished {
    /// Empty if the frame is too large.
    bytes: Vec<u8>,
    is_too_large: bool,
    /// Whether the client has a part of the frame.
    pub(super) is_open: bool,
}

impl Unfinished {
    /// Whether no frame has begun.
    pub(super) const fn is_empty(&self) -> bool {
        !self.is_open && !self.is_too_large && self.bytes.is_empty()
    }

    pub(super) const fn is_too_large(&self) -> bool {
        self.is_too_large
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The length with another part.
    pub(super) fn length_with(&self, part: &[u8]) -> usize {
        self.bytes.len() + part.len()
    }

    /// Keeps another part, unless the frame grows too large.
    pub(super) fn add(&mut self, part: &[u8]) {
        if self.is_too_large || self.length_with(part) > FRAME_LIMIT {
            self.is_too_large = true;
            self.bytes = Vec::new();
        } else {
            self.bytes.extend_from_slice(part);
        }
    }

    /// Calls `read` with the whole frame, which ends with `part`. `None` if it is too large.
    pub(super) fn with_end<T>(&mut self, part: &[u8], read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        if self.is_too_large || self.length_with(part) > FRAME_LIMIT {
            return None;
        }
        // Mostly the whole frame is in one chunk.
        if self.bytes.is_empty() {
            return Some(read(part));
        }
        let before = self.bytes.len();
        self.bytes.extend_from_slice(part);
        let result = read(&self.bytes);
        self.bytes.truncate(before);
        Some(result)
    }

    /// Forgets the frame.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(HELD_LIMIT);
        self.is_too_large = false;
        self.is_open = false;
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}
