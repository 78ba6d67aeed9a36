//! What a ciphertext is bound to.

use llm_config_core::credential::CredentialUse;
use llm_config_core::endpoint::Origin;
use llm_config_core::id::ConfigId;
use llm_config_core::key::KeyId;
use llm_config_core::scope::Scope;

/// The one slot of a configuration's secrets; a second one will hold the next secret while a
/// provider key is being rotated.
pub(crate) const SLOT: &str = "CURRENT";

/// The associated data of a sealed value: a purpose and parts, each preceded by its length.
pub(crate) struct AssociatedData(Vec<u8>);

impl AssociatedData {
    pub(crate) fn new(purpose: &str, parts: &[&str]) -> Self {
        let mut bytes = Vec::new();
        for part in std::iter::once(&purpose).chain(parts) {
            put(&mut bytes, part.as_bytes());
        }
        Self(bytes)
    }

    /// A configuration's credential: its row, its scope, the origin it was entered for, and
    /// whether it is sent there or signs.
    pub(crate) fn of_secret(
        id: ConfigId,
        scope: &Scope,
        origin: &Origin,
        presentation: CredentialUse,
    ) -> Self {
        let (id, scope) = (id.to_string(), scope.to_string());
        let parts = ["secrets", &id, SLOT, &scope, origin.as_str(), presentation.as_str()];
        Self::new("llm-config/secret", &parts)
    }

    /// A key of the installation.
    pub(crate) fn of_server_key(purpose: &str, generation: i32) -> Self {
        Self::new("llm-config/server-key", &["server_keys", purpose, &generation.to_string()])
    }

    /// The value that proves a key-encryption key.
    pub(crate) fn of_check(key: &KeyId) -> Self {
        Self::new("llm-config/check", &["key_encryption_keys", key.as_str()])
    }

    /// Binds the wrapped data key, to the key that wraps it as well.
    pub(super) fn of_data_key(&self, key: &KeyId) -> Vec<u8> {
        let mut bytes = b"llm-config/envelope/1/data-key".to_vec();
        put(&mut bytes, key.as_str().as_bytes());
        put(&mut bytes, &self.0);
        bytes
    }

    /// Binds the value. The wrapping key is left out, so that re-wrapping leaves the value alone.
    pub(super) fn of_value(&self) -> Vec<u8> {
        let mut bytes = b"llm-config/envelope/1/value".to_vec();
        put(&mut bytes, &self.0);
        bytes
    }
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
    bytes.extend_from_slice(part);
}
