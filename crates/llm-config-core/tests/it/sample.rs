//! Test data: a valid unchecked configuration, and a stored one.

use std::collections::BTreeMap;

use llm_config_core::config::{LlmConfig, OriginProvenance, Revision, Settings, Stamp, UncheckedConfig};
use llm_config_core::credential::{Credential, SecretMeta, UncheckedCredential, UncheckedSecret};
use llm_config_core::endpoint::{NoVendorHosts, VendorHosts};
use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::fingerprint::FingerprintKey;
use llm_config_core::id::{ConfigId, Incarnation, PrincipalId, WorkspaceId};
use llm_config_core::patch::{ConfigPatch, PatchContext, PatchError, PatchedConfig};
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use uuid::Uuid;
use zeroize::Zeroizing;

pub(crate) const SECRET: &str = "sk-0123456789abcdef";

pub(crate) fn principal(number: u128) -> PrincipalId {
    PrincipalId::new(Uuid::from_u128(number))
}

pub(crate) fn workspace(number: u128) -> WorkspaceId {
    WorkspaceId::new(Uuid::from_u128(number))
}

pub(crate) fn config(number: u128) -> ConfigId {
    ConfigId::new(Uuid::from_u128(number))
}

pub(crate) fn owner_scope() -> Scope {
    Scope::Owner(principal(1))
}

pub(crate) fn workspace_scope() -> Scope {
    Scope::Workspace(workspace(1))
}

/// An unchecked configuration that is valid in both scopes.
pub(crate) fn unchecked() -> UncheckedConfig {
    UncheckedConfig {
        name: text("gpt"),
        provider: text("OPENAI"),
        endpoint: text("https://api.openai.com/v1"),
        model: text("gpt-5-nano"),
        ..UncheckedConfig::default()
    }
}

pub(crate) fn settings(scope: &Scope) -> Settings {
    unchecked().check(scope).unwrap().settings
}

/// A stored configuration, with or without `secret`.
pub(crate) fn stored(scope: Scope, settings: Settings, secret: Option<&Credential>) -> LlmConfig {
    let stamp = Stamp { at: Timestamp::from_micros(1), by: principal(1) };
    LlmConfig {
        id: ConfigId::new(Uuid::from_u128(10)),
        incarnation: Incarnation::new(Uuid::from_u128(11)),
        scope,
        settings,
        secret: secret.map(meta),
        origin: OriginProvenance::new(stamp),
        revision: Revision::FIRST,
        created: stamp,
        updated: stamp,
    }
}

fn meta(credential: &Credential) -> SecretMeta {
    SecretMeta {
        kind: credential.kind(),
        source: Some(credential.source()),
        mask: credential.mask(),
        key_id_mask: credential.key_id_mask(),
        fingerprint: fingerprint_key().credential(Some(credential)),
        sealed_at: Timestamp::from_micros(1),
        given_by: Some(principal(1)),
    }
}

/// Applies a change by the principal that set the origin of [`stored`].
pub(crate) fn apply(patch: &ConfigPatch, config: &LlmConfig) -> Result<Settings, FieldErrors> {
    match apply_by(principal(1), &NoVendorHosts, patch, config) {
        Ok(patched) => Ok(patched.settings),
        Err(PatchError::Invalid(errors)) => Err(errors),
        Err(PatchError::Unconfirmed(unconfirmed)) => Err(unconfirmed.field_errors("")),
    }
}

pub(crate) fn apply_by(
    by: PrincipalId,
    hosts: &dyn VendorHosts,
    patch: &ConfigPatch,
    config: &LlmConfig,
) -> Result<PatchedConfig, PatchError> {
    let stamp = Stamp { at: Timestamp::from_micros(2), by };
    patch.apply(config, &PatchContext { stamp, hosts })
}

pub(crate) fn fingerprint_key() -> FingerprintKey {
    FingerprintKey::new(Zeroizing::new([7; 32]))
}

pub(crate) fn inline(secret: &str) -> UncheckedSecret {
    UncheckedSecret::Inline(Zeroizing::new(secret.to_owned()))
}

pub(crate) fn reference(uri: &str) -> UncheckedSecret {
    UncheckedSecret::Reference { uri: uri.to_owned(), hints: BTreeMap::new() }
}

pub(crate) fn api_key(value: UncheckedSecret) -> UncheckedCredential {
    UncheckedCredential::ApiKey { header: None, prefix: None, value }
}

pub(crate) fn key_pair(secret: UncheckedSecret) -> UncheckedCredential {
    UncheckedCredential::ProviderKey {
        key_id: Some(Zeroizing::new("AKIAIOSFODNN7EXAMPLE".to_owned())),
        secret,
    }
}

pub(crate) fn gcp_adc() -> UncheckedCredential {
    UncheckedCredential::GcpAdc { scopes: Vec::new(), quota_project: None }
}

/// The validated credential.
pub(crate) fn accepted(credential: UncheckedCredential) -> Credential {
    let unchecked = UncheckedConfig { credential: Some(credential), ..unchecked() };
    unchecked.check(&owner_scope()).unwrap().credential.unwrap()
}

/// The value of a field.
#[expect(clippy::unnecessary_wraps, reason = "the fields of `UncheckedConfig` are optional")]
pub(crate) fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

pub(crate) fn strings<const N: usize>(entries: [(&str, &str); N]) -> BTreeMap<String, String> {
    entries.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

/// `count` labels with different keys.
pub(crate) fn numbered(count: usize) -> BTreeMap<String, String> {
    (0..count).map(|n| (format!("k{n}"), String::new())).collect()
}

pub(crate) fn fields(errors: &FieldErrors) -> Vec<Field> {
    errors.iter().map(|error| error.field).collect()
}
