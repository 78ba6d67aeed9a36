//! The installation's own keys: random, made once, sealed like any secret.

use diesel::prelude::*;
use llm_config_core::time::Timestamp;
use zeroize::Zeroizing;

use crate::backend::AnyConnection;
use crate::error::StoreError;
use crate::open::OpenError;
use crate::random;
use crate::row::unreadable;
use crate::schema::server_keys;
use crate::vault::{AssociatedData, Vault, VaultError};

/// What a key of the installation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerKeyPurpose {
    Fingerprint,
    Audit,
    Idempotency,
}

impl ServerKeyPurpose {
    pub(crate) const ALL: &[Self] = &[Self::Fingerprint, Self::Audit, Self::Idempotency];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Fingerprint => "fingerprint",
            Self::Audit => "audit",
            Self::Idempotency => "idempotency",
        }
    }
}

/// The generation of every key so far: none of these keys was ever replaced.
const GENERATION: i32 = 1;

pub(crate) fn create(
    conn: &mut AnyConnection,
    vault: &Vault,
    purpose: ServerKeyPurpose,
    now: Timestamp,
) -> Result<(), StoreError> {
    let associated = AssociatedData::of_server_key(purpose.as_str(), GENERATION);
    let envelope = vault.seal(&associated, random::key().as_ref());
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

pub(crate) fn find(
    conn: &mut AnyConnection,
    vault: &Vault,
    purpose: ServerKeyPurpose,
) -> Result<Zeroizing<[u8; 32]>, OpenError> {
    let envelope: Option<Vec<u8>> = server_keys::table
        .find((purpose.as_str(), GENERATION))
        .select(server_keys::envelope)
        .first(conn)
        .optional()
        .map_err(StoreError::from)?;
    let envelope = envelope.ok_or_else(|| unreadable("server_keys", purpose.as_str(), "envelope"))?;
    let not_open = |source| OpenError::ServerKey { purpose: purpose.as_str(), source };
    let associated = AssociatedData::of_server_key(purpose.as_str(), GENERATION);
    let opened = vault.open(&associated, &envelope).map_err(not_open)?;
    let mut key = Zeroizing::new([0; 32]);
    if opened.len() != key.len() {
        return Err(not_open(VaultError::Malformed));
    }
    key.copy_from_slice(&opened);
    Ok(key)
}
