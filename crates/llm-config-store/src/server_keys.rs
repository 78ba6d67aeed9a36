//! The installation's own keys: random, made once, sealed like any secret.

use diesel::prelude::*;
use llm_config_core::fingerprint::FingerprintKey;
use llm_config_core::time::Timestamp;
use zeroize::Zeroizing;

use crate::backend::AnyConnection;
use crate::error::StoreError;
use crate::open::OpenError;
use crate::random;
use crate::row::corrupt;
use crate::schema::server_keys;
use crate::token_hash::TokenKey;
use crate::vault::{AssociatedData, Vault, VaultError};

/// What a key of the installation is for.
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
    /// also states that token hashes are keyed. Otherwise deleting the token key would make the database
    /// look like one of an earlier version, whose plain hashes are keyed at the next start.
    fn associated(self) -> AssociatedData {
        match self {
            Self::Fingerprint => AssociatedData::of_server_key("fingerprint, keyed tokens", GENERATION),
            Self::Audit | Self::Idempotency | Self::Token => {
                AssociatedData::of_server_key(self.as_str(), GENERATION)
            }
        }
    }
}

/// The keys that a store works with.
pub(crate) struct ServerKeys {
    pub(crate) fingerprint: FingerprintKey,
    pub(crate) token: TokenKey,
}

/// The keys; `None` where hashes of tokens are not keyed yet.
pub(crate) fn find_all(conn: &mut AnyConnection, vault: &Vault) -> Result<Option<ServerKeys>, OpenError> {
    let purpose = ServerKeyPurpose::Fingerprint;
    let found = match find(conn, vault, purpose) {
        Ok(fingerprint) => {
            let token = find(conn, vault, ServerKeyPurpose::Token)?;
            let (fingerprint, token) = (FingerprintKey::new(fingerprint), TokenKey::new(token));
            Some(ServerKeys { fingerprint, token })
        }
        Err(not_open @ OpenError::ServerKey { .. }) => {
            // As an earlier version sealed it?
            let earlier = AssociatedData::of_server_key("fingerprint", GENERATION);
            find_bound_to(conn, vault, purpose, &earlier).map_err(|_| not_open)?;
            None
        }
        Err(other) => return Err(other),
    };
    // These are not used yet, but a database in which they do not open is not whole.
    find(conn, vault, ServerKeyPurpose::Audit)?;
    find(conn, vault, ServerKeyPurpose::Idempotency)?;
    Ok(found)
}

/// Makes the key of tokens for a database of an earlier version, and replaces what that stored:
/// after it every token works as before.
pub(crate) fn key_tokens(
    conn: &mut AnyConnection,
    vault: &Vault,
    now: Timestamp,
) -> Result<ServerKeys, OpenError> {
    let purpose = ServerKeyPurpose::Fingerprint;
    let earlier = AssociatedData::of_server_key("fingerprint", GENERATION);
    let fingerprint = find_bound_to(conn, vault, purpose, &earlier)?;
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

/// The generation of every key so far: none of these keys was ever replaced.
const GENERATION: i32 = 1;

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
) -> Result<Zeroizing<[u8; 32]>, OpenError> {
    find_bound_to(conn, vault, purpose, &purpose.associated())
}

fn find_bound_to(
    conn: &mut AnyConnection,
    vault: &Vault,
    purpose: ServerKeyPurpose,
    associated: &AssociatedData,
) -> Result<Zeroizing<[u8; 32]>, OpenError> {
    let envelope: Option<Vec<u8>> = server_keys::table
        .find((purpose.as_str(), GENERATION))
        .select(server_keys::envelope)
        .first(conn)
        .optional()
        .map_err(StoreError::from)?;
    let envelope = envelope.ok_or_else(|| corrupt("server_keys", purpose.as_str(), "envelope"))?;
    let not_open = |source| OpenError::ServerKey { purpose: purpose.as_str(), source };
    let opened = vault.open(associated, &envelope).map_err(not_open)?;
    let mut key = Zeroizing::new([0; 32]);
    if opened.len() != key.len() {
        return Err(not_open(VaultError::Malformed));
    }
    key.copy_from_slice(&opened);
    Ok(key)
}
