//! Keys as text: one `id base64` per line; the first key is the current one.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use llm_config_core::key::{KeyEncryptionKey, KeyId, KeySource, KeySourceError, Keyring};
use zeroize::Zeroizing;

use super::unusable;
use crate::random;

/// A keyring as text: one key per line (or separated by commas), each with its id and its 32 bytes in base64.
/// The first key is the current one. Empty lines and lines that begin with `#` are ignored.
pub struct KeyText {
    text: Zeroizing<String>,
    place: String,
}

impl KeyText {
    /// The keyring in `text`. Errors name `place` as its origin.
    #[must_use]
    pub fn new(text: String, place: &str) -> Self {
        Self { text: Zeroizing::new(text), place: place.to_owned() }
    }
}

#[async_trait::async_trait]
impl KeySource for KeyText {
    async fn load(&self) -> Result<Keyring, KeySourceError> {
        parse(&self.text, &self.place)
    }

    async fn create(&self) -> Result<Keyring, KeySourceError> {
        Err(unusable(format!("{} has no key", self.place)))
    }
}

pub(super) fn parse(text: &str, place: &str) -> Result<Keyring, KeySourceError> {
    let mut keys = BTreeMap::new();
    let mut current = None;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with('#'));
    let entries = lines.flat_map(|(n, line)| line.split(',').map(move |entry| (n, entry.trim())));
    for (n, entry) in entries.filter(|(_, entry)| !entry.is_empty()) {
        let malformed = || {
            unusable(format!("line {} of {place} must be a key id, a space and 32 bytes in base64", n + 1))
        };
        let (id, key) = entry.split_once([' ', '\t']).ok_or_else(malformed)?;
        let id: KeyId = id.parse().map_err(|_| malformed())?;
        let key = decode(key.trim()).ok_or_else(malformed)?;
        current.get_or_insert_with(|| id.clone());
        if keys.insert(id, key).is_some() {
            return Err(unusable(format!("line {} of {place} repeats a key id", n + 1)));
        }
    }
    let empty = || KeySourceError::Missing { location: place.to_owned() };
    current.and_then(|current| Keyring::new(current, keys)).ok_or_else(empty)
}

/// Decodes 32 bytes in base64; `None` for any other text.
pub(super) fn decode(text: &str) -> Option<KeyEncryptionKey> {
    let mut key = Zeroizing::new([0; 32]);
    // Decodes into a buffer on the stack, so that no copy of the key remains on the heap. `decode_mut` needs
    // the length before padding is removed, which is 33.
    let mut buffer = Zeroizing::new([0; 33]);
    if BASE64.decode_len(text.len()) != Ok(buffer.len()) {
        return None;
    }
    let length = BASE64.decode_mut(text.as_bytes(), buffer.as_mut()).ok()?;
    if length != key.len() {
        return None;
    }
    key.copy_from_slice(&buffer[..length]);
    Some(KeyEncryptionKey::new(key))
}

/// The text of a keyring with one new random key.
pub(super) fn generate() -> Zeroizing<String> {
    let id = data_encoding::HEXLOWER.encode(&random::bytes::<4>());
    let key = random::key();
    let mut encoded = Zeroizing::new([0; 44]);
    BASE64.encode_mut(key.as_ref(), encoded.as_mut());
    let key = std::str::from_utf8(encoded.as_ref()).unwrap_or_default();
    Zeroizing::new(format!(
        "# Key-encryption keys of llm-config: one `id base64` per line; the first key is the current one.\n\
         # This file decrypts every stored secret, and without it no stored secret can be decrypted.\n\
         # Keep a copy apart from the database.\n\
         key-{id} {key}\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    fn check(text: &str, expected: Result<&str, &str>) {
        let parsed =
            parse(text, "here").map(|keys| keys.current().to_string()).map_err(|error| error.to_string());
        assert_eq!(parsed, expected.map(str::to_owned).map_err(str::to_owned), "{text:?}");
    }

    #[test]
    fn parse_several_keys_makes_the_first_current() {
        check(&format!("# keys\n\nnew {KEY}\nold {KEY}\n"), Ok("new"));
        check(&format!("new {KEY},old {KEY}"), Ok("new"));
        check(&format!("# one, two\r\nnew {KEY},\r\nold {KEY}"), Ok("new"));
    }

    #[test]
    fn parse_generated_keyring_succeeds() {
        assert!(parse(&generate(), "here").is_ok());
    }

    #[test]
    fn parse_malformed_text_names_the_line_without_the_key() {
        check("", Err("there is no key at here"));
        check("a c2hvcnQ=", Err("line 1 of here must be a key id, a space and 32 bytes in base64"));
        check(&format!("a/b {KEY}"), Err("line 1 of here must be a key id, a space and 32 bytes in base64"));
        check(&format!("a {KEY}\na {KEY}"), Err("line 2 of here repeats a key id"));
    }
}
