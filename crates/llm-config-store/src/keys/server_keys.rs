//! The keys of the installation: random, created with the database, and sealed like every other secret.

use diesel::prelude::*;
use llm_config_core::fingerprint::FingerprintKey;
use llm_config_core::time::Timestamp;
use zeroize::Zeroizing;

use crate::database::backend::AnyConnection;
use crate::database::schema::server_keys;
use crate::error::StoreError;
use crate::keys::cursor_key::CursorKey;
use crate::keys::token_key::TokenKey;
use crate::random;
use crate::row::corrupt;
use crate::vault::{AssociatedData, Vault, VaultError};

/// The purpose of a key of the installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerKeyPurpose {
    Fingerprint,
    Audit,
    Idempotency,
    Token,
    Cursor,
}

impl ServerKeyPurpose {
    pub(crate) const ALL: &[Self] =
        &[Self::Fingerprint, Self::Audit, Self::Idempotency, Self::Token, Self::Cursor];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Fingerprint => "fingerprint",
            Self::Audit => "audit",
            Self::Idempotency => "idempotency",
            Self::Token => "token",
            Self::Cursor => "cursor",
        }
    }

    /// The associated data of the sealed key.
    ///
    /// The associated data of the fingerprint key, which every start opens, also states that token hashes are
    /// keyed. Otherwise an attacker could delete the token key and store plain digests: the next start would
    /// take the database for one of an earlier version and replace the digests by keyed hashes.
    fn associated_data(self) -> AssociatedData {
        match self {
            Self::Fingerprint => AssociatedData::for_server_key("fingerprint, keyed tokens", GENERATION),
            Self::Audit | Self::Idempotency | Self::Token | Self::Cursor => {
                AssociatedData::for_server_key(self.as_str(), GENERATION)
            }
        }
    }
}

/// The generation of every key. Rotation of these keys does not exist yet.
const GENERATION: i32 = 1;

/// The associated data of the fingerprint key in databases of earlier versions, whose token hashes are plain
/// digests.
fn legacy_fingerprint_associated_data() -> AssociatedData {
    AssociatedData::for_server_key("fingerprint", GENERATION)
}

/// Why a key of the installation could not be read or created.
pub(crate) enum ServerKeyError {
    /// The sealed key cannot be decrypted.
    Decryption { purpose: &'static str, source: VaultError },
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for ServerKeyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The opened keys that a store computes fingerprints and token hashes with.
pub(crate) struct ServerKeys {
    pub(crate) fingerprint: FingerprintKey,
    pub(crate) token: TokenKey,
}

/// Opens the keys. Returns `None` if the database is of an earlier version, whose token hashes are plain
/// digests: [`migrate_to_keyed_token_hashes`] must run first.
pub(crate) fn open_all(
    conn: &mut AnyConnection,
    vault: &Vault,
) -> Result<Option<ServerKeys>, ServerKeyError> {
    let purpose = ServerKeyPurpose::Fingerprint;
    let keys = match open_key(conn, vault, purpose) {
        Ok(fingerprint) => {
            let token = open_key(conn, vault, ServerKeyPurpose::Token)?;
            let (fingerprint, token) = (FingerprintKey::new(fingerprint), TokenKey::new(&token));
            Some(ServerKeys { fingerprint, token })
        }
        Err(failed @ ServerKeyError::Decryption { .. }) => {
            let legacy = legacy_fingerprint_associated_data();
            open_key_with(conn, vault, purpose, &legacy).map_err(|_| failed)?;
            None
        }
        Err(other) => return Err(other),
    };
    // These two have no use yet. Opening them detects a damaged database at the start.
    open_key(conn, vault, ServerKeyPurpose::Audit)?;
    open_key(conn, vault, ServerKeyPurpose::Idempotency)?;
    Ok(keys)
}

/// Migrates a database of an earlier version: creates the token key and replaces the stored plain digest of
/// every token by a keyed hash. Every token remains valid.
pub(crate) fn migrate_to_keyed_token_hashes(
    conn: &mut AnyConnection,
    vault: &Vault,
    now: Timestamp,
) -> Result<ServerKeys, ServerKeyError> {
    let purpose = ServerKeyPurpose::Fingerprint;
    let fingerprint = open_key_with(conn, vault, purpose, &legacy_fingerprint_associated_data())?;
    let envelope = vault.seal(&purpose.associated_data(), fingerprint.as_ref());
    let resealed = (
        server_keys::kek_id.eq(envelope.key_id.as_str().to_owned()),
        server_keys::envelope.eq(envelope.to_bytes()),
    );
    let row = server_keys::table.find((purpose.as_str(), GENERATION));
    diesel::update(row).set(resealed).execute(conn).map_err(StoreError::from)?;
    create(conn, vault, ServerKeyPurpose::Token, now)?;
    let token = TokenKey::new(&*open_key(conn, vault, ServerKeyPurpose::Token)?);
    let tokens = token.replace_digests(conn)?;
    tracing::info!(tokens, "the stored token digests were replaced by keyed hashes");
    Ok(ServerKeys { fingerprint: FingerprintKey::new(fingerprint), token })
}

/// Opens the key for cursors; `None` if the database is of an earlier version, which had none.
pub(crate) fn open_cursor_key(
    conn: &mut AnyConnection,
    vault: &Vault,
) -> Result<Option<CursorKey>, ServerKeyError> {
    let purpose = ServerKeyPurpose::Cursor;
    let row = server_keys::table.find((purpose.as_str(), GENERATION));
    let exists: bool = diesel::select(diesel::dsl::exists(row)).get_result(conn).map_err(StoreError::from)?;
    exists.then(|| open_key(conn, vault, purpose).map(CursorKey::new)).transpose()
}

/// Stores and opens a new key for cursors.
pub(crate) fn create_cursor_key(
    conn: &mut AnyConnection,
    vault: &Vault,
    now: Timestamp,
) -> Result<CursorKey, ServerKeyError> {
    create(conn, vault, ServerKeyPurpose::Cursor, now)?;
    open_key(conn, vault, ServerKeyPurpose::Cursor).map(CursorKey::new)
}

/// Stores a new random key for `purpose`.
pub(crate) fn create(
    conn: &mut AnyConnection,
    vault: &Vault,
    purpose: ServerKeyPurpose,
    now: Timestamp,
) -> Result<(), StoreError> {
    let envelope = vault.seal(&purpose.associated_data(), random::key().as_ref());
    let row = (
        server_keys::purpose.eq(purpose.as_str()),
        server_keys::generation.eq(GENERATION),
        server_keys::kek_id.eq(envelope.key_id.as_str().to_owned()),
        server_keys::envelope.eq(envelope.to_bytes()),
        server_keys::created_at.eq(now.as_micros()),
    );
    diesel::insert_into(server_keys::table).values(row).execute(conn)?;
    Ok(())
}

/// Opens the key for `purpose`.
fn open_key(
    conn: &mut AnyConnection,
    vault: &Vault,
    purpose: ServerKeyPurpose,
) -> Result<Zeroizing<[u8; 32]>, ServerKeyError> {
    open_key_with(conn, vault, purpose, &purpose.associated_data())
}

/// Opens the key for `purpose` if it was sealed with `associated`.
fn open_key_with(
    conn: &mut AnyConnection,
    vault: &Vault,
    purpose: ServerKeyPurpose,
    associated: &AssociatedData,
) -> Result<Zeroizing<[u8; 32]>, ServerKeyError> {
    let envelope: Option<Vec<u8>> = server_keys::table
        .find((purpose.as_str(), GENERATION))
        .select(server_keys::envelope)
        .first(conn)
        .optional()
        .map_err(StoreError::from)?;
    let envelope = envelope.ok_or_else(|| corrupt("server_keys", purpose.as_str(), "envelope"))?;
    let failed = |source| ServerKeyError::Decryption { purpose: purpose.as_str(), source };
    let opened = vault.open(associated, &envelope).map_err(failed)?;
    let mut key = Zeroizing::new([0; 32]);
    if opened.len() != key.len() {
        return Err(failed(VaultError::Malformed));
    }
    key.copy_from_slice(&opened);
    Ok(key)
}
