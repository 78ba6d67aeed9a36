//! A configuration of either API in responses, with its state. There is no member for a secret.

use std::collections::BTreeMap;

use llm_config_core::config::{LlmConfig, Settings};
use llm_config_core::credential::SecretMeta;
use llm_config_core::scope::Scope;
use llm_config_service::{ConfigDetails, FoundConfigs, NamedScope};
use llm_config_store::{LastCheck, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::etag;
use crate::http::schema::enums::{
    CheckTriggerName, CredentialKindName, ProviderName, SourceName, UsableName, names,
};
use crate::http::timestamp::rfc3339;

/// A page of configurations.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConfigList {
    /// Oldest first.
    configs: Vec<Config>,
    /// The ids of configurations of this page that cannot be read; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, format = Uuid)]
    unreadable: Vec<String>,
    /// The `cursor` of the next page; absent at the end of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

/// A configuration of either API.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Config {
    #[schema(format = Uuid)]
    id: String,
    scope: ConfigScope,
    name: String,
    provider: ProviderName,
    /// As in the request.
    endpoint: String,
    api_path: String,
    model: Option<String>,
    labels: BTreeMap<String, String>,
    description: Option<String>,
    /// The text of the configuration's entity tag. In quotes, it is the value of `ETag` and a value for
    /// `If-Match`.
    #[schema(example = "7-018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a")]
    revision: String,
    #[schema(format = DateTime, example = "2024-01-15T10:30:00.000Z")]
    created_at: String,
    /// The nil UUID stands for the operator.
    #[schema(format = Uuid)]
    created_by: String,
    #[schema(format = DateTime)]
    updated_at: String,
    #[schema(format = Uuid)]
    updated_by: String,
    /// Null if the configuration was never checked.
    last_check: Option<LastCheckView>,
    /// Null if there is none.
    credential: Option<CredentialView>,
}

/// The user or the workspace that a configuration belongs to.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConfigScope {
    kind: ScopeKind,
    #[schema(format = Uuid)]
    id: String,
    /// The user's e-mail address or the workspace's name; null for callers who may not read it.
    name: Option<String>,
}

names! {
    /// The kind of scope: `owner` of a configuration of `/v1/llms`, `workspace` of one of `/ai/llm`.
    enum ScopeKind {
        Owner = "owner",
        Workspace = "workspace",
    }
}

/// The last check of a configuration, of a request or in the background. A check that cannot judge, because
/// it tested reachability only or because the rules of this server stopped it, is shown only where no other
/// is current.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LastCheck)]
struct LastCheckView {
    #[schema(format = DateTime)]
    at: String,
    usable: UsableName,
    /// The reason of the report, such as `ok`, `bad_key` or `quota_exhausted`.
    reason: String,
    trigger: CheckTriggerName,
    /// Whether provider, endpoint, API path, model, credential and owner are unchanged since the check.
    is_current: bool,
}

/// What is known of a credential without decrypting it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CredentialState)]
struct CredentialView {
    kind: CredentialKindName,
    /// Null for a credential of an earlier version that cannot be decrypted.
    source: Option<SourceName>,
    /// `****`, and the last four characters of a long secret. Null for other sources than `INLINE`.
    mask: Option<String>,
    /// The same of the identifier of a key pair.
    key_id_mask: Option<String>,
    /// When the credential was last entered or moved.
    #[schema(format = DateTime)]
    sealed_at: String,
    /// The URI of a reference, for callers who may update the configuration.
    reference: Option<String>,
}

impl From<FoundConfigs> for ConfigList {
    fn from(FoundConfigs { configs, unreadable, next }: FoundConfigs) -> Self {
        Self {
            configs: configs.into_iter().map(Config::from).collect(),
            unreadable: unreadable.into_iter().map(|row| row.id).collect(),
            next_cursor: next.map(String::from),
        }
    }
}

impl From<ConfigDetails> for Config {
    fn from(ConfigDetails { config, scope, last_check, origin: _, reference }: ConfigDetails) -> Self {
        let revision = etag::revision(&config);
        let LlmConfig {
            id,
            incarnation: _,
            scope: _,
            settings,
            secret,
            origin: _,
            revision: _,
            created,
            updated,
        } = config;
        let Settings {
            name,
            provider,
            endpoint,
            api_path,
            model,
            modalities: _,
            capabilities: _,
            sampling: _,
            context_length: _,
            labels,
            client_config: _,
            description,
            version: _,
            monitoring_endpoint: _,
        } = settings;
        Self {
            id: id.to_string(),
            scope: scope.into(),
            name: name.into(),
            provider: ProviderName(provider),
            endpoint: endpoint.into(),
            api_path: api_path.into(),
            model: model.map(Into::into),
            labels: labels.into(),
            description: description.map(Into::into),
            revision,
            created_at: rfc3339(created.at),
            created_by: created.by.to_string(),
            updated_at: rfc3339(updated.at),
            updated_by: updated.by.to_string(),
            last_check: last_check.map(LastCheckView::from),
            credential: secret.map(|meta| CredentialView::new(meta, reference)),
        }
    }
}

impl From<NamedScope> for ConfigScope {
    fn from(NamedScope { scope, name }: NamedScope) -> Self {
        let (kind, id) = match scope {
            Scope::Owner(id) => (ScopeKind::Owner, id.to_string()),
            Scope::Workspace(id) => (ScopeKind::Workspace, id.to_string()),
        };
        Self { kind, id, name }
    }
}

impl From<LastCheck> for LastCheckView {
    fn from(LastCheck { at, since: _, verdict, trigger, is_current }: LastCheck) -> Self {
        let Verdict { usable, reason, is_judgement: _ } = verdict;
        Self {
            at: rfc3339(at),
            usable: UsableName(usable),
            reason: reason.to_string(),
            trigger: CheckTriggerName(trigger),
            is_current,
        }
    }
}

impl CredentialView {
    fn new(meta: SecretMeta, reference: Option<String>) -> Self {
        let SecretMeta { kind, source, mask, key_id_mask, fingerprint: _, sealed_at, given_by: _ } = meta;
        Self {
            kind: CredentialKindName(kind),
            source: source.map(SourceName),
            mask: mask.map(|mask| mask.to_string()),
            key_id_mask: key_id_mask.map(|mask| mask.to_string()),
            sealed_at: rfc3339(sealed_at),
            reference,
        }
    }
}
