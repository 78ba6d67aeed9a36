//! An LLM configuration as commands print it, with its credential masked.

use std::collections::{BTreeMap, BTreeSet};

use llm_config_core::check::CheckState;
use llm_config_core::config::{
    ClientConfig, ContextLength, LlmConfig, OriginProvenance, SamplingParams, Settings, Stamp,
    UncheckedSampling,
};
use llm_config_core::credential::{CredentialSource, SecretMeta};
use llm_config_core::endpoint::Origin;
use llm_config_core::id::PrincipalId;
use llm_config_core::scope::Scope;
use llm_config_service::{ConfigDetails, NamedScope};
use llm_config_store::LastCheck;
use serde::Serialize;

use crate::cli::output::{key_value, list, or_dash, time};

/// A configuration. It has no member for a secret or a fingerprint.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConfigView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) scope: ScopeView,
    pub(super) provider: &'static str,
    endpoint: String,
    api_path: String,
    pub(super) model: Option<String>,
    modalities: Vec<&'static str>,
    capabilities: Vec<&'static str>,
    sampling: Option<SamplingView>,
    context_length: Option<i32>,
    labels: BTreeMap<String, String>,
    client_config: Option<ClientConfig>,
    description: Option<String>,
    version: Option<String>,
    monitoring_endpoint: Option<String>,
    last_check: Option<LastCheckView>,
    credential: Option<CredentialView>,
    origin: OriginView,
    pub(super) revision: i64,
    created_at: String,
    created_by: String,
    updated_at: String,
    updated_by: String,
}

/// The owner or workspace that a configuration belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct ScopeView {
    /// `owner` or `workspace`.
    kind: &'static str,
    /// The owner's e-mail address, or the workspace's name; the id if the name is unknown.
    name: String,
    id: String,
}

impl ScopeView {
    /// A scope with the name of its owner or workspace, if the name is known.
    pub(super) fn new(scope: Scope, name: Option<String>) -> Self {
        let (kind, id) = match scope {
            Scope::Owner(id) => ("owner", id.to_string()),
            Scope::Workspace(id) => ("workspace", id.to_string()),
        };
        Self { kind, name: name.unwrap_or_else(|| id.clone()), id }
    }
}

impl From<NamedScope> for ScopeView {
    fn from(NamedScope { scope, name }: NamedScope) -> Self {
        Self::new(scope, name)
    }
}

impl std::fmt::Display for ScopeView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// The origin that the credential is bound to, and the user who set the origin.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OriginView {
    origin: String,
    /// Null for an origin that was set before the time and the user were recorded.
    set_at: Option<String>,
    set_by: Option<String>,
    confirmed_by: Vec<String>,
}

impl OriginView {
    fn new(origin: &Origin, provenance: &OriginProvenance) -> Self {
        let OriginProvenance { set, confirmed_by } = provenance;
        Self {
            origin: origin.to_string(),
            set_at: set.map(|set| time(set.at)),
            set_by: set.map(|set| set.by.to_string()),
            confirmed_by: confirmed_by.iter().map(ToString::to_string).collect(),
        }
    }

    fn text(&self, users: &BTreeMap<PrincipalId, String>) -> String {
        match (&self.set_at, &self.set_by) {
            (Some(at), Some(by)) => format!("{}, set {at} by {}", self.origin, principal(by, users)),
            (_, None) | (None, _) => {
                format!("{}, set before the time and the user were recorded", self.origin)
            }
        }
    }
}

/// The last check, with the members that it has in the API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LastCheckView {
    at: String,
    usable: &'static str,
    reason: String,
    trigger: &'static str,
    is_current: bool,
}

impl LastCheckView {
    /// The verdict and, if it is not the best one, its reason.
    fn text(&self) -> String {
        let reason = if self.reason == "ok" { String::new() } else { format!(" ({})", self.reason) };
        let outdated = if self.is_current { "" } else { ", outdated" };
        format!("{}{reason}{outdated}", self.usable)
    }
}

impl From<LastCheck> for LastCheckView {
    fn from(LastCheck { at, since: _, verdict, trigger, is_current }: LastCheck) -> Self {
        Self {
            at: time(at),
            usable: verdict.usable.as_str(),
            reason: verdict.reason.to_string(),
            trigger: trigger.as_str(),
            is_current,
        }
    }
}

/// The parts of a credential that are not secret.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CredentialView {
    kind: &'static str,
    /// `INLINE`, `REFERENCE` or `IDENTITY`; null if it is unknown.
    source: Option<&'static str>,
    /// The URI of a reference.
    reference: Option<String>,
    mask: Option<String>,
    key_id_mask: Option<String>,
    sealed_at: String,
    /// Null for a credential that was stored before its sender was recorded.
    given_by: Option<String>,
}

impl CredentialView {
    fn since(&self, users: &BTreeMap<PrincipalId, String>) -> String {
        let by = self.given_by.as_ref().map(|by| format!(", given by {}", principal(by, users)));
        format!("{}{}", self.sealed_at, by.unwrap_or_default())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SamplingView {
    max_tokens: Option<i64>,
    temperature: Option<f64>,
    top_p: Option<f64>,
    top_k: Option<i64>,
    frequency_penalty: Option<f64>,
    presence_penalty: Option<f64>,
    stop_sequences: Option<Vec<String>>,
}

impl From<ConfigDetails> for ConfigView {
    fn from(details: ConfigDetails) -> Self {
        let ConfigDetails { config, scope, last_check, origin: bound_to, reference } = details;
        let LlmConfig { id, incarnation: _, scope: _, settings, secret, origin, revision, created, updated } =
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
            labels,
            client_config,
            description,
            version,
            monitoring_endpoint,
        } = settings;
        let at_and_by = |Stamp { at, by }| (time(at), by.to_string());
        let ((created_at, created_by), (updated_at, updated_by)) = (at_and_by(created), at_and_by(updated));
        Self {
            id: id.to_string(),
            name: name.into(),
            scope: scope.into(),
            provider: provider.as_str(),
            endpoint: endpoint.into(),
            api_path: api_path.into(),
            model: model.map(Into::into),
            modalities: modalities.as_slice().iter().map(|modality| modality.as_str()).collect(),
            capabilities: capabilities.iter().map(|capability| capability.as_str()).collect(),
            sampling: sampling.map(SamplingView::from),
            context_length: context_length.map(ContextLength::tokens),
            labels: labels.into(),
            client_config,
            description: description.map(Into::into),
            version: version.map(Into::into),
            monitoring_endpoint: monitoring_endpoint.map(Into::into),
            last_check: last_check.map(LastCheckView::from),
            credential: secret.map(|meta| CredentialView::new(meta, reference)),
            origin: OriginView::new(&bound_to, &origin),
            revision: revision.number(),
            created_at,
            created_by,
            updated_at,
            updated_by,
        }
    }
}

impl ConfigView {
    /// The verdict of the last check, such as `no (bad_key)`.
    pub(super) fn usable(&self) -> String {
        self.last_check
            .as_ref()
            .map_or_else(|| CheckState::Unchecked.as_str().to_owned(), LastCheckView::text)
    }

    pub(super) fn checked_at(&self) -> Option<&str> {
        self.last_check.as_ref().map(|check| check.at.as_str())
    }

    /// When the credential was last entered or moved.
    pub(super) fn sealed_at(&self) -> Option<&str> {
        self.credential.as_ref().map(|credential| credential.sealed_at.as_str())
    }

    /// The users whose ids the view contains.
    pub(super) fn users(&self) -> Vec<PrincipalId> {
        let Self { origin, credential, created_by, updated_by, .. } = self;
        let given_by = credential.as_ref().and_then(|credential| credential.given_by.as_ref());
        let ids = [created_by, updated_by].into_iter().chain(&origin.set_by).chain(given_by);
        let ids: BTreeSet<_> = ids.chain(&origin.confirmed_by).filter_map(|id| id.parse().ok()).collect();
        ids.into_iter().collect()
    }

    /// Kind, masks and source of the credential, such as `API_KEY ****cdef` or
    /// `API_KEY vault://kv/openai#key`.
    pub(super) fn credential(&self) -> String {
        or_dash(self.credential.as_ref().map(|credential| {
            let CredentialView { kind, source, reference, mask, key_id_mask, .. } = credential;
            let unknown = source.is_none().then_some("(source unknown)");
            let parts = [key_id_mask.as_deref(), mask.as_deref(), reference.as_deref(), unknown];
            std::iter::once(*kind).chain(parts.into_iter().flatten()).collect::<Vec<_>>().join(" ")
        }))
    }

    /// All members, one per line, with the users whose e-mail addresses are given.
    pub(super) fn text(&self, users: &BTreeMap<PrincipalId, String>) -> String {
        let principal = |id: &String| principal(id, users);
        let sampling = self.sampling.as_ref().and_then(|sampling| serde_json::to_string(sampling).ok());
        key_value(&[
            ("name", self.name.clone()),
            ("id", self.id.clone()),
            ("belongs to", format!("{} ({})", self.scope, self.scope.id)),
            ("description", or_dash(self.description.as_ref())),
            ("provider", self.provider.to_owned()),
            ("endpoint", self.endpoint.clone()),
            ("API path", self.api_path.clone()),
            ("model", or_dash(self.model.as_ref())),
            ("version", or_dash(self.version.as_ref())),
            ("usable", self.usable()),
            (
                "checked",
                or_dash(self.last_check.as_ref().map(|check| format!("{} ({})", check.at, check.trigger))),
            ),
            ("credential", self.credential()),
            ("since", or_dash(self.credential.as_ref().map(|credential| credential.since(users)))),
            ("origin", self.origin.text(users)),
            ("confirmed by", list(self.origin.confirmed_by.iter().map(principal))),
            ("modalities", list(&self.modalities)),
            ("capabilities", list(&self.capabilities)),
            ("context length", or_dash(self.context_length)),
            ("sampling", or_dash(sampling)),
            ("labels", list(self.labels.iter().map(|(key, value)| format!("{key}={value}")))),
            ("client config", or_dash(self.client_config.as_ref().map(ClientConfig::as_json))),
            ("monitoring", or_dash(self.monitoring_endpoint.as_ref())),
            ("revision", self.revision.to_string()),
            ("created", format!("{} by {}", self.created_at, principal(&self.created_by))),
            ("updated", format!("{} by {}", self.updated_at, principal(&self.updated_by))),
        ])
    }
}

/// A user's e-mail address, or the id of one without; a phrase for the operator, who has no account.
fn principal(id: &str, users: &BTreeMap<PrincipalId, String>) -> String {
    match id.parse() {
        Ok(PrincipalId::OPERATOR) => "the operator".to_owned(),
        Ok(user) => users.get(&user).cloned().unwrap_or_else(|| id.to_owned()),
        Err(_) => id.to_owned(),
    }
}

impl CredentialView {
    fn new(meta: SecretMeta, reference: Option<String>) -> Self {
        let SecretMeta { kind, source, mask, key_id_mask, fingerprint: _, sealed_at, given_by } = meta;
        Self {
            kind: kind.as_str(),
            source: source.map(CredentialSource::as_str),
            reference,
            mask: mask.map(|mask| mask.to_string()),
            key_id_mask: key_id_mask.map(|mask| mask.to_string()),
            sealed_at: time(sealed_at),
            given_by: given_by.map(|user| user.to_string()),
        }
    }
}

impl From<SamplingParams> for SamplingView {
    fn from(params: SamplingParams) -> Self {
        let UncheckedSampling {
            max_tokens,
            temperature,
            top_p,
            top_k,
            frequency_penalty,
            presence_penalty,
            stop_sequences,
        } = params.into();
        Self { max_tokens, temperature, top_p, top_k, frequency_penalty, presence_penalty, stop_sequences }
    }
}
