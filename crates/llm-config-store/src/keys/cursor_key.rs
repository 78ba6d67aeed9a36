//! The key under which cursors of lists are encrypted, so that they are opaque and cannot be forged.

use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use crate::random;
use crate::vault::{self, AssociatedData};

/// The first byte of every cursor. Cursors of other versions are invalid.
const VERSION: u8 = 1;

/// The length of a sealed position: eight bytes and the tag.
const SEALED: usize = 8 + 16;

/// The installation's key for cursors.
pub(crate) struct CursorKey(Zeroizing<[u8; 32]>);

impl CursorKey {
    pub(crate) fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self(key)
    }

    /// A cursor for `position` in the list that `list` identifies.
    pub(crate) fn seal(&self, list: &AssociatedData, position: i64) -> String {
        let nonce = random::bytes();
        let sealed = vault::encrypt(&self.0, &nonce, &position.to_be_bytes(), list.as_bytes());
        BASE64URL_NOPAD.encode(&[&[VERSION][..], &nonce, &sealed].concat())
    }

    /// The position in a cursor of the same list; `None` for any other text.
    pub(crate) fn open(&self, list: &AssociatedData, cursor: &str) -> Option<i64> {
        let (nonce, sealed) = parts(cursor)?;
        let position = vault::decrypt(&self.0, &nonce, &sealed, list.as_bytes()).ok()?;
        Some(i64::from_be_bytes(position.as_slice().try_into().ok()?))
    }
}

/// The nonce and the sealed position of a cursor; `None` for a text that no installation wrote. Needs no key.
pub(crate) fn parts(cursor: &str) -> Option<([u8; 24], [u8; SEALED])> {
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
    let (&[VERSION], rest) = bytes.split_first_chunk()? else { return None };
    let (nonce, sealed) = rest.split_first_chunk()?;
    Some((*nonce, sealed.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(name: &str) -> AssociatedData {
        AssociatedData::new("test", &[name])
    }

    #[test]
    fn open_of_own_cursor_returns_position() {
        let key = CursorKey::new(random::key());
        for position in [0, 1, i64::MAX] {
            let cursor = key.seal(&list("a"), position);
            assert_eq!(key.open(&list("a"), &cursor), Some(position));
            assert!(
                cursor.len() == 66 && cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
            );
            assert_ne!(cursor, key.seal(&list("a"), position), "equal positions have different cursors");
        }
    }

    #[test]
    fn parts_of_text_of_other_form_is_none() {
        let cursor = CursorKey::new(random::key()).seal(&list("a"), 7);
        assert!(parts(&cursor).is_some());
        let other_version = format!("B{}", &cursor[1..]);
        for text in ["", "7", &other_version, &cursor[1..], &cursor[..62], &format!("{cursor}AAAA")] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn open_of_damaged_or_foreign_cursor_is_none() {
        let key = CursorKey::new(random::key());
        let cursor = key.seal(&list("a"), 7);
        assert_eq!(key.open(&list("b"), &cursor), None, "another list");
        assert_eq!(CursorKey::new(random::key()).open(&list("a"), &cursor), None, "another installation");
        for n in 0..cursor.len() {
            let mut damaged = cursor.clone().into_bytes();
            damaged[n] = if damaged[n] == b'A' { b'B' } else { b'A' };
            assert_eq!(key.open(&list("a"), std::str::from_utf8(&damaged).unwrap()), None, "byte {n}");
            assert_eq!(key.open(&list("a"), &cursor[..n]), None, "length {n}");
        }
        for text in ["", "7", "\u{e9}", &format!("{cursor}A"), &format!("{cursor}="), &cursor.to_uppercase()]
        {
            assert_eq!(key.open(&list("a"), text), None, "{text}");
        }
    }
}
