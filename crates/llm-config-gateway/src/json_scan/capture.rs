//! The value of a member while it arrives.

use super::VALUE_LIMIT;

/// The value that is being scanned, if it is wanted.
#[derive(Default)]
pub(super) struct Capture {
    name: Option<&'static str>,
    /// Where the value, or its rest, begins in the chunk.
    from: usize,
    /// The parts of the value from earlier chunks.
    parts: Vec<u8>,
}

impl Capture {
    /// Begins a value at `from` of the chunk.
    pub(super) fn begin(&mut self, name: &'static str, from: usize) {
        self.name = Some(name);
        self.from = from;
        self.parts.clear();
    }

    pub(super) fn begin_chunk(&mut self) {
        self.from = 0;
    }

    /// Keeps the part of the value that the chunk has, unless the value grows too large.
    pub(super) fn end_chunk(&mut self, chunk: &[u8]) {
        if self.name.is_none() {
            return;
        }
        let part = &chunk[self.from..];
        if self.parts.len() + part.len() > VALUE_LIMIT {
            self.name = None;
            self.parts = Vec::new();
        } else {
            self.parts.extend_from_slice(part);
        }
    }

    /// Ends a value before `end` of the chunk, and yields it if it is wanted.
    pub(super) fn finish(&mut self, chunk: &[u8], end: usize, found: &mut impl FnMut(&'static str, &[u8])) {
        let Some(name) = self.name.take() else { return };
        let part = &chunk[self.from..end];
        if self.parts.len() + part.len() > VALUE_LIMIT {
            return;
        }
        if self.parts.is_empty() {
            found(name, part.trim_ascii());
        } else {
            self.parts.extend_from_slice(part);
            found(name, self.parts.trim_ascii());
        }
    }
}

#[cfg(test)]
impl Capture {
    /// The bytes that are kept.
    pub(super) fn size(&self) -> usize {
        self.parts.len()
    }
}
