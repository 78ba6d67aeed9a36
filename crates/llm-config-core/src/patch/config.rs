//! A validated change and its application to a stored configuration.

use super::credential::CredentialPatch;
use super::destination::{self, DestinationFields, OriginChange, PatchContext, PatchError};
use super::value::{LabelPatch, Patch};
use crate::config::{
    Capabilities, ClientConfig, ContextLength, Labels, LlmConfig, Modalities, OriginProvenance,
    SamplingParams, Settings, check_provider,
};
use crate::endpoint::{ApiPath, Endpoint};
use crate::field::{Field, FieldErrors};
use crate::provider::Provider;
use crate::scope::Scope;
use crate::text::{Description, DisplayName, ModelId, ModelVersion};

/// A validated change of a configuration. A field that is `None` keeps the stored value.
///
/// The change may still be invalid for the configuration that it is applied to: see [`ConfigPatch::apply`].
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "each field changes the field of `Settings` of that name")]
pub struct ConfigPatch {
    pub name: Option<DisplayName>,
    pub description: Patch<Description>,
    pub provider: Option<Provider>,
    pub endpoint: Option<Endpoint>,
    pub api_path: Option<ApiPath>,
    /// Only a configuration of a workspace may lose its model.
    pub model: Patch<ModelId>,
    pub modalities: Option<Modalities>,
    pub capabilities: Option<Capabilities>,
    pub sampling: Patch<SamplingParams>,
    pub context_length: Patch<ContextLength>,
    pub labels: LabelPatch<Labels>,
    pub client_config: Patch<ClientConfig>,
    pub version: Patch<ModelVersion>,
    pub monitoring_endpoint: Patch<Endpoint>,
    pub credential: CredentialPatch,
}

impl ConfigPatch {
    /// The fields that the change sets or clears, in a fixed order, for the audit event.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let presence = [
            (Field::Name, self.name.is_some()),
            (Field::Description, !self.description.is_keep()),
            (Field::Provider, self.provider.is_some()),
            (Field::Endpoint, self.endpoint.is_some()),
            (Field::ApiPath, self.api_path.is_some()),
            (Field::Model, !self.model.is_keep()),
            (Field::Modalities, self.modalities.is_some()),
            (Field::Capabilities, self.capabilities.is_some()),
            (Field::Sampling, !self.sampling.is_keep()),
            (Field::ContextLength, !self.context_length.is_keep()),
            (Field::Labels, !matches!(self.labels, LabelPatch::Keep)),
            (Field::ClientConfig, !self.client_config.is_keep()),
            (Field::Version, !self.version.is_keep()),
            (Field::MonitoringEndpoint, !self.monitoring_endpoint.is_keep()),
        ];
        let settings = presence.into_iter().filter_map(|(field, is_present)| is_present.then_some(field));
        settings.chain(self.credential.fields()).collect()
    }

    /// Applies the change to `current` and returns the result. Stores nothing.
    ///
    /// Fails with `Invalid` if the result has too many labels or a provider that the scope does not support,
    /// or if a stored credential would be sent to another origin. Fails with `Unconfirmed` if the change
    /// contains a credential but not the endpoint, and another principal chose the stored origin.
    pub fn apply(
        &self,
        current: &LlmConfig,
        context: &PatchContext<'_>,
    ) -> Result<PatchedConfig, PatchError> {
        let mut errors = FieldErrors::default();
        let old = &current.settings;
        let new = Settings {
            name: self.name.as_ref().unwrap_or(&old.name).clone(),
            provider: self.provider.unwrap_or(old.provider),
            endpoint: self.endpoint.as_ref().unwrap_or(&old.endpoint).clone(),
            api_path: self.api_path.as_ref().unwrap_or(&old.api_path).clone(),
            model: patched(&self.model, old.model.as_ref()),
            modalities: self.modalities.as_ref().unwrap_or(&old.modalities).clone(),
            capabilities: self.capabilities.as_ref().unwrap_or(&old.capabilities).clone(),
            sampling: patched(&self.sampling, old.sampling.as_ref()),
            context_length: patched(&self.context_length, old.context_length.as_ref()),
            labels: errors.keep(Field::Labels, self.labels.apply(&old.labels)).unwrap_or_default(),
            client_config: patched(&self.client_config, old.client_config.as_ref()),
            description: patched(&self.description, old.description.as_ref()),
            version: patched(&self.version, old.version.as_ref()),
            monitoring_endpoint: patched(&self.monitoring_endpoint, old.monitoring_endpoint.as_ref()),
        };
        if self.provider.is_some() {
            check_provider(&mut errors, new.provider, &current.scope);
        }
        match (&self.model, current.scope) {
            (Patch::Clear, Scope::Owner(_)) => errors.add(Field::Model, "is required"),
            (Patch::Clear, Scope::Workspace(_)) | (Patch::Keep | Patch::Set(_), _) => {}
        }
        let destination = DestinationFields {
            endpoint: self.endpoint.as_ref(),
            api_path: self.api_path.as_ref(),
            credential: &self.credential,
        };
        let OriginChange { provenance, changes_origin } =
            destination::check(&destination, current, &new, context, &mut errors)
                .map_err(PatchError::Unconfirmed)?;
        if errors.is_empty() {
            Ok(PatchedConfig { settings: new, origin: provenance, changes_origin })
        } else {
            Err(PatchError::Invalid(errors))
        }
    }
}

/// A configuration after a change, not stored yet.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchedConfig {
    /// The settings.
    pub settings: Settings,
    /// The principals that chose the origin, as recorded after the change.
    pub origin: OriginProvenance,
    /// Whether the origin differs from the stored one.
    pub changes_origin: bool,
}

fn patched<T: Clone>(patch: &Patch<T>, old: Option<&T>) -> Option<T> {
    match patch {
        Patch::Keep => old.cloned(),
        Patch::Clear => None,
        Patch::Set(new) => Some(new.clone()),
    }
}
