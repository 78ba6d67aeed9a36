//! Key checks: one sealed row for each key-encryption key, which proves that a key of the keyring is the key
//! that sealed the stored values under that id.

use diesel::prelude::*;
use llm_config_core::key::KeyId;
use llm_config_core::time::Timestamp;

use crate::database::backend::AnyConnection;
use crate::database::schema::key_encryption_keys;
use crate::error::StoreError;
use crate::vault::{AssociatedData, Vault, VaultError};

/// The sealed content. A check succeeds if it can be opened.
const CONTENT: &[u8] = b"llm-config";

/// Why the keyring does not belong to the database.
#[derive(Debug, thiserror::Error)]
pub enum KeyCheckError {
    /// A key with a known id and different bytes.
    #[error(
        "the key `{key}` does not open the stored data: it is not the key that this database knows under \
         that name"
    )]
    Differs {
        /// The key's id.
        key: KeyId,
    },
    /// The keyring has no key with a known id.
    #[error(
        "the keyring does not open the stored data: it has no key that this database knows, which is {known}"
    )]
    NoneKnown {
        /// The ids that the database knows.
        known: String,
    },
}

/// Why a keyring could not be verified.
pub(crate) enum VerifyError {
    Key(KeyCheckError),
    Store(StoreError),
}

impl From<KeyCheckError> for VerifyError {
    fn from(error: KeyCheckError) -> Self {
        Self::Key(error)
    }
}

impl From<StoreError> for VerifyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Verifies that every key that both the database and the keyring have is the same key, and that there is at
/// least one. Returns whether the database knows the keyring's current key.
pub(crate) fn verify(conn: &mut AnyConnection, vault: &Vault) -> Result<bool, VerifyError> {
    let rows: Vec<(String, Vec<u8>)> = key_encryption_keys::table
        .select((key_encryption_keys::id, key_encryption_keys::check_envelope))
        .order(key_encryption_keys::id)
        .load(conn)
        .map_err(StoreError::from)?;
    let mut verified = Vec::new();
    for (id, envelope) in &rows {
        let Ok(key) = id.parse::<KeyId>() else { continue };
        match vault.open(&AssociatedData::for_check(&key), envelope) {
            Ok(_) => verified.push(key),
            Err(VaultError::UnknownKey(_)) => {
                tracing::warn!(%key, "the keyring lacks a key that the database knows");
            }
            Err(VaultError::Malformed | VaultError::AuthenticationFailed) => {
                return Err(KeyCheckError::Differs { key }.into());
            }
        }
    }
    if verified.is_empty() {
        let ids: Vec<_> = rows.iter().map(|(id, _)| format!("`{id}`")).collect();
        return Err(KeyCheckError::NoneKnown { known: ids.join(", ") }.into());
    }
    Ok(verified.contains(vault.keyring().current()))
}

/// Adds the keyring's current key to the database.
pub(crate) fn add(conn: &mut AnyConnection, vault: &Vault, now: Timestamp) -> Result<(), StoreError> {
    let key = vault.keyring().current();
    let envelope = vault.seal(&AssociatedData::for_check(key), CONTENT);
    let row = (
        key_encryption_keys::id.eq(key.as_str().to_owned()),
        key_encryption_keys::check_envelope.eq(envelope.to_bytes()),
        key_encryption_keys::added_at.eq(now.as_micros()),
    );
    diesel::insert_into(key_encryption_keys::table).values(row).execute(conn)?;
    Ok(())
}
