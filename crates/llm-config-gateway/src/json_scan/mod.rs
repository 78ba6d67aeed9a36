//! An incremental scanner that finds named members at the top level of JSON that arrives in chunks.
//!
//! Arguments of tools are JSON objects in two dialects, so a model can put any member into them. Therefore
//! the scanner counts braces and brackets outside of strings, and takes members of the top level only. It
//! does not validate: JSON that is malformed ends in no member or in a value that does not parse.

mod capture;

use memchr::memchr2;

use self::capture::Capture;

/// The most bytes of a value. A larger one is not yielded.
pub const VALUE_LIMIT: usize = 64 * 1024;

/// The byte order mark of UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8; 3] = b"\xef\xbb\xbf";

/// Scans one JSON object, or one JSON array of objects, and yields named members of its top level. Memory is
/// bounded by [`VALUE_LIMIT`], time by the number of bytes.
pub struct MemberScan {
    names: &'static [&'static str],
    /// The longest name that can match, in bytes.
    longest: usize,
    state: State,
    /// How many braces and brackets are open.
    depth: usize,
    /// The depth of the members that are looked for: 1 in an object, 2 in an array of objects.
    top: usize,
    is_in_string: bool,
    /// Whether the next byte of the string is escaped.
    is_escaped: bool,
    /// The name of the member that is being scanned; cut where it is longer than any name that can match.
    name: Vec<u8>,
    capture: Capture,
}

/// What the scanner expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The begin of the JSON; so many bytes of a byte order mark were read.
    Begin(usize),
    /// Elements of an array that are no objects.
    Elements,
    /// A name, in an object of the top level.
    Name,
    /// The rest of a name.
    InName,
    /// The colon after a name.
    Colon,
    /// A value, up to the comma or brace after it.
    Value,
    /// Nothing: the JSON has ended, or is neither an object nor an array.
    Done,
}

impl MemberScan {
    /// A scanner for members with these names, which are compared as they are written: an escaped name is
    /// another one.
    #[must_use]
    pub fn new(names: &'static [&'static str]) -> Self {
        Self {
            names,
            longest: names.iter().map(|name| name.len()).max().unwrap_or(0),
            state: State::Begin(0),
            depth: 0,
            top: 1,
            is_in_string: false,
            is_escaped: false,
            name: Vec::new(),
            capture: Capture::default(),
        }
    }

    /// Scans the next chunk and calls `found` with name and value of each member that ends in it, also of
    /// repeated ones.
    pub fn push(&mut self, chunk: &[u8], mut found: impl FnMut(&'static str, &[u8])) {
        self.capture.begin_chunk();
        let mut at = 0;
        while let Some(&byte) = chunk.get(at) {
            if self.state == State::Done {
                return;
            }
            if self.is_in_string {
                at = self.skip_in_string(chunk, at);
            } else {
                self.step(byte, chunk, at, &mut found);
                at += 1;
            }
        }
        self.capture.end_chunk(chunk);
    }

    /// Skips to the end of a string, and returns the index after it or the end of the chunk.
    fn skip_in_string(&mut self, chunk: &[u8], from: usize) -> usize {
        let mut at = from;
        if self.is_escaped {
            self.is_escaped = false;
            at += 1;
        }
        while let Some(offset) = chunk.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            let found = at + offset;
            if chunk[found] == b'"' {
                self.is_in_string = false;
                self.add_to_name(&chunk[from..found]);
                self.end_name();
                return found + 1;
            }
            at = found + 2;
            self.is_escaped = at > chunk.len();
        }
        self.add_to_name(&chunk[from..]);
        chunk.len()
    }

    fn add_to_name(&mut self, part: &[u8]) {
        if self.state == State::InName {
            let space = (self.longest + 1).saturating_sub(self.name.len());
            self.name.extend_from_slice(&part[..part.len().min(space)]);
        }
    }

    fn end_name(&mut self) {
        if self.state == State::InName {
            self.state = State::Colon;
        }
    }

    /// Takes a byte outside of strings.
    fn step(&mut self, byte: u8, chunk: &[u8], at: usize, found: &mut impl FnMut(&'static str, &[u8])) {
        if let State::Begin(mark) = self.state {
            return self.begin(byte, mark);
        }
        match byte {
            b'"' => {
                self.is_in_string = true;
                if self.state == State::Name {
                    self.name.clear();
                    self.state = State::InName;
                }
            }
            b'{' | b'[' => self.open(byte),
            b'}' | b']' => {
                if self.state == State::Value && self.depth == self.top {
                    self.capture.finish(chunk, at, found);
                }
                self.close();
            }
            b',' if self.depth == self.top && self.state == State::Value => {
                self.capture.finish(chunk, at, found);
                self.state = State::Name;
            }
            b':' if self.state == State::Colon => {
                self.state = State::Value;
                let name = self.names.iter().find(|name| name.as_bytes() == self.name);
                if let Some(name) = name {
                    self.capture.begin(name, at + 1);
                }
            }
            _ => {}
        }
    }

    /// Takes a byte before or at the first brace or bracket.
    fn begin(&mut self, byte: u8, mark: usize) {
        self.state = match byte {
            b'{' => {
                self.depth = 1;
                State::Name
            }
            b'[' => {
                (self.depth, self.top) = (1, 2);
                State::Elements
            }
            b' ' | b'\t' | b'\r' | b'\n' => State::Begin(BYTE_ORDER_MARK.len()),
            _ if BYTE_ORDER_MARK.get(mark) == Some(&byte) => State::Begin(mark + 1),
            _ => State::Done,
        };
    }

    fn open(&mut self, byte: u8) {
        self.depth = self.depth.saturating_add(1);
        if self.state == State::Elements && self.depth == self.top && byte == b'{' {
            self.state = State::Name;
        }
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 {
            self.state = State::Done;
        } else if self.depth < self.top {
            self.state = State::Elements;
        }
    }
}

#[cfg(test)]
mod tests;
