//! The sealed check rows: whether a key offered under an id is the key that sealed here.

use diesel::prelude::*;
use llm_config_core::key::KeyId;
use llm_config_core::time::Timestamp;

use crate::backend::AnyConnection;
use crate::error::StoreError;
use crate::open::OpenError;
use crate::schema::key_encryption_keys;
use crate::vault::{AssociatedData, Vault, VaultError};

/// What is sealed; only that it opens matters.
const CHECK: &[u8] = b"llm-config";

/// Why the keyring is not the one that this database was sealed with.
#[derive(Debug, thiserror::Error)]
pub enum KeyCheckError {
    /// A key of the right name and the wrong bytes.
    #[error(
        "the key `{key}` does not open the stored data: it is not the key that this database knows under that name"
    )]
    Differs {
        /// The key's id.
        key: KeyId,
    },
    /// No key of any known name.
    #[error(
        "the keyring does not open the stored data: it has no key that this database knows, which is {known}"
    )]
    NoneKnown {
        /// The ids that the database knows.
        known: String,
    },
}

/// Makes sure that every key that the database knows is the same key here, that there is at
/// least one such key, and that the current key is known from now on.
pub(crate) fn verify(conn: &mut AnyConnection, vault: &Vault, now: Timestamp) -> Result<(), OpenError> {
    let rows: Vec<(String, Vec<u8>)> = key_encryption_keys::table
        .select((key_encryption_keys::id, key_encryption_keys::check_envelope))
        .order(key_encryption_keys::id)
        .load(conn)
        .map_err(StoreError::from)?;
    let mut known = Vec::new();
    for (id, envelope) in &rows {
        let Ok(key) = id.parse::<KeyId>() else { continue };
        match vault.open(&AssociatedData::of_check(&key), envelope) {
            Ok(_) => known.push(key),
            Err(VaultError::UnknownKey(_)) => {
                tracing::warn!(%key, "the keyring lacks a key of this database; what it sealed does not open");
            }
            Err(VaultError::Malformed | VaultError::Refused) => {
                return Err(KeyCheckError::Differs { key }.into());
            }
        }
    }
    if known.is_empty() {
        let ids: Vec<_> = rows.iter().map(|(id, _)| format!("`{id}`")).collect();
        return Err(KeyCheckError::NoneKnown { known: ids.join(", ") }.into());
    }
    if !known.contains(vault.keyring().current()) {
        add(conn, vault, now)?;
    }
    Ok(())
}

/// Makes the current key known to the database.
pub(crate) fn add(conn: &mut AnyConnection, vault: &Vault, now: Timestamp) -> Result<(), StoreError> {
    let key = vault.keyring().current();
    let row = (
        key_encryption_keys::id.eq(key.as_str().to_owned()),
        key_encryption_keys::check_envelope.eq(vault.seal(&AssociatedData::of_check(key), CHECK).to_bytes()),
        key_encryption_keys::added_at.eq(now.as_micros()),
    );
    diesel::insert_into(key_encryption_keys::table).values(row).execute(conn)?;
    Ok(())
}
