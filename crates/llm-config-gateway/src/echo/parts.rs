//! Parts of secrets in a text.

use zeroize::Zeroizing;

use super::PART;
use super::form::prefix_length;

/// The length of a block. Among [`PART`] successive bytes of a secret is always a whole one of its blocks.
const BLOCK: usize = PART / 2;

/// The bits of a block in a number.
const MASK: u64 = (1 << (8 * BLOCK)) - 1;

/// The words of the filter, each of 64 bits.
const FILTER: usize = 64;

/// How many equal blocks are kept; further ones are dropped. A key with more is not random, and would make
/// the search slow.
const EQUAL_BLOCKS: usize = 16;

/// Finds [`PART`] successive bytes of secrets, in upper or lower case.
///
/// Each secret is cut into blocks. A text that contains a part of a secret contains one of its blocks, so
/// the text is searched for all blocks at once, and around a block that was found it is compared with the
/// secret.
pub(super) struct Parts {
    /// What is searched for of each secret, in lower case.
    secrets: Vec<Secret>,
    /// The blocks, sorted, each with its secret and its place there.
    blocks: Zeroizing<Vec<(u64, usize, usize)>>,
    /// Rejects nearly all bytes of a text that end no block.
    filter: Zeroizing<[u64; FILTER]>,
}

struct Secret {
    bytes: Zeroizing<Vec<u8>>,
    /// How many successive bytes are a part.
    part: usize,
}

impl Parts {
    /// Parts of these secrets, which have at least [`PART`] bytes.
    pub(super) fn new(secrets: &[Zeroizing<Vec<u8>>]) -> Self {
        let secrets: Vec<_> = secrets.iter().map(|secret| Secret::new(secret)).collect();
        let count = secrets.iter().map(|secret| secret.bytes.len() / BLOCK).sum();
        let mut blocks = Zeroizing::new(Vec::with_capacity(count));
        let mut filter = Zeroizing::new([0; FILTER]);
        for (index, secret) in secrets.iter().enumerate() {
            for (number, block) in secret.bytes.chunks_exact(BLOCK).enumerate() {
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
        Self { secrets, blocks, filter }
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
            let secret = &self.secrets[index];
            let before = text[..at].iter().rev().zip(secret.bytes[..place].iter().rev());
            let after = text[at..].iter().zip(&secret.bytes[place..]);
            same_bytes(before) + same_bytes(after) >= secret.part
        })
    }
}

impl Secret {
    fn new(secret: &[u8]) -> Self {
        let behind_prefix = &secret[prefix_length(secret)..];
        let (bytes, part) =
            if behind_prefix.len() < PART { (secret, secret.len()) } else { (behind_prefix, PART) };
        Self { bytes: Zeroizing::new(bytes.to_ascii_lowercase()), part }
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
