//! Whole secrets in an answer that arrives in chunks.
//!
//! The search is that of Knuth, Morris and Pratt: it looks at each byte once, whatever the secret and the
//! answer are, and its state is how much of a secret the answer ends with. Where that is nothing, it jumps
//! to the next place that a faster search finds.

use bytes::Bytes;
use memchr::memmem::Finder;
use zeroize::Zeroizing;

use super::Scanned;
use super::form::Form;

/// How much of a form the faster search looks for: to prepare it takes longer than to search a small chunk,
/// the more the longer its text is.
const LONGEST_ANCHOR: usize = 16;

/// The length from which on a prefix that all forms of a secret have is rare enough in text to be searched
/// for once in place of all forms.
const LEAST_SHARED_ANCHOR: usize = 6;

/// A form of a secret, prepared for the search.
pub(super) struct Pattern {
    bytes: Zeroizing<Vec<u8>>,
    /// The length of the prefix that the faster search looks for.
    anchor: usize,
    /// For each length, the length of the longest shorter prefix of the secret that these first bytes end
    /// with.
    fallbacks: Vec<usize>,
}

impl Pattern {
    /// The forms of one secret.
    pub(super) fn of_forms(forms: Vec<Form>) -> impl Iterator<Item = Self> {
        let shared = shared_prefix(&forms);
        let longest = if shared < LEAST_SHARED_ANCHOR { LONGEST_ANCHOR } else { shared.min(LONGEST_ANCHOR) };
        forms.into_iter().map(move |form| Self::new(form.bytes, longest))
    }

    /// `bytes` are not empty.
    fn new(bytes: Zeroizing<Vec<u8>>, longest_anchor: usize) -> Self {
        let anchor = bytes.len().min(longest_anchor);
        let mut pattern = Self { bytes, anchor, fallbacks: vec![0, 0] };
        for end in 1..pattern.bytes.len() {
            let length = pattern.advance(pattern.fallbacks[end], pattern.bytes[end]);
            pattern.fallbacks.push(length);
        }
        pattern
    }

    fn anchor(&self) -> &[u8] {
        &self.bytes[..self.anchor]
    }

    /// How much of the secret a text ends with, if it ended with `length` bytes of it and `byte` follows.
    fn advance(&self, length: usize, byte: u8) -> usize {
        let mut length = length;
        while length > 0 && self.bytes.get(length) != Some(&byte) {
            length = self.fallbacks[length];
        }
        if self.bytes.get(length) == Some(&byte) { length + 1 } else { length }
    }

    /// How much of the secret the answer ends with after this chunk: all of it if the answer contains it.
    /// `absent` is an anchor that the chunk does not contain, if one is known.
    fn scan<'a>(&'a self, length: usize, chunk: &[u8], absent: &mut Option<&'a [u8]>) -> usize {
        let anchor = self.anchor();
        let (mut finder, mut length, mut at) = (None, length, 0);
        while at < chunk.len() && length < self.bytes.len() {
            if length == 0 {
                let is_absent = *absent == Some(anchor);
                let mut find = || finder.get_or_insert_with(|| Finder::new(anchor)).find(&chunk[at..]);
                if let Some(offset) = if is_absent { None } else { find() } {
                    length = anchor.len();
                    at += offset + length;
                    continue;
                }
                if at == 0 {
                    *absent = Some(anchor);
                }
                // Only the last bytes can be the start of a secret.
                at = at.max((chunk.len() + 1).saturating_sub(anchor.len()));
                length = chunk[at..].iter().fold(0, |length, byte| self.advance(length, *byte));
                break;
            }
            length = self.advance(length, chunk[at]);
            at += 1;
        }
        length
    }
}

/// The length of the prefix that all forms have.
fn shared_prefix(forms: &[Form]) -> usize {
    let Some((first, others)) = forms.split_first() else { return 0 };
    let shared = |other: &Form| first.bytes.iter().zip(&*other.bytes).take_while(|(a, b)| a == b).count();
    others.iter().map(shared).min().unwrap_or(first.bytes.len())
}

/// The state of the search in one answer.
#[derive(Default)]
pub(super) struct SearchState {
    /// How much of each secret the answer so far ends with; empty at its start.
    lengths: Vec<usize>,
    is_found: bool,
}

impl SearchState {
    pub(super) fn scan(&mut self, patterns: &[Pattern], chunk: &Bytes) -> Scanned {
        let held = self.held(patterns);
        self.lengths.resize(patterns.len(), 0);
        let mut absent = None;
        for (pattern, length) in patterns.iter().zip(&mut self.lengths) {
            *length = pattern.scan(*length, chunk, &mut absent);
            self.is_found |= *length == pattern.bytes.len();
        }
        if self.is_found {
            self.lengths.clear();
            return Scanned::Found;
        }
        let kept = self.held(patterns).len();
        let passed = held.len() + chunk.len() - kept;
        let before = passed.min(held.len());
        Scanned::Pass([Bytes::copy_from_slice(&held[..before]), chunk.slice(..passed - before)])
    }

    pub(super) fn flush(&mut self, patterns: &[Pattern]) -> Bytes {
        let held = Bytes::copy_from_slice(self.held(patterns));
        self.lengths.clear();
        held
    }

    /// The bytes that are held back: the longest prefix of a secret that the answer so far ends with.
    fn held<'a>(&self, patterns: &'a [Pattern]) -> &'a [u8] {
        let prefixes = patterns.iter().zip(&self.lengths).map(|(pattern, length)| &pattern.bytes[..*length]);
        prefixes.max_by_key(|prefix| prefix.len()).unwrap_or_default()
    }
}
