//! The fingerprint of a configuration.

use super::settings::Settings;
use crate::credential::CredentialFingerprint;
use crate::fingerprint::{FingerprintKey, LENGTH, fingerprint_type};
use crate::scope::Scope;

fingerprint_type! {
    /// The keyed fingerprint of a configuration; unique per owner.
    ConfigFingerprint
}

impl ConfigFingerprint {
    /// The version of the rules. Version 1 compared paths and queries as they are written. The store
    /// recomputes the fingerprints of older rules.
    pub const RULES: u8 = 2;

    /// The length in bytes.
    pub const LENGTH: usize = LENGTH;
}

impl FingerprintKey {
    /// The fingerprint of a configuration: scope, provider, canonical endpoint, canonical API path, model
    /// and credential. Other settings, such as the name and the labels, are ignored.
    #[must_use]
    pub fn config(
        &self,
        scope: &Scope,
        settings: &Settings,
        credential: &CredentialFingerprint,
    ) -> ConfigFingerprint {
        let mut hasher = self.hasher("llm-config/config", ConfigFingerprint::RULES);
        hasher.add(&scope.to_string());
        hasher.add(settings.provider.as_str());
        hasher.add_bytes(settings.endpoint.canonical().as_bytes());
        hasher.add(&settings.api_path.canonical());
        hasher.add(settings.model.as_ref().map_or("", |model| model.as_str()));
        hasher.add_bytes(credential.as_bytes());
        ConfigFingerprint(hasher.finish())
    }
}
