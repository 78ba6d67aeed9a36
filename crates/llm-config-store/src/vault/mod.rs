//! Secrets at rest: envelope encryption whose every ciphertext is bound to its row and its
//! destination.

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

/// Why a sealed value did not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Not an envelope of a known version.
    #[error("it is not a whole envelope of a known version")]
    Malformed,
    /// Sealed under a key that was not handed over.
    #[error("it was sealed under the key `{_0}`, which the keyring does not have")]
    UnknownKey(KeyId),
    /// Another key, another row, another destination, or a changed byte.
    #[error("it was sealed with another key, or for another row or destination, or it was changed")]
    Refused,
}

/// Seals and opens under the keys of a keyring.
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

    /// Seals under the current key. Each call draws a data-encryption key and nonces of its own:
    /// drawn outside, a repeated transaction would use them for two different messages.
    pub(crate) fn seal(&self, associated: &AssociatedData, plaintext: &[u8]) -> Envelope {
        let key_id = self.keyring.current();
        #[expect(clippy::expect_used, reason = "a keyring has its current key")]
        let key = self.keyring.key(key_id).expect("the current key");
        let data_key = random::key();
        let (wrap_nonce, nonce) = (random::bytes(), random::bytes());
        let wrapped = seal(key.expose(), &wrap_nonce, data_key.as_ref(), &associated.of_data_key(key_id));
        let ciphertext = seal(&data_key, &nonce, plaintext, &associated.of_value());
        Envelope { key_id: key_id.clone(), wrap_nonce, wrapped, nonce, ciphertext }
    }

    /// Opens what was sealed for the same associated data.
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
    let wrap = associated.of_data_key(&envelope.key_id);
    let data_key = open(key.expose(), &envelope.wrap_nonce, &envelope.wrapped, &wrap)?;
    let data_key: &[u8; 32] = data_key.as_slice().try_into().map_err(|_| VaultError::Malformed)?;
    open(data_key, &envelope.nonce, &envelope.ciphertext, &associated.of_value())
}

fn seal(key: &[u8; 32], nonce: &[u8; 24], message: &[u8], associated: &[u8]) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload { msg: message, aad: associated };
    #[expect(clippy::expect_used, reason = "fails only beyond 256 GiB")]
    cipher.encrypt(&XNonce::from(*nonce), payload).expect("a short message")
}

fn open(
    key: &[u8; 32],
    nonce: &[u8; 24],
    ciphertext: &[u8],
    associated: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload { msg: ciphertext, aad: associated };
    cipher.decrypt(&XNonce::from(*nonce), payload).map(Zeroizing::new).map_err(|_| VaultError::Refused)
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
    fn what_was_sealed_opens() {
        let vault = vault(&[("a", 1)]);
        let sealed = vault.seal(&row("1"), b"secret").to_bytes();
        assert_eq!(vault.open(&row("1"), &sealed).unwrap().as_slice(), b"secret");
    }

    #[test]
    fn the_same_secret_is_sealed_differently_each_time() {
        let vault = vault(&[("a", 1)]);
        assert_ne!(vault.seal(&row("1"), b"s").to_bytes(), vault.seal(&row("1"), b"s").to_bytes());
    }

    #[test]
    fn it_opens_for_no_other_row() {
        let vault = vault(&[("a", 1)]);
        let sealed = vault.seal(&row("1"), b"secret").to_bytes();
        assert_eq!(vault.open(&row("2"), &sealed), Err(VaultError::Refused));
    }

    #[test]
    fn no_flipped_byte_and_no_shorter_envelope_opens() {
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
    fn older_keys_open_and_only_the_current_seals() {
        let old = vault(&[("a", 1)]);
        let sealed = old.seal(&row("1"), b"secret").to_bytes();
        let rotated = vault(&[("b", 2), ("a", 1)]);
        assert_eq!(rotated.open(&row("1"), &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(rotated.seal(&row("1"), b"secret").key_id.as_str(), "b");
    }

    #[test]
    fn a_missing_key_and_a_wrong_key_are_told_apart() {
        let sealed = vault(&[("a", 1)]).seal(&row("1"), b"secret").to_bytes();
        let missing = vault(&[("b", 1)]).open(&row("1"), &sealed);
        assert_eq!(missing, Err(VaultError::UnknownKey("a".parse().unwrap())));
        assert_eq!(vault(&[("a", 2)]).open(&row("1"), &sealed), Err(VaultError::Refused));
    }
}
