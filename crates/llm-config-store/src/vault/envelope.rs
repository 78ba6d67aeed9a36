//! The byte layout of a sealed value, with lengths in bytes.
//!
//! ```text
//! version (1) · length of key id (1) · key id · wrap nonce (24) · wrapped data key (48)
//! · nonce (24) · ciphertext
//! ```

use llm_config_core::key::KeyId;

const VERSION: u8 = 1;
const NONCE: usize = 24;
/// A key of 32 bytes and its tag of 16.
const WRAPPED: usize = 48;
const TAG: usize = 16;

/// A sealed value: the value encrypted under a data-encryption key, and that key encrypted (wrapped) under a
/// key-encryption key.
pub(crate) struct Envelope {
    pub(crate) key_id: KeyId,
    pub(super) wrap_nonce: [u8; NONCE],
    pub(super) wrapped: Vec<u8>,
    pub(super) nonce: [u8; NONCE],
    pub(super) ciphertext: Vec<u8>,
}

impl Envelope {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let Self { key_id, wrap_nonce, wrapped, nonce, ciphertext } = self;
        let id = key_id.as_str().as_bytes();
        #[expect(clippy::cast_possible_truncation, reason = "a key id has at most 64 bytes")]
        let header = [VERSION, id.len() as u8];
        [&header[..], id, wrap_nonce, wrapped, nonce, ciphertext].concat()
    }

    /// Parses a complete envelope of this version; `None` for other bytes.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (&[version, id_length], rest) = bytes.split_first_chunk()?;
        let (id, rest) = rest.split_at_checked(usize::from(id_length))?;
        let (wrap_nonce, rest) = rest.split_first_chunk()?;
        let (wrapped, rest) = rest.split_at_checked(WRAPPED)?;
        let (nonce, ciphertext) = rest.split_first_chunk()?;
        if version != VERSION || ciphertext.len() < TAG {
            return None;
        }
        Some(Self {
            key_id: std::str::from_utf8(id).ok()?.parse().ok()?,
            wrap_nonce: *wrap_nonce,
            wrapped: wrapped.to_vec(),
            nonce: *nonce,
            ciphertext: ciphertext.to_vec(),
        })
    }
}
