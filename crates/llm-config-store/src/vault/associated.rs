//! Associated data: the row and the destination that a ciphertext is bound to.

use llm_config_core::credential::CredentialUse;
use llm_config_core::endpoint::Origin;
use llm_config_core::id::ConfigId;
use llm_config_core::key::KeyId;
use llm_config_core::scope::Scope;

/// The only slot of a configuration's secrets.
pub(crate) const SLOT: &str = "CURRENT";

/// The associated data of a sealed value: a purpose and parts, each with its length before it, so that
/// different parts never yield the same bytes.
pub(crate) struct AssociatedData(Vec<u8>);

impl AssociatedData {
    pub(crate) fn new(purpose: &str, parts: &[&str]) -> Self {
        let mut bytes = Vec::new();
        for part in std::iter::once(&purpose).chain(parts) {
            push(&mut bytes, part.as_bytes());
        }
        Self(bytes)
    }

    /// For a configuration's credential: its row, its scope, the origin that it was entered for, and whether
    /// the credential is sent there or only signs.
    pub(crate) fn for_secret(
        id: ConfigId,
        scope: &Scope,
        origin: &Origin,
        credential_use: CredentialUse,
    ) -> Self {
        let (id, scope) = (id.to_string(), scope.to_string());
        let parts = ["secrets", &id, SLOT, &scope, origin.as_str(), credential_use.as_str()];
        Self::new("llm-config/secret", &parts)
    }

    /// For a key of the installation.
    pub(crate) fn for_server_key(purpose: &str, generation: i32) -> Self {
        Self::new("llm-config/server-key", &["server_keys", purpose, &generation.to_string()])
    }

    /// For the check row of a key-encryption key.
    pub(crate) fn for_check(key: &KeyId) -> Self {
        Self::new("llm-config/check", &["key_encryption_keys", key.as_str()])
    }

    /// For a cursor of a list: its name and what selects its rows.
    pub(crate) fn for_cursor(list: &[&str]) -> Self {
        Self::new("llm-config/cursor", list)
    }

    /// The encoded parts.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// For the wrapped data key, which is also bound to the key that wraps it.
    pub(super) fn for_data_key(&self, key: &KeyId) -> Vec<u8> {
        let mut bytes = b"llm-config/envelope/1/data-key".to_vec();
        push(&mut bytes, key.as_str().as_bytes());
        push(&mut bytes, &self.0);
        bytes
    }

    /// For the value. Does not include the wrapping key, so that re-wrapping does not re-encrypt the value.
    pub(super) fn for_value(&self) -> Vec<u8> {
        let mut bytes = b"llm-config/envelope/1/value".to_vec();
        push(&mut bytes, &self.0);
        bytes
    }
}

fn push(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
    bytes.extend_from_slice(part);
}
