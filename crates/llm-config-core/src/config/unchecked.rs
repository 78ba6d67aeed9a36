//! An unchecked configuration and its validation, which reports every field error at once.

use std::collections::BTreeMap;

use super::capability::{Capabilities, InferredCapability, StatedCapabilities, complete_capabilities};
use super::client_config::ClientConfig;
use super::label::Labels;
use super::modality::{Modalities, Modality};
use super::new::NewLlmConfig;
use super::sampling::{SamplingParams, UncheckedSampling};
use super::settings::{ContextLength, Settings};
use crate::credential::{Credential, UncheckedCredential};
use crate::endpoint::{ApiPath, Endpoint};
use crate::field::{Field, FieldErrors};
use crate::provider::Provider;
use crate::scope::Scope;
use crate::text::{Description, DisplayName, ModelId, ModelVersion, not_blank, one_of};

/// An unchecked new configuration. `None` stands for a missing field.
#[derive(Default)]
#[expect(missing_docs, reason = "each field is the unchecked value of the field of `Settings` of that name")]
pub struct UncheckedConfig {
    pub name: Option<String>,
    pub description: Option<String>,
    pub provider: Option<String>,
    pub endpoint: Option<String>,
    pub api_path: Option<String>,
    pub model: Option<String>,
    pub modalities: Option<Vec<String>>,
    pub capabilities: StatedCapabilities,
    pub sampling: Option<UncheckedSampling>,
    pub context_length: Option<i64>,
    pub labels: BTreeMap<String, String>,
    /// JSON text.
    pub client_config: Option<String>,
    pub version: Option<String>,
    pub monitoring_endpoint: Option<String>,
    pub credential: Option<UncheckedCredential>,
}

/// The valid values of an unchecked configuration, which may be incomplete, and all errors.
#[derive(Debug)]
pub struct ExaminedConfig {
    /// The name; `None`, like the following, if it is missing or invalid.
    pub name: Option<DisplayName>,
    /// The provider.
    pub provider: Option<Provider>,
    /// The endpoint.
    pub endpoint: Option<Endpoint>,
    /// The API path.
    pub api_path: Option<ApiPath>,
    /// The model.
    pub model: Option<ModelId>,
    /// The credential.
    pub credential: Option<Credential>,
    /// All errors.
    pub errors: FieldErrors,
    rest: Rest,
}

/// The values that matter only for a complete configuration.
#[derive(Debug)]
struct Rest {
    modalities: Modalities,
    capabilities: Capabilities,
    inferred: Vec<InferredCapability>,
    labels: Option<Labels>,
    description: Option<Description>,
    version: Option<ModelVersion>,
    monitoring_endpoint: Option<Endpoint>,
    sampling: Option<SamplingParams>,
    context_length: Option<ContextLength>,
    client_config: Option<ClientConfig>,
}

impl UncheckedConfig {
    /// Checks every field and the rules between fields.
    ///
    /// Missing fields get their defaults: the default API path, text as the only modality, and the
    /// capabilities of the model's family.
    pub fn check(self, scope: &Scope) -> Result<NewLlmConfig, FieldErrors> {
        self.examine(scope).complete()
    }

    /// Checks every field, and also returns the valid values of an incomplete configuration.
    #[must_use]
    pub fn examine(self, scope: &Scope) -> ExaminedConfig {
        let mut errors = FieldErrors::default();
        let name = errors.require(Field::Name, self.name.as_deref());
        let provider = parse_provider(&mut errors, self.provider.as_deref(), scope);
        let endpoint = errors.require(Field::Endpoint, self.endpoint.as_deref());
        let api_path = errors.parse(Field::ApiPath, self.api_path.as_deref());
        let model = match scope {
            Scope::Owner(_) => errors.require(Field::Model, self.model.as_deref()),
            Scope::Workspace(_) => errors.parse(Field::Model, self.model.as_deref()),
        };
        // The order of the following is that of the errors.
        let modalities = check_modalities(&mut errors, self.modalities.as_deref().unwrap_or_default());
        let (capabilities, inferred) = complete_capabilities(&self.capabilities, model.as_ref());
        let labels = errors.keep(Field::Labels, Labels::try_from(self.labels));
        let credential = self.credential.and_then(|credential| credential.check(&mut errors));
        let rest = Rest {
            modalities,
            capabilities,
            inferred,
            labels,
            description: errors.parse(Field::Description, not_blank(self.description.as_deref())),
            version: errors.parse(Field::Version, not_blank(self.version.as_deref())),
            monitoring_endpoint: errors
                .parse(Field::MonitoringEndpoint, not_blank(self.monitoring_endpoint.as_deref())),
            sampling: self.sampling.and_then(|sampling| check_sampling(&mut errors, sampling)),
            context_length: self.context_length.and_then(|tokens| check_context_length(&mut errors, tokens)),
            client_config: check_client_config(&mut errors, self.client_config.as_deref()),
        };
        ExaminedConfig { name, provider, endpoint, api_path, model, credential, errors, rest }
    }
}

impl ExaminedConfig {
    /// The configuration, if there is no error.
    fn complete(self) -> Result<NewLlmConfig, FieldErrors> {
        let Self { name, provider, endpoint, api_path, model, credential, errors, rest } = self;
        let (Some(name), Some(provider), Some(endpoint), Some(labels), true) =
            (name, provider, endpoint, rest.labels, errors.is_empty())
        else {
            return Err(errors);
        };
        let settings = Settings {
            name,
            provider,
            endpoint,
            api_path: api_path.unwrap_or_default(),
            model,
            modalities: rest.modalities,
            capabilities: rest.capabilities,
            sampling: rest.sampling,
            context_length: rest.context_length,
            labels,
            client_config: rest.client_config,
            description: rest.description,
            version: rest.version,
            monitoring_endpoint: rest.monitoring_endpoint,
        };
        Ok(NewLlmConfig { settings, credential, inferred: rest.inferred })
    }
}

fn parse_provider(errors: &mut FieldErrors, name: Option<&str>, scope: &Scope) -> Option<Provider> {
    let Some(name) = name else {
        errors.add(Field::Provider, "is required");
        return None;
    };
    let allowed = Provider::allowed_in(scope);
    let found = allowed.iter().copied().find(|provider| provider.as_str() == name);
    if found.is_none() {
        errors.add(Field::Provider, one_of(allowed));
    }
    found
}

pub(crate) fn check_provider(errors: &mut FieldErrors, provider: Provider, scope: &Scope) {
    let allowed = Provider::allowed_in(scope);
    if !allowed.contains(&provider) {
        errors.add(Field::Provider, one_of(allowed));
    }
}

pub(crate) fn check_modalities(errors: &mut FieldErrors, names: &[String]) -> Modalities {
    errors.keep_entries(Field::Modalities, names.iter().map(|name| name.parse::<Modality>())).into()
}

pub(crate) fn check_sampling(
    errors: &mut FieldErrors,
    sampling: UncheckedSampling,
) -> Option<SamplingParams> {
    match SamplingParams::try_from(sampling) {
        Ok(params) => Some(params),
        Err(found) => {
            errors.extend(found);
            None
        }
    }
}

pub(crate) fn check_context_length(errors: &mut FieldErrors, tokens: i64) -> Option<ContextLength> {
    errors.keep(Field::ContextLength, ContextLength::try_from(tokens))
}

#[cfg(feature = "serde")]
pub(crate) fn check_client_config(errors: &mut FieldErrors, json: Option<&str>) -> Option<ClientConfig> {
    errors.parse(Field::ClientConfig, json)
}

#[cfg(not(feature = "serde"))]
pub(crate) fn check_client_config(errors: &mut FieldErrors, json: Option<&str>) -> Option<ClientConfig> {
    json.and_then(|_| {
        errors.add(Field::ClientConfig, "needs the feature `serde` of llm-config-core");
        None
    })
}
