//! The fingerprint of a credential.

use super::header::HeaderName;
use super::value::{ApiKey, Credential, GcpAdc, KeyPair, SecretValue};
use crate::fingerprint::{FingerprintHasher, FingerprintKey, fingerprint_type};

fingerprint_type! {
    /// The keyed fingerprint of a credential.
    CredentialFingerprint
}

/// The version of the rules. A change makes stored fingerprints differ from new ones of equal credentials,
/// and only a decrypted credential has a new one.
const RULES: u8 = 1;

impl FingerprintKey {
    /// The fingerprint of a credential. The absence of a credential has a fingerprint too, always the same.
    ///
    /// Equal for credentials that are sent alike: an omitted header is `Authorization`, the case of header
    /// names is ignored, and an omitted prefix equals the default prefix.
    #[must_use]
    pub fn credential(&self, credential: Option<&Credential>) -> CredentialFingerprint {
        let mut hasher = self.hasher("llm-config/credential", RULES);
        match credential {
            None => hasher.add("none"),
            Some(Credential::ApiKey(key)) => {
                let ApiKey { header, prefix: _, value } = key;
                hasher.add("api-key");
                hasher.add(&header.as_ref().map_or_else(String::new, HeaderName::to_lower));
                hasher.add(key.effective_prefix());
                add_value(&mut hasher, value);
            }
            Some(Credential::KeyPair(KeyPair { key_id, secret })) => {
                hasher.add("key-pair");
                hasher.add(key_id.expose());
                add_value(&mut hasher, secret);
            }
            Some(Credential::GcpAdc(GcpAdc { scopes, quota_project })) => {
                hasher.add("gcp-adc");
                hasher.add(quota_project.as_deref().unwrap_or_default());
                let mut scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
                scopes.sort_unstable();
                scopes.dedup();
                for scope in scopes {
                    hasher.add(scope);
                }
            }
        }
        CredentialFingerprint(hasher.finish())
    }
}

fn add_value(hasher: &mut FingerprintHasher, value: &SecretValue) {
    match value {
        SecretValue::Inline(secret) => {
            hasher.add("inline");
            hasher.add(secret.expose());
        }
        SecretValue::Reference(reference) => {
            hasher.add("reference");
            hasher.add(reference.uri());
            for (key, value) in reference.hints() {
                hasher.add(key);
                hasher.add(value);
            }
        }
    }
}
