//! Parts of secrets in a text.

use std::ops::Range;

use zeroize::Zeroizing;

use super::PART;
use super::form::{Form, prefix_length};

/// The length of a block. Among [`PART`] successive bytes of a form is always a whole one of its blocks.
const BLOCK: usize = PART / 2;

/// The bits of a block in a number.
const MASK: u64 = (1 << (8 * BLOCK)) - 1;

/// The words of the filter, each of 64 bits.
const FILTER: usize = 64;

/// How many equal blocks are kept; further ones are dropped. Forms of a secret have some in common. A key
/// with more is not random, and would make the search slow.
const EQUAL_BLOCKS: usize = 32;

/// Finds [`PART`] successive characters of secrets, in upper or lower case.
///
/// Each form of a secret is cut into blocks. A text that contains a part of a secret contains one of its
/// blocks, so the text is searched for all blocks at once, and around a block that was found it is compared
/// with the form.
pub(super) struct Parts {
    forms: Vec<LowerForm>,
    /// The blocks, sorted, each with its form and its place there.
    blocks: Zeroizing<Vec<(u64, usize, usize)>>,
    /// Rejects nearly all bytes of a text that end no block.
    filter: Zeroizing<[u64; FILTER]>,
}

/// What is searched for of a form, in lower case.
struct LowerForm {
    bytes: Zeroizing<Vec<u8>>,
    /// For each byte, whether a character of the secret ends with it.
    is_end: Vec<bool>,
    /// How many successive characters are a part.
    part: usize,
}

impl Parts {
    /// Parts of secrets with at least [`PART`] characters, in all their forms.
    pub(super) fn new<'a>(forms: impl Iterator<Item = &'a Form>) -> Self {
        let mut searched: Vec<LowerForm> = Vec::new();
        for form in forms.map(LowerForm::new) {
            // Some differ in the case of their digits only.
            if searched.iter().all(|other| other.bytes != form.bytes) {
                searched.push(form);
            }
        }
        let count = searched.iter().map(|form| form.bytes.len() / BLOCK).sum();
        let mut blocks = Zeroizing::new(Vec::with_capacity(count));
        let mut filter = Zeroizing::new([0; FILTER]);
        for (index, form) in searched.iter().enumerate() {
            for (number, block) in form.bytes.chunks_exact(BLOCK).enumerate() {
                let key = block.iter().fold(0, |key, byte| shift(key, *byte));
                let (word, bit) = slot(key);
                filter[word] |= bit;
                blocks.push((key, index, number * BLOCK));
            }
        }
        blocks.sort_unstable();
        let (mut last, mut equal) = (None, 0);
        blocks.retain(|(key, ..)| {
            equal = if last.replace(*key) == Some(*key) { equal + 1 } else { 1 };
            equal <= EQUAL_BLOCKS
        });
        Self { forms: searched, blocks, filter }
    }

    /// Whether a text contains a part of a secret.
    pub(super) fn are_in(&self, text: &[u8]) -> bool {
        let mut key = 0;
        text.iter().enumerate().any(|(at, byte)| {
            key = shift(key, byte.to_ascii_lowercase());
            let (word, bit) = slot(key);
            self.filter[word] & bit != 0 && at + 1 >= BLOCK && self.is_part_at(key, text, at + 1 - BLOCK)
        })
    }

    /// Whether the text has a part of a secret around the block with this key.
    fn is_part_at(&self, key: u64, text: &[u8], at: usize) -> bool {
        let first = self.blocks.partition_point(|(other, ..)| *other < key);
        let same = self.blocks[first..].iter().take_while(|(other, ..)| *other == key);
        same.into_iter().any(|&(_, index, place)| {
            let form = &self.forms[index];
            let before = text[..at].iter().rev().zip(form.bytes[..place].iter().rev());
            let after = text[at..].iter().zip(&form.bytes[place..]);
            form.characters(place - same_bytes(before)..place + same_bytes(after)) >= form.part
        })
    }
}

impl LowerForm {
    fn new(form: &Form) -> Self {
        let prefix = prefix_length(&form.bytes);
        let count = |is_end: &[bool]| is_end.iter().filter(|is_end| **is_end).count();
        let behind_prefix = count(&form.is_end[prefix..]);
        let (from, part) = if behind_prefix < PART { (0, prefix + behind_prefix) } else { (prefix, PART) };
        let bytes = Zeroizing::new(form.bytes[from..].to_ascii_lowercase());
        Self { bytes, is_end: form.is_end[from..].to_vec(), part }
    }

    /// How many characters of the secret are whole in this range of bytes.
    fn characters(&self, range: Range<usize>) -> usize {
        // Where the range begins inside a character, it has the end of that one, but not all of it.
        let is_cut = range.start > 0 && !self.is_end[range.start - 1];
        let ends = self.is_end[range].iter().filter(|is_end| **is_end).count();
        ends.saturating_sub(usize::from(is_cut))
    }
}

/// The number of leading pairs that are the same but for case.
fn same_bytes<'a>(pairs: impl Iterator<Item = (&'a u8, &'a u8)>) -> usize {
    pairs.take_while(|(text, secret)| text.to_ascii_lowercase() == **secret).count()
}

/// The key of the last bytes of a text, with another byte.
const fn shift(key: u64, byte: u8) -> u64 {
    (key << 8 | byte as u64) & MASK
}

/// The word and the bit of a key in the filter, from the upper bits of a product, which depend on all bytes
/// of the key.
const fn slot(key: u64) -> (usize, u64) {
    let hash = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((hash >> 58) as usize % FILTER, 1 << ((hash >> 52) & 63))
}
