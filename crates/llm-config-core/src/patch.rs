//! A partial change of a stored configuration.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::api_path::ApiPath;
use crate::capability::Capabilities;
use crate::client_config::ClientConfig;
use crate::config::{ContextLength, LlmConfig, Settings};
use crate::credential_patch::{CredentialPatch, CredentialPatchDraft};
use crate::destination::{self, OriginChange, OriginProvenance, PatchContext, PatchError};
use crate::draft::{
    client_config, context_length, modalities, not_empty, optional, provider_allowed, sampling,
};
use crate::endpoint::Endpoint;
use crate::label::Labels;
use crate::modality::Modalities;
use crate::provider::Provider;
use crate::sampling::{SamplingDraft, SamplingParams};
use crate::text::{Description, DisplayName, ModelId, ModelVersion};
use crate::violation::{Field, Violations};

/// What happens to one field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is taken away.
    Clear,
    /// It gets this value.
    Set(T),
}

impl<T> Patch<T> {
    /// `Set` for a value that was given, `Keep` for one that was not.
    #[must_use]
    pub fn given(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }

    /// Whether the field stays as it is.
    #[must_use]
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl Patch<String> {
    /// As [`Patch::given`], with a blank text taking the field away.
    #[must_use]
    pub fn given_or_blank(text: Option<String>) -> Self {
        match text {
            Some(text) if not_empty(Some(&text)).is_none() => Self::Clear,
            other => Self::given(other),
        }
    }
}

/// What happens to the labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LabelPatch<T> {
    /// They stay.
    #[default]
    Keep,
    /// These take the place of all.
    Replace(T),
    /// These are put in; others stay.
    Merge(T),
}

/// A change as somebody sent it: nothing is checked yet.
#[derive(Default)]
#[expect(missing_docs, reason = "each field is the raw form of the field of `Settings` of that name")]
pub struct PatchDraft {
    pub name: Option<String>,
    pub description: Patch<String>,
    pub provider: Option<String>,
    pub endpoint: Option<String>,
    /// Blank restores the default.
    pub api_path: Option<String>,
    pub model: Option<String>,
    pub modalities: Option<Vec<String>>,
    pub capabilities: Option<Capabilities>,
    pub sampling: Option<SamplingDraft>,
    pub context_length: Option<i64>,
    pub labels: LabelPatch<BTreeMap<String, String>>,
    /// JSON text.
    pub client_config: Option<String>,
    pub version: Patch<String>,
    pub monitoring_endpoint: Patch<String>,
    pub credential: CredentialPatchDraft,
}

impl PatchDraft {
    /// Checks every field that is given.
    pub fn check(self) -> Result<ConfigPatch, Violations> {
        let mut faults = Violations::default();
        let replaced = |faults: &mut Violations, labels| faults.keep(Field::Labels, Labels::try_from(labels));
        let patch = ConfigPatch {
            name: optional(&mut faults, Field::Name, self.name.as_deref()),
            description: clearable(&mut faults, Field::Description, self.description),
            provider: optional(&mut faults, Field::Provider, self.provider.as_deref()),
            endpoint: optional(&mut faults, Field::Endpoint, self.endpoint.as_deref()),
            api_path: optional(&mut faults, Field::ApiPath, self.api_path.as_deref()),
            model: optional(&mut faults, Field::Model, self.model.as_deref()),
            modalities: self.modalities.map(|it| modalities(&mut faults, &it)),
            capabilities: self.capabilities,
            sampling: self.sampling.and_then(|it| sampling(&mut faults, it)),
            context_length: self.context_length.and_then(|it| context_length(&mut faults, it)),
            labels: match self.labels {
                LabelPatch::Keep => LabelPatch::Keep,
                LabelPatch::Replace(labels) => {
                    replaced(&mut faults, labels).map_or(LabelPatch::Keep, LabelPatch::Replace)
                }
                LabelPatch::Merge(labels) => {
                    replaced(&mut faults, labels).map_or(LabelPatch::Keep, LabelPatch::Merge)
                }
            },
            client_config: client_config(&mut faults, self.client_config.as_deref()),
            version: clearable(&mut faults, Field::Version, self.version),
            monitoring_endpoint: clearable(&mut faults, Field::MonitoringEndpoint, self.monitoring_endpoint),
            credential: self.credential.check(&mut faults),
        };
        if faults.is_empty() { Ok(patch) } else { Err(faults) }
    }
}

fn clearable<T: FromStr<Err: fmt::Display>>(
    faults: &mut Violations,
    field: Field,
    text: Patch<String>,
) -> Patch<T> {
    match text {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(text) => Patch::given(optional(faults, field, Some(&text))),
    }
}

/// A change whose fields are each in order; whether it fits the stored configuration is
/// [`ConfigPatch::apply`]'s to say. `None` leaves a field as it is.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "each field changes the field of `Settings` of that name")]
pub struct ConfigPatch {
    pub name: Option<DisplayName>,
    pub description: Patch<Description>,
    pub provider: Option<Provider>,
    pub endpoint: Option<Endpoint>,
    pub api_path: Option<ApiPath>,
    pub model: Option<ModelId>,
    pub modalities: Option<Modalities>,
    pub capabilities: Option<Capabilities>,
    pub sampling: Option<SamplingParams>,
    pub context_length: Option<ContextLength>,
    pub labels: LabelPatch<Labels>,
    pub client_config: Option<ClientConfig>,
    pub version: Patch<ModelVersion>,
    pub monitoring_endpoint: Patch<Endpoint>,
    pub credential: CredentialPatch,
}

impl ConfigPatch {
    /// The fields that the patch gives, in a fixed order: what an audit event records.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let given = [
            (Field::Name, self.name.is_some()),
            (Field::Description, !self.description.is_keep()),
            (Field::Provider, self.provider.is_some()),
            (Field::Endpoint, self.endpoint.is_some()),
            (Field::ApiPath, self.api_path.is_some()),
            (Field::Model, self.model.is_some()),
            (Field::Modalities, self.modalities.is_some()),
            (Field::Capabilities, self.capabilities.is_some()),
            (Field::Sampling, self.sampling.is_some()),
            (Field::ContextLength, self.context_length.is_some()),
            (Field::Labels, !matches!(self.labels, LabelPatch::Keep)),
            (Field::ClientConfig, self.client_config.is_some()),
            (Field::Version, !self.version.is_keep()),
            (Field::MonitoringEndpoint, !self.monitoring_endpoint.is_keep()),
        ];
        let settings = given.into_iter().filter_map(|(field, is_given)| is_given.then_some(field));
        settings.chain(self.credential.fields()).collect()
    }

    /// The configuration after the change, if the change is allowed: labels within their limit, a
    /// provider of the scope, no new destination for a stored credential, and no credential for a
    /// destination that someone else chose, unless the request names it.
    pub fn apply(
        &self,
        current: &LlmConfig,
        context: &PatchContext<'_>,
    ) -> Result<PatchedConfig, PatchError> {
        let mut faults = Violations::default();
        let old = &current.settings;
        let new = Settings {
            name: self.name.as_ref().unwrap_or(&old.name).clone(),
            provider: self.provider.unwrap_or(old.provider),
            endpoint: self.endpoint.as_ref().unwrap_or(&old.endpoint).clone(),
            api_path: self.api_path.as_ref().unwrap_or(&old.api_path).clone(),
            model: self.model.as_ref().or(old.model.as_ref()).cloned(),
            modalities: self.modalities.as_ref().unwrap_or(&old.modalities).clone(),
            capabilities: self.capabilities.as_ref().unwrap_or(&old.capabilities).clone(),
            sampling: self.sampling.as_ref().or(old.sampling.as_ref()).cloned(),
            context_length: self.context_length.or(old.context_length),
            labels: match &self.labels {
                LabelPatch::Keep => old.labels.clone(),
                LabelPatch::Replace(labels) => labels.clone(),
                LabelPatch::Merge(added) => {
                    faults.keep(Field::Labels, old.labels.merged(added)).unwrap_or_default()
                }
            },
            client_config: self.client_config.as_ref().or(old.client_config.as_ref()).cloned(),
            description: patched(&self.description, old.description.as_ref()),
            version: patched(&self.version, old.version.as_ref()),
            monitoring_endpoint: patched(&self.monitoring_endpoint, old.monitoring_endpoint.as_ref()),
        };
        if self.provider.is_some() {
            provider_allowed(&mut faults, new.provider, &current.scope);
        }
        let change =
            destination::check(self, current, &new, context, &mut faults).map_err(PatchError::Unconfirmed)?;
        if !faults.is_empty() {
            return Err(PatchError::Invalid(faults));
        }
        let OriginChange { provenance, is_other } = change;
        Ok(PatchedConfig { settings: new, origin: provenance, is_other_origin: is_other })
    }
}

/// What a change makes of a configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchedConfig {
    /// The settings.
    pub settings: Settings,
    /// Who chose the origin.
    pub origin: OriginProvenance,
    /// Whether the origin is another one.
    pub is_other_origin: bool,
}

fn patched<T: Clone>(patch: &Patch<T>, old: Option<&T>) -> Option<T> {
    match patch {
        Patch::Keep => old.cloned(),
        Patch::Clear => None,
        Patch::Set(new) => Some(new.clone()),
    }
}
