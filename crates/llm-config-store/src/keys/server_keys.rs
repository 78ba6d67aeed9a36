//! The keys of the instance itself: random, created once, sealed like any secret.

use diesel::prelude::*;
use llm_config_core::fingerprint::FingerprintKey;
use llm_config_core::time::Timestamp;
use zeroize::Zeroizing;

use crate::database::backend::AnyConnection;
use crate::database::schema::server_keys;
use crate::error::StoreError;
use crate::keys::token_key::TokenKey;
use crate::random;
use crate::row::corrupt;
use crate::vault::{AssociatedData, Vault, VaultError};

/// What a key of the instance is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerKeyPurpose {
    Fingerprint,
    Audit,
    Idempotency,
    Token,
}

impl ServerKeyPurpose {
    pub(crate) const ALL: &[Self] = &[Self::Fingerprint, Self::Audit, Self::Idempotency, Self::Token];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Fingerprint => "fingerprint",
            Self::Audit => "audit",
            Self::Idempotency => "idempotency",
            Self::Token => "token",
        }
    }

    /// The associated data of the sealed key. That of the fingerprint key, without which no server starts,
    /// also states that token hashes are keyed. Otherwise an attacker could delete the token key and so make
    /// the database look like one of an earlier version, whose plain digests the next start turns into keyed
    /// hashes.
    fn associated(self) -> AssociatedData {
        match self {
            Self::Fingerprint => AssociatedData::for_server_key("fingerprint, keyed tokens", GENERATION),
            Self::Audit | Self::Idempotency | Self::Token => {
                AssociatedData::for_server_key(self.as_str(), GENERATION)
            }
        }
    }
}

/// The generation of every key: none of them has been rotated yet.
const GENERATION: i32 = 1;

/// The associated data of the fingerprint key in a database whose token hashes are not keyed.
fn associated_before_keyed_tokens() -> AssociatedData {
    AssociatedData::for_server_key("fingerprint", GENERATION)
}

/// Why a key of the instance could not be read or created.
pub(crate) enum ServerKeyError {
    Sealed { purpose: &'static str, source: VaultError },
    Store(StoreError),
}

impl From<StoreError> for ServerKeyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The keys that a store uses.
pub(crate) struct ServerKeys {
    pub(crate) fingerprint: FingerprintKey,
    pub(crate) token: TokenKey,
}

/// Reads the keys; `None` where token hashes are not keyed yet.
pub(crate) fn find_all(
    conn: &mut AnyConnection,
    vault: &Vault,
) -> Result<Option<ServerKeys>, ServerKeyError> {
    let purpose = ServerKeyPurpose::Fingerprint;
    let keys = match find(conn, vault, purpose) {
        Ok(fingerprint) => {
            let token = find(conn, vault, ServerKeyPurpose::Token)?;
            let (fingerprint, token) = (FingerprintKey::new(fingerprint), TokenKey::new(token));
            Some(ServerKeys { fingerprint, token })
        }
        Err(sealed @ ServerKeyError::Sealed { .. }) => {
            let earlier = associated_before_keyed_tokens();
            find_bound_to(conn, vault, purpose, &earlier).map_err(|_| sealed)?;
            None
        }
        Err(other) => return Err(other),
    };
    // Not used yet, but a database in which these cannot be opened is damaged.
    find(conn, vault, ServerKeyPurpose::Audit)?;
    find(conn, vault, ServerKeyPurpose::Idempotency)?;
    Ok(keys)
}

/// Creates the token key in a database of an earlier version and replaces the plain digests of tokens by
/// keyed hashes. Every token remains valid.
pub(crate) fn key_tokens(
    conn: &mut AnyConnection,
    vault: &Vault,
    now: Timestamp,
) -> Result<ServerKeys, ServerKeyError> {
    let purpose = ServerKeyPurpose::Fingerprint;
    let fingerprint = find_bound_to(conn, vault, purpose, &associated_before_keyed_tokens())?;
    let envelope = vault.seal(&purpose.associated(), fingerprint.as_ref());
    let sealed = (
        server_keys::kek_id.eq(envelope.key_id.as_str().to_owned()),
        server_keys::envelope.eq(envelope.to_bytes()),
    );
    let row = server_keys::table.find((purpose.as_str(), GENERATION));
    diesel::update(row).set(sealed).execute(conn).map_err(StoreError::from)?;
    create(conn, vault, ServerKeyPurpose::Token, now)?;
    let token = TokenKey::new(find(conn, vault, ServerKeyPurpose::Token)?);
    let tokens = token.replace_digests(conn)?;
    tracing::info!(tokens, "the stored hashes of tokens are keyed now");
    Ok(ServerKeys { fingerprint: FingerprintKey::new(fingerprint), token })
}

pub(crate) fn create(
    conn: &mut AnyConnection,
    vault: &Vault,
    purpose: ServerKeyPurpose,
    now: Timestamp,
) -> Result<(), StoreError> {
    let envelope = vault.seal(&purpose.associated(), random::key().as_ref());
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

fn find(
    conn: &mut AnyConnection,
    vault: &Vault,
    purpose: ServerKeyPurpose,
) -> Result<Zeroizing<[u8; 32]>, ServerKeyError> {
    find_bound_to(conn, vault, purpose, &purpose.associated())
}

fn find_bound_to(
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
    let sealed = |source| ServerKeyError::Sealed { purpose: purpose.as_str(), source };
    let opened = vault.open(associated, &envelope).map_err(sealed)?;
    let mut key = Zeroizing::new([0; 32]);
    if opened.len() != key.len() {
        return Err(sealed(VaultError::Malformed));
    }
    key.copy_from_slice(&opened);
    Ok(key)
}
