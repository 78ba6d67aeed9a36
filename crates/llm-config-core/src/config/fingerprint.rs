//! The fingerprint of a configuration.

use super::settings::Settings;
use crate::credential::CredentialFingerprint;
use crate::endpoint::{ApiPath, Endpoint};
use crate::fingerprint::{FingerprintKey, LENGTH, fingerprint_type};
use crate::provider::Provider;
use crate::scope::Scope;
use crate::text::ModelId;

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

/// The settings that decide which model is called, and where.
#[derive(Clone, Copy, Debug)]
pub struct Connection<'a> {
    /// The provider.
    pub provider: Provider,
    /// The endpoint, of which the canonical form counts.
    pub endpoint: &'a Endpoint,
    /// The API path, of which the canonical form counts.
    pub api_path: &'a ApiPath,
    /// The model.
    pub model: Option<&'a ModelId>,
}

impl FingerprintKey {
    /// The fingerprint of a configuration. Settings that do not belong to the connection, such as the name
    /// and the labels, are ignored.
    #[must_use]
    pub fn config(
        &self,
        scope: &Scope,
        settings: &Settings,
        credential: &CredentialFingerprint,
    ) -> ConfigFingerprint {
        let Settings { provider, endpoint, api_path, model, .. } = settings;
        let connection = Connection { provider: *provider, endpoint, api_path, model: model.as_ref() };
        self.connection(scope, &connection, credential)
    }

    /// The fingerprint of every configuration of `scope` with this connection and credential.
    #[must_use]
    pub fn connection(
        &self,
        scope: &Scope,
        connection: &Connection<'_>,
        credential: &CredentialFingerprint,
    ) -> ConfigFingerprint {
        let Connection { provider, endpoint, api_path, model } = connection;
        let mut hasher = self.hasher("llm-config/config", ConfigFingerprint::RULES);
        hasher.add(&scope.to_string());
        hasher.add(provider.as_str());
        hasher.add_bytes(endpoint.canonical().as_str().as_bytes());
        hasher.add(&api_path.canonical());
        hasher.add(model.map_or("", |model| model.as_str()));
        hasher.add_bytes(credential.as_bytes());
        ConfigFingerprint(hasher.finish())
    }
}
