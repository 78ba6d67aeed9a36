//! An unchecked change and its validation.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::config::ConfigPatch;
use super::credential::UncheckedCredentialPatch;
use super::value::{LabelPatch, Patch};
use crate::config::{
    Capabilities, Labels, UncheckedConfig, UncheckedSampling, check_client_config, check_context_length,
    check_modalities, check_sampling,
};
use crate::field::{Field, FieldErrors};

/// An unchecked change of a configuration.
#[derive(Default)]
#[expect(missing_docs, reason = "each field is the unchecked value of the field of `Settings` of that name")]
pub struct UncheckedPatch {
    pub name: Option<String>,
    pub description: Patch<String>,
    pub provider: Option<String>,
    pub endpoint: Option<String>,
    /// Blank restores the default.
    pub api_path: Option<String>,
    /// Only a configuration of a workspace may lose its model.
    pub model: Patch<String>,
    pub modalities: Option<Vec<String>>,
    pub capabilities: Option<Capabilities>,
    pub sampling: Patch<UncheckedSampling>,
    pub context_length: Patch<i64>,
    pub labels: LabelPatch<BTreeMap<String, String>>,
    /// JSON text.
    pub client_config: Patch<String>,
    pub version: Patch<String>,
    pub monitoring_endpoint: Patch<String>,
    pub credential: UncheckedCredentialPatch,
}

impl UncheckedPatch {
    /// The change that gives a configuration all values of `config`. What `config` leaves out stays, but for
    /// the labels, which it replaces. Capabilities stay, because they cannot be invalid.
    #[must_use]
    pub fn from_config(config: UncheckedConfig) -> Self {
        let UncheckedConfig {
            name,
            description,
            provider,
            endpoint,
            api_path,
            model,
            modalities,
            capabilities: _,
            sampling,
            context_length,
            labels,
            client_config,
            version,
            monitoring_endpoint,
            credential,
        } = config;
        Self {
            name,
            description: Patch::from_optional_text(description),
            provider,
            endpoint,
            api_path,
            model: Patch::from_option(model),
            modalities,
            capabilities: None,
            sampling: Patch::from_option(sampling),
            context_length: Patch::from_option(context_length),
            labels: LabelPatch::Replace(labels),
            client_config: Patch::from_option(client_config),
            version: Patch::from_optional_text(version),
            monitoring_endpoint: Patch::from_optional_text(monitoring_endpoint),
            credential: credential.map_or(UncheckedCredentialPatch::Keep, UncheckedCredentialPatch::Replace),
        }
    }

    /// Checks every field that is present.
    pub fn check(self) -> Result<ConfigPatch, FieldErrors> {
        let (patch, errors) = self.examine();
        if errors.is_empty() { Ok(patch) } else { Err(errors) }
    }

    /// Checks every field that is present. Returns a change without the invalid ones, and their errors.
    #[must_use]
    pub fn examine(self) -> (ConfigPatch, FieldErrors) {
        let mut found = FieldErrors::default();
        let errors = &mut found;
        let patch = ConfigPatch {
            name: errors.parse(Field::Name, self.name.as_deref()),
            description: clearable(errors, Field::Description, self.description),
            provider: errors.parse(Field::Provider, self.provider.as_deref()),
            endpoint: errors.parse(Field::Endpoint, self.endpoint.as_deref()),
            api_path: errors.parse(Field::ApiPath, self.api_path.as_deref()),
            model: clearable(errors, Field::Model, self.model),
            modalities: self.modalities.map(|names| check_modalities(errors, &names)),
            capabilities: self.capabilities,
            sampling: self.sampling.and_then(|sampling| check_sampling(errors, sampling)),
            context_length: self.context_length.and_then(|tokens| check_context_length(errors, tokens)),
            labels: check_labels(errors, self.labels),
            client_config: self.client_config.and_then(|json| check_client_config(errors, Some(&json))),
            version: clearable(errors, Field::Version, self.version),
            monitoring_endpoint: clearable(errors, Field::MonitoringEndpoint, self.monitoring_endpoint),
            credential: self.credential.check(errors),
        };
        (patch, found)
    }
}

fn clearable<T: FromStr<Err: fmt::Display>>(
    errors: &mut FieldErrors,
    field: Field,
    text: Patch<String>,
) -> Patch<T> {
    text.and_then(|text| errors.parse(field, Some(&text)))
}

fn check_labels(
    errors: &mut FieldErrors,
    labels: LabelPatch<BTreeMap<String, String>>,
) -> LabelPatch<Labels> {
    let mut check = |labels| errors.keep(Field::Labels, Labels::try_from(labels));
    match labels {
        LabelPatch::Keep => LabelPatch::Keep,
        LabelPatch::Replace(labels) => check(labels).map_or(LabelPatch::Keep, LabelPatch::Replace),
        LabelPatch::Merge(labels) => check(labels).map_or(LabelPatch::Keep, LabelPatch::Merge),
        LabelPatch::Edit { removed, added } => {
            check(added).map_or(LabelPatch::Keep, |added| LabelPatch::Edit { removed, added })
        }
    }
}
