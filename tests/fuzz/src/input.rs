//! What the targets share: how an input is read.
//!
//! An input begins with bytes that choose what is done; the rest is what it is done to. Any byte chooses
//! something, so that seeds can be written as text.

use llm_config_gateway::CallRoute;

/// The byte that stands for many, so that a short input reaches the limits of what is kept.
const MANY: u8 = 1;

/// The number of bytes for which [`MANY`] stands.
const NUMBER: usize = 40_000;

/// The bytes that choose, one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a>(pub(crate) &'a [u8]);

impl<'a> Input<'a> {
    /// The next byte; zero after the last one.
    pub(crate) fn byte(&mut self) -> u8 {
        let Some((byte, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *byte
    }

    /// A route. The digits and the next letters choose the routes in their order.
    pub(crate) fn route(&mut self) -> CallRoute {
        let byte = usize::from(self.byte().wrapping_sub(b'0'));
        CallRoute::ALL[byte % CallRoute::ALL.len()]
    }

    /// Eight choices.
    pub(crate) fn flags(&mut self) -> [bool; 8] {
        let byte = self.byte();
        [0, 1, 2, 3, 4, 5, 6, 7].map(|bit| byte >> bit & 1 == 1)
    }

    /// The rest with many bytes for one that stands for them, and the same cut into chunks.
    pub(crate) fn long_rest_in_chunks(self) -> (Vec<u8>, Vec<Vec<u8>>) {
        let (whole, chunks) = self.rest_in_chunks();
        (lengthen(whole), chunks.into_iter().map(lengthen).collect())
    }

    /// The rest, and the same cut into chunks: of one size, or of sizes that vary.
    #[must_use]
    pub(crate) fn rest_in_chunks(mut self) -> (&'a [u8], Vec<&'a [u8]>) {
        let (size, mut state) = (self.byte(), u32::from(self.byte()));
        let whole = self.0;
        let mut chunks = Vec::new();
        let mut rest = whole;
        while !rest.is_empty() {
            // Numerical Recipes' generator of pseudo-random numbers.
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let varies = size >= 64;
            let most = usize::from(size % 64) + 1;
            let length = if varies { 1 + (state >> 16) as usize % most } else { most };
            let (chunk, after) = rest.split_at(length.min(rest.len()));
            chunks.push(chunk);
            rest = after;
        }
        (whole, chunks)
    }
}

fn lengthen(part: &[u8]) -> Vec<u8> {
    let mut long = Vec::with_capacity(part.len());
    for byte in part {
        match *byte {
            MANY => long.resize(long.len() + NUMBER, b'x'),
            other => long.push(other),
        }
    }
    long
}
