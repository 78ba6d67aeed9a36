//! Keyed fingerprints: equal when two configurations, or two credentials, are the same in
//! effect, and useless for guessing to whoever has them without the key.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::config::{Scope, Settings};
use crate::credential::{ApiKey, Credential, GcpAdc, HeaderName, KeyPair, SecretValue};

/// The version of the rules below, first byte of every fingerprint. A change of the rules
/// changes it, so that fingerprints of different rules never compare equal.
const VERSION: u8 = 1;

const LENGTH: usize = 33;

/// The key of an installation's fingerprints: 256 random bits, overwritten when dropped.
pub struct FingerprintKey(Zeroizing<[u8; 32]>);

impl FingerprintKey {
    /// Takes over 32 random bytes.
    #[must_use]
    pub const fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The fingerprint of a credential; no credential has one too, always the same.
    ///
    /// Equal for credentials that are sent alike: an omitted header is `Authorization`, header
    /// names have no case, and an omitted prefix is the one that is really sent.
    #[must_use]
    pub fn credential(&self, credential: Option<&Credential>) -> CredentialFingerprint {
        let mut parts = Parts::new(&self.0, "llm-config/credential");
        match credential {
            None => parts.add("none"),
            Some(Credential::ApiKey(key)) => {
                let ApiKey { header, prefix: _, value } = key;
                parts.add("api-key");
                parts.add(&header.as_ref().map_or_else(String::new, HeaderName::to_lower));
                parts.add(key.effective_prefix());
                parts.add_value(value);
            }
            Some(Credential::KeyPair(KeyPair { key_id, secret })) => {
                parts.add("key-pair");
                parts.add(key_id.expose());
                parts.add_value(secret);
            }
            Some(Credential::GcpAdc(GcpAdc { scopes, quota_project })) => {
                parts.add("gcp-adc");
                parts.add(quota_project.as_deref().unwrap_or_default());
                let mut scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
                scopes.sort_unstable();
                scopes.dedup();
                for scope in scopes {
                    parts.add(scope);
                }
            }
        }
        CredentialFingerprint(parts.finish())
    }

    /// The fingerprint of a configuration: scope, provider, canonical endpoint, canonical API
    /// path, model and credential. Name, labels and everything else play no part.
    #[must_use]
    pub fn config(
        &self,
        scope: &Scope,
        settings: &Settings,
        credential: &CredentialFingerprint,
    ) -> ConfigFingerprint {
        let mut parts = Parts::new(&self.0, "llm-config/config");
        match scope {
            Scope::Owner(owner) => parts.add(&format!("owner:{owner}")),
            Scope::Workspace(workspace) => parts.add(&format!("workspace:{workspace}")),
        }
        parts.add(settings.provider.as_str());
        parts.add_bytes(settings.endpoint.canonical().as_bytes());
        parts.add(&settings.api_path.canonical());
        parts.add(settings.model.as_ref().map_or("", |model| model.as_str()));
        parts.add_bytes(&credential.0);
        ConfigFingerprint(parts.finish())
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(****)")
    }
}

/// HMAC-SHA-256 over parts that are each preceded by their length, so that no two different
/// lists of parts are the same bytes.
struct Parts(Hmac<Sha256>);

impl Parts {
    fn new(key: &[u8; 32], purpose: &str) -> Self {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        let mac = Hmac::new_from_slice(key).expect("a key of 32 bytes");
        let mut parts = Self(mac);
        parts.add_bytes(&[VERSION]);
        parts.add(purpose);
        parts
    }

    fn add(&mut self, part: &str) {
        self.add_bytes(part.as_bytes());
    }

    fn add_bytes(&mut self, part: &[u8]) {
        self.0.update(&(part.len() as u64).to_be_bytes());
        self.0.update(part);
    }

    fn add_value(&mut self, value: &SecretValue) {
        match value {
            SecretValue::Inline(secret) => {
                self.add("inline");
                self.add(secret.expose());
            }
            SecretValue::Reference(reference) => {
                self.add("reference");
                self.add(reference.uri());
                for (key, value) in reference.hints() {
                    self.add(key);
                    self.add(value);
                }
            }
        }
    }

    fn finish(self) -> [u8; LENGTH] {
        let mut fingerprint = [VERSION; LENGTH];
        fingerprint[1..].copy_from_slice(&self.0.finalize().into_bytes());
        fingerprint
    }
}

macro_rules! fingerprint_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name([u8; LENGTH]);

        impl $name {
            /// The version byte and the 32 bytes of the HMAC.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// Reads a fingerprint back; `None` unless it has a fingerprint's length.
            #[must_use]
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }
        }

        /// A fingerprint says nothing to a reader, so it is not printed.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

fingerprint_type! {
    /// The keyed fingerprint of a credential.
    CredentialFingerprint
}
fingerprint_type! {
    /// The keyed fingerprint of a configuration; unique per owner.
    ConfigFingerprint
}
