//! From what somebody sent to what may be stored, with every fault named at once.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::api_path::ApiPath;
use crate::capability::{StatedCapabilities, complete};
use crate::config::{ContextLength, NewLlmConfig, Scope, Settings};
use crate::credential::{ApiKey, Credential, GcpAdc, HeaderName, KeyPair, SecretValue};
use crate::label::Labels;
use crate::modality::{Modalities, Modality};
use crate::provider::Provider;
use crate::reference::SecretRef;
use crate::sampling::{SamplingDraft, SamplingParams};
use crate::secret::Secret;
use crate::text::{TextRule, one_of};
use crate::violation::{Field, Violations};

/// A new configuration as somebody sent it: nothing is checked yet, `None` means not given.
#[derive(Default)]
#[expect(missing_docs, reason = "each field is the raw form of the field of `Settings` of that name")]
pub struct Draft {
    pub name: Option<String>,
    pub description: Option<String>,
    pub provider: Option<String>,
    pub endpoint: Option<String>,
    pub api_path: Option<String>,
    pub model: Option<String>,
    pub modalities: Option<Vec<String>>,
    pub capabilities: StatedCapabilities,
    pub sampling: Option<SamplingDraft>,
    pub context_length: Option<i64>,
    pub labels: BTreeMap<String, String>,
    /// JSON text.
    pub client_config: Option<String>,
    pub version: Option<String>,
    pub monitoring_endpoint: Option<String>,
    pub credential: Option<CredentialDraft>,
}

/// A credential as somebody sent it. Not printable: it holds secrets.
#[expect(missing_docs, reason = "each field is the raw form of the field of `Credential` of that name")]
pub enum CredentialDraft {
    /// An API key in a header.
    ApiKey { header: Option<String>, prefix: Option<String>, value: SecretDraft },
    /// A secret and, at some providers, the identifier that goes with it; sent as the provider
    /// expects it.
    ProviderKey { key_id: Option<Zeroizing<String>>, secret: SecretDraft },
    /// The server's own Google identity.
    GcpAdc { scopes: Vec<String>, quota_project: Option<String> },
}

/// A secret, or where it is kept, as somebody sent it. Not printable.
#[expect(missing_docs, reason = "each field is the raw form of the field of `SecretRef` of that name")]
pub enum SecretDraft {
    /// The secret itself.
    Inline(Zeroizing<String>),
    /// A reference to it.
    Reference { uri: String, hints: BTreeMap<String, String> },
}

impl Draft {
    /// Checks every field and the rules between them.
    ///
    /// Fills in what may be left out: the default API path, text as the only modality, and the
    /// capabilities that the model's name suggests.
    pub fn check(self, scope: &Scope) -> Result<NewLlmConfig, Violations> {
        let mut faults = Violations::default();
        let name = required(&mut faults, Field::Name, self.name.as_deref());
        let provider = provider(&mut faults, self.provider.as_deref(), scope);
        let endpoint = required(&mut faults, Field::Endpoint, self.endpoint.as_deref());
        let api_path: Option<ApiPath> = optional(&mut faults, Field::ApiPath, self.api_path.as_deref());
        let model = match scope {
            Scope::Owner(_) => required(&mut faults, Field::Model, self.model.as_deref()),
            Scope::Workspace(_) => optional(&mut faults, Field::Model, self.model.as_deref()),
        };
        let modalities = modalities(&mut faults, self.modalities.as_deref().unwrap_or_default());
        let (capabilities, inferred) = complete(&self.capabilities, model.as_ref());
        let labels = faults.keep(Field::Labels, Labels::try_from(self.labels));
        let credential = self.credential.map(|it| it.check(&mut faults));
        let description = optional(&mut faults, Field::Description, not_empty(self.description.as_deref()));
        let version = optional(&mut faults, Field::Version, not_empty(self.version.as_deref()));
        let monitoring_endpoint =
            optional(&mut faults, Field::MonitoringEndpoint, not_empty(self.monitoring_endpoint.as_deref()));
        let sampling = self.sampling.and_then(|it| sampling(&mut faults, it));
        let context_length = self.context_length.and_then(|it| context_length(&mut faults, it));
        let client_config = client_config(&mut faults, self.client_config.as_deref());
        let (Some(name), Some(provider), Some(endpoint), Some(labels), true) =
            (name, provider, endpoint, labels, faults.is_empty())
        else {
            return Err(faults);
        };
        let settings = Settings {
            name,
            provider,
            endpoint,
            api_path: api_path.unwrap_or_default(),
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
        };
        Ok(NewLlmConfig { settings, credential: credential.flatten(), inferred })
    }
}

impl CredentialDraft {
    /// Checks every part; `None` after noting at least one fault.
    pub(crate) fn check(self, faults: &mut Violations) -> Option<Credential> {
        match self {
            Self::ApiKey { header, prefix, value } => {
                let header = optional::<HeaderName>(faults, Field::HeaderName, not_empty(header.as_deref()));
                let prefix = optional(faults, Field::HeaderPrefix, not_empty(prefix.as_deref()));
                let value = value.check(faults)?;
                let header = Some(header.unwrap_or_else(HeaderName::authorization));
                Some(Credential::ApiKey(ApiKey { header, prefix, value }))
            }
            Self::ProviderKey { key_id, secret } => {
                let key_id = key_id.map(|it| faults.keep(Field::KeyId, secret_text(it)));
                let value = secret.check(faults)?;
                Some(match key_id {
                    Some(key_id) => Credential::KeyPair(KeyPair { key_id: key_id?, secret: value }),
                    None => Credential::ApiKey(ApiKey { header: None, prefix: None, value }),
                })
            }
            Self::GcpAdc { scopes, quota_project } => {
                const SCOPE: TextRule = TextRule { limit: 255, multi_line: false, keep_outer_space: false };
                if scopes.len() > 20 {
                    faults.add(Field::GcpScopes, "must have at most 20 entries");
                }
                let scopes =
                    scopes.iter().filter_map(|it| faults.keep(Field::GcpScopes, SCOPE.check(it))).collect();
                let quota_project = not_empty(quota_project.as_deref());
                let quota_project =
                    quota_project.and_then(|it| faults.keep(Field::GcpQuotaProject, SCOPE.check(it)));
                Some(Credential::GcpAdc(GcpAdc { scopes, quota_project }))
            }
        }
    }
}

impl SecretDraft {
    pub(crate) fn check(self, faults: &mut Violations) -> Option<SecretValue> {
        match self {
            Self::Inline(text) => faults.keep(Field::SecretValue, secret_text(text)).map(SecretValue::Inline),
            Self::Reference { uri, hints } => {
                let reference = SecretRef::new(&uri, hints);
                faults.keep(Field::SecretReference, reference).map(SecretValue::Reference)
            }
        }
    }
}

pub(crate) fn secret_text(mut text: Zeroizing<String>) -> Result<Secret, crate::secret::SecretError> {
    Secret::new(std::mem::take(&mut *text))
}

fn required<T: FromStr<Err: fmt::Display>>(
    faults: &mut Violations,
    field: Field,
    text: Option<&str>,
) -> Option<T> {
    if text.is_none() {
        faults.add(field, "is required");
    }
    optional(faults, field, text)
}

pub(crate) fn optional<T: FromStr<Err: fmt::Display>>(
    faults: &mut Violations,
    field: Field,
    text: Option<&str>,
) -> Option<T> {
    text.and_then(|text| faults.keep(field, text.parse()))
}

/// An empty optional text is no text.
pub(crate) fn not_empty(text: Option<&str>) -> Option<&str> {
    text.filter(|it| !it.trim().is_empty())
}

fn provider(faults: &mut Violations, name: Option<&str>, scope: &Scope) -> Option<Provider> {
    let Some(name) = name else {
        faults.add(Field::Provider, "is required");
        return None;
    };
    let allowed = Provider::allowed_in(scope);
    let found = allowed.iter().copied().find(|it| it.as_str() == name);
    if found.is_none() {
        faults.add(Field::Provider, one_of(allowed));
    }
    found
}

pub(crate) fn provider_allowed(faults: &mut Violations, provider: Provider, scope: &Scope) {
    let allowed = Provider::allowed_in(scope);
    if !allowed.contains(&provider) {
        faults.add(Field::Provider, one_of(allowed));
    }
}

pub(crate) fn modalities(faults: &mut Violations, names: &[String]) -> Modalities {
    let parse = |name: &String| faults.keep(Field::Modalities, name.parse::<Modality>());
    names.iter().filter_map(parse).collect::<Vec<_>>().into()
}

pub(crate) fn sampling(faults: &mut Violations, draft: SamplingDraft) -> Option<SamplingParams> {
    match SamplingParams::try_from(draft) {
        Ok(params) => Some(params),
        Err(found) => {
            found.into_iter().for_each(|it| faults.add(it.field, it.message));
            None
        }
    }
}

pub(crate) fn context_length(faults: &mut Violations, tokens: i64) -> Option<ContextLength> {
    faults.keep(Field::ContextLength, ContextLength::try_from(tokens))
}

#[cfg(feature = "serde")]
pub(crate) fn client_config(
    faults: &mut Violations,
    json: Option<&str>,
) -> Option<crate::client_config::ClientConfig> {
    optional(faults, Field::ClientConfig, json)
}

#[cfg(not(feature = "serde"))]
pub(crate) fn client_config(
    faults: &mut Violations,
    json: Option<&str>,
) -> Option<crate::client_config::ClientConfig> {
    json.and_then(|_| {
        faults.add(Field::ClientConfig, "needs the feature `serde` of llm-config-core");
        None
    })
}
