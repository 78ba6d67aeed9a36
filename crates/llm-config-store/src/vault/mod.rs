//! Envelope encryption of stored secrets. Every ciphertext is bound to its row and its destination.

mod associated;
mod envelope;
mod plaintext;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use llm_config_core::key::{KeyEncryptionKey, KeyId, Keyring};
use zeroize::Zeroizing;

pub(crate) use associated::{AssociatedData, SLOT};
pub(crate) use envelope::Envelope;
pub(crate) use plaintext::{credential_from_plaintext, credential_to_plaintext};

use crate::random;

/// Why a sealed value cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Not a complete envelope of a known version.
    #[error("it is not a complete envelope of a known version")]
    Malformed,
    /// The keyring lacks the key that sealed the value.
    #[error("it was sealed under the key `{_0}`, which the keyring does not have")]
    UnknownKey(KeyId),
    /// Decryption failed: another key, another row, another destination, or changed bytes.
    #[error("it was sealed with another key, or for another row or destination, or it was changed")]
    AuthenticationFailed,
}

/// Seals and opens values with the keys of a keyring.
#[derive(Debug)]
pub(crate) struct Vault {
    keyring: Keyring,
}

impl Vault {
    pub(crate) const fn new(keyring: Keyring) -> Self {
        Self { keyring }
    }

    pub(crate) const fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Seals with the current key. Every call draws a new data-encryption key and new nonces. If they were
    /// drawn outside, a retried transaction would use one nonce for two messages.
    pub(crate) fn seal(&self, associated: &AssociatedData, plaintext: &[u8]) -> Envelope {
        let key_id = self.keyring.current();
        #[expect(clippy::expect_used, reason = "a keyring contains its current key")]
        let key = self.keyring.key(key_id).expect("the current key");
        let data_key = random::key();
        let (wrap_nonce, nonce) = (random::bytes(), random::bytes());
        let wrapped = encrypt(key.expose(), &wrap_nonce, data_key.as_ref(), &associated.for_data_key(key_id));
        let ciphertext = encrypt(&data_key, &nonce, plaintext, &associated.for_value());
        Envelope { key_id: key_id.clone(), wrap_nonce, wrapped, nonce, ciphertext }
    }

    /// Opens a value that was sealed with the same associated data.
    pub(crate) fn open(
        &self,
        associated: &AssociatedData,
        envelope: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let envelope = Envelope::parse(envelope).ok_or(VaultError::Malformed)?;
        let key = self.keyring.key(&envelope.key_id);
        let key = key.ok_or_else(|| VaultError::UnknownKey(envelope.key_id.clone()))?;
        open_with(key, associated, &envelope)
    }
}

fn open_with(
    key: &KeyEncryptionKey,
    associated: &AssociatedData,
    envelope: &Envelope,
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let wrap = associated.for_data_key(&envelope.key_id);
    let data_key = decrypt(key.expose(), &envelope.wrap_nonce, &envelope.wrapped, &wrap)?;
    let data_key: &[u8; 32] = data_key.as_slice().try_into().map_err(|_| VaultError::Malformed)?;
    decrypt(data_key, &envelope.nonce, &envelope.ciphertext, &associated.for_value())
}

/// Encrypts and authenticates `message`. A key must never encrypt two messages with one nonce.
pub(crate) fn encrypt(key: &[u8; 32], nonce: &[u8; 24], message: &[u8], associated: &[u8]) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload { msg: message, aad: associated };
    #[expect(clippy::expect_used, reason = "fails only beyond 256 GiB")]
    cipher.encrypt(&XNonce::from(*nonce), payload).expect("a short message")
}

/// Decrypts what [`encrypt`] returned for the same key, nonce and associated data.
pub(crate) fn decrypt(
    key: &[u8; 32],
    nonce: &[u8; 24],
    ciphertext: &[u8],
    associated: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload { msg: ciphertext, aad: associated };
    cipher
        .decrypt(&XNonce::from(*nonce), payload)
        .map(Zeroizing::new)
        .map_err(|_| VaultError::AuthenticationFailed)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn vault(ids: &[(&str, u8)]) -> Vault {
        let key = |byte| KeyEncryptionKey::new(Zeroizing::new([byte; 32]));
        let keys: BTreeMap<KeyId, _> =
            ids.iter().map(|(id, byte)| (id.parse().unwrap(), key(*byte))).collect();
        Vault::new(Keyring::new(ids[0].0.parse().unwrap(), keys).unwrap())
    }

    fn row(id: &str) -> AssociatedData {
        AssociatedData::new("test", &["rows", id])
    }

    #[test]
    fn open_with_same_associated_data_succeeds() {
        let vault = vault(&[("a", 1)]);
        let sealed = vault.seal(&row("1"), b"secret").to_bytes();
        assert_eq!(vault.open(&row("1"), &sealed).unwrap().as_slice(), b"secret");
    }

    #[test]
    fn seal_same_secret_twice_yields_different_envelopes() {
        let vault = vault(&[("a", 1)]);
        assert_ne!(vault.seal(&row("1"), b"s").to_bytes(), vault.seal(&row("1"), b"s").to_bytes());
    }

    #[test]
    fn open_for_another_row_fails() {
        let vault = vault(&[("a", 1)]);
        let sealed = vault.seal(&row("1"), b"secret").to_bytes();
        assert_eq!(vault.open(&row("2"), &sealed), Err(VaultError::AuthenticationFailed));
    }

    #[test]
    fn open_changed_or_truncated_envelope_fails() {
        let vault = vault(&[("a", 1)]);
        let sealed = vault.seal(&row("1"), b"secret").to_bytes();
        for n in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[n] ^= 1;
            assert!(vault.open(&row("1"), &flipped).is_err(), "byte {n}");
            assert!(vault.open(&row("1"), &sealed[..n]).is_err(), "length {n}");
        }
    }

    #[test]
    fn rotated_keyring_opens_with_older_keys_and_seals_with_the_current() {
        let old = vault(&[("a", 1)]);
        let sealed = old.seal(&row("1"), b"secret").to_bytes();
        let rotated = vault(&[("b", 2), ("a", 1)]);
        assert_eq!(rotated.open(&row("1"), &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(rotated.seal(&row("1"), b"secret").key_id.as_str(), "b");
    }

    #[test]
    fn open_without_key_or_with_wrong_key_fails_differently() {
        let sealed = vault(&[("a", 1)]).seal(&row("1"), b"secret").to_bytes();
        let missing = vault(&[("b", 1)]).open(&row("1"), &sealed);
        assert_eq!(missing, Err(VaultError::UnknownKey("a".parse().unwrap())));
        assert_eq!(vault(&[("a", 2)]).open(&row("1"), &sealed), Err(VaultError::AuthenticationFailed));
    }
}
