//! The row of a configuration and the readable columns of its secret.

use std::collections::BTreeMap;

use diesel::prelude::*;
use llm_config_core::config::{
    ConfigFingerprint, ContextLength, Labels, LlmConfig, OriginProvenance, Revision, Settings,
};
use llm_config_core::credential::{CredentialFingerprint, CredentialKind, CredentialSource, SecretMeta};
use llm_config_core::endpoint::{ApiPath, Endpoint};
use llm_config_core::fingerprint::FingerprintKey;
use llm_config_core::scope::Scope;
use llm_config_core::secret::Mask;
use llm_config_core::text::{DisplayName, ModelId, ModelVersion};
use llm_config_core::time::Timestamp;

use crate::database::schema::{llm_configs, secrets};
use crate::error::StoreError;
use crate::row::{Row, to_json};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = llm_configs, treat_none_as_default_value = false)]
#[diesel(check_for_backend(crate::database::backend::MultiBackend))]
// A cleared field is written as NULL; by default Diesel would leave its column unchanged.
#[diesel(treat_none_as_null = true)]
// Without `sequence`, which the database assigns, `search`, which no reader needs, and the columns
// `name_key`, `fingerprint` and `target_revision`, which not every change writes.
pub(super) struct ConfigRow {
    pub(super) id: String,
    incarnation: String,
    owner_id: Option<String>,
    workspace_id: Option<String>,
    name: String,
    description: Option<String>,
    provider: String,
    endpoint: String,
    api_path: String,
    model: Option<String>,
    modalities: String,
    capabilities: String,
    sampling: Option<String>,
    context_length: Option<i32>,
    client_config: Option<String>,
    version: Option<String>,
    monitoring_endpoint: Option<String>,
    credential_fingerprint: Vec<u8>,
    revision: i64,
    created_at: i64,
    created_by: String,
    updated_at: i64,
    updated_by: String,
    origin_set_at: Option<i64>,
    origin_set_by: Option<String>,
    origin_confirmed_by: String,
}

/// The columns of a secret's row that need no decryption.
#[derive(Queryable, Selectable)]
#[diesel(table_name = secrets)]
#[diesel(check_for_backend(crate::database::backend::MultiBackend))]
pub(super) struct MetaRow {
    kind: String,
    mask: Option<String>,
    key_id_mask: Option<String>,
    sealed_at: i64,
    given_by: Option<String>,
    source: Option<String>,
    reference: Option<String>,
}

impl ConfigRow {
    pub(super) fn new(config: &LlmConfig, credential_fingerprint: &CredentialFingerprint) -> Self {
        let LlmConfig { id, incarnation, scope, settings, secret: _, origin, revision, created, updated } =
            config;
        let Settings {
            name,
            provider,
            endpoint,
            api_path,
            model,
            modalities,
            capabilities,
            sampling,
            context_length,
            labels: _,
            client_config,
            description,
            version,
            monitoring_endpoint,
        } = settings;
        let (owner_id, workspace_id) = match scope {
            Scope::Owner(owner) => (Some(owner.to_string()), None),
            Scope::Workspace(workspace) => (None, Some(workspace.to_string())),
        };
        Self {
            id: id.to_string(),
            incarnation: incarnation.to_string(),
            owner_id,
            workspace_id,
            name: name.to_string(),
            description: description.as_ref().map(ToString::to_string),
            provider: provider.to_string(),
            endpoint: endpoint.to_string(),
            api_path: api_path.to_string(),
            model: model.as_ref().map(ToString::to_string),
            modalities: to_json(modalities),
            capabilities: to_json(capabilities),
            sampling: sampling.as_ref().map(to_json),
            context_length: context_length.map(ContextLength::tokens),
            client_config: client_config.as_ref().map(|config| config.as_json().to_owned()),
            version: version.as_ref().map(ToString::to_string),
            monitoring_endpoint: monitoring_endpoint.as_ref().map(ToString::to_string),
            credential_fingerprint: credential_fingerprint.as_bytes().to_vec(),
            revision: revision.number(),
            created_at: created.at.as_micros(),
            created_by: created.by.to_string(),
            updated_at: updated.at.as_micros(),
            updated_by: updated.by.to_string(),
            origin_set_at: origin.set.map(|stamp| stamp.at.as_micros()),
            origin_set_by: origin.set.map(|stamp| stamp.by.to_string()),
            origin_confirmed_by: to_json(&origin.confirmed_by),
        }
    }

    /// The id of the owner or of the workspace.
    pub(super) fn scope_id(&self) -> &str {
        self.owner_id.as_deref().or(self.workspace_id.as_deref()).unwrap_or_default()
    }

    /// The fingerprint under the current rules; `None` if the row is corrupt.
    pub(super) fn compute_fingerprint(self, key: &FingerprintKey) -> Option<ConfigFingerprint> {
        let credential = CredentialFingerprint::from_bytes(&self.credential_fingerprint)?;
        let config = self.into_config(None, BTreeMap::new()).ok()?;
        Some(key.config(&config.scope, &config.settings, &credential))
    }

    pub(super) fn into_config(
        self,
        meta: Option<MetaRow>,
        labels: BTreeMap<String, String>,
    ) -> Result<LlmConfig, StoreError> {
        let row = Row { table: "llm_configs", id: &self.id };
        let scope = match (&self.owner_id, &self.workspace_id) {
            (Some(owner), None) => Scope::Owner(row.parse("owner_id", owner)?),
            (None, Some(workspace)) => Scope::Workspace(row.parse("workspace_id", workspace)?),
            (Some(_), Some(_)) | (None, None) => return row.required("owner_id", None),
        };
        let context_length = self
            .context_length
            .map(|tokens| row.required("context_length", ContextLength::try_from(i64::from(tokens)).ok()))
            .transpose()?;
        let fingerprint = CredentialFingerprint::from_bytes(&self.credential_fingerprint);
        let fingerprint = row.required("credential_fingerprint", fingerprint)?;
        Ok(LlmConfig {
            id: row.parse("id", &self.id)?,
            incarnation: row.parse("incarnation", &self.incarnation)?,
            scope,
            settings: Settings {
                name: row.parse_with("name", &self.name, DisplayName::from_stored)?,
                provider: row.parse("provider", &self.provider)?,
                endpoint: row.parse_with("endpoint", &self.endpoint, Endpoint::from_stored)?,
                api_path: row.parse_with("api_path", &self.api_path, ApiPath::from_stored)?,
                model: row.parse_optional_with("model", self.model.as_deref(), ModelId::from_stored)?,
                modalities: row.json("modalities", &self.modalities)?,
                capabilities: row.json("capabilities", &self.capabilities)?,
                sampling: self.sampling.as_deref().map(|json| row.json("sampling", json)).transpose()?,
                context_length,
                labels: row.required("labels", Labels::from_stored(labels).ok())?,
                client_config: row.parse_optional("client_config", self.client_config.as_deref())?,
                description: row.parse_optional("description", self.description.as_deref())?,
                version: row.parse_optional_with(
                    "version",
                    self.version.as_deref(),
                    ModelVersion::from_stored,
                )?,
                monitoring_endpoint: row.parse_optional_with(
                    "monitoring_endpoint",
                    self.monitoring_endpoint.as_deref(),
                    Endpoint::from_stored,
                )?,
            },
            secret: meta.map(|meta| meta.into_meta(row, fingerprint)).transpose()?,
            origin: OriginProvenance {
                set: match (self.origin_set_at, &self.origin_set_by) {
                    (Some(at), Some(by)) => Some(row.stamp("origin_set_by", at, by)?),
                    (_, None) | (None, _) => None,
                },
                confirmed_by: row.json("origin_confirmed_by", &self.origin_confirmed_by)?,
            },
            revision: Revision::new(self.revision),
            created: row.stamp("created_by", self.created_at, &self.created_by)?,
            updated: row.stamp("updated_by", self.updated_at, &self.updated_by)?,
        })
    }
}

impl MetaRow {
    fn into_meta(self, row: Row<'_>, fingerprint: CredentialFingerprint) -> Result<SecretMeta, StoreError> {
        let row = Row { table: "secrets", id: row.id };
        let kind = CredentialKind::ALL.iter().copied().find(|kind| kind.as_str() == self.kind);
        let mask =
            |column, text: Option<&str>| text.map(|text| row.required(column, Mask::parse(text))).transpose();
        let source = |name: &String| CredentialSource::from_stored(name, self.reference.as_deref());
        Ok(SecretMeta {
            kind: row.required("kind", kind)?,
            source: self.source.as_ref().map(|name| row.required("source", source(name))).transpose()?,
            mask: mask("mask", self.mask.as_deref())?,
            key_id_mask: mask("key_id_mask", self.key_id_mask.as_deref())?,
            fingerprint,
            sealed_at: Timestamp::from_micros(self.sealed_at),
            given_by: row.parse_optional("given_by", self.given_by.as_deref())?,
        })
    }
}
