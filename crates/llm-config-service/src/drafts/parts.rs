//! The valid parts of a draft, and what they tell without a call.

use llm_config_core::config::{Connection, ExaminedConfig, LlmConfig};
use llm_config_core::credential::{Credential, CredentialFingerprint};
use llm_config_core::endpoint::{ApiPath, Endpoint};
use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::patch::{ConfigPatch, CredentialPatch, Patch};
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_core::target::Target;
use llm_config_core::text::{DisplayName, ModelId};
use llm_config_providers::{Auth, AuthError, ProviderTarget};
use llm_config_store::Tx;

/// The parts of a draft. A part is `None` if it is missing or invalid.
pub(super) struct DraftParts<'a> {
    pub(super) name: Option<&'a DisplayName>,
    provider: Option<Provider>,
    endpoint: Option<&'a Endpoint>,
    api_path: Option<ApiPath>,
    model: Option<&'a ModelId>,
    /// Whether the model is valid, or may be missing and is.
    is_model_complete: bool,
    credential: DraftCredential<'a>,
}

/// The credential of a draft.
enum DraftCredential<'a> {
    Given(&'a Credential),
    None,
    /// The stored one stays.
    Stored(CredentialFingerprint),
    Invalid,
}

/// What the connection tells.
#[derive(Default)]
pub(super) struct ConnectionFacts {
    pub(super) called_url: Option<String>,
    pub(super) suggested_url: Option<String>,
    pub(super) credential_note: Option<String>,
}

const CREDENTIAL_FIELDS: &[Field] = &[
    Field::Credential,
    Field::CredentialKind,
    Field::SecretValue,
    Field::SecretReference,
    Field::HeaderName,
    Field::HeaderPrefix,
    Field::KeyId,
    Field::GcpScopes,
    Field::GcpQuotaProject,
];

fn has_error(errors: &FieldErrors, fields: &[Field]) -> bool {
    errors.iter().any(|error| fields.contains(&error.field))
}

impl<'a> DraftParts<'a> {
    /// The parts of a new configuration.
    pub(super) fn from_new(draft: &'a ExaminedConfig, scope: &Scope) -> Self {
        let ExaminedConfig { name, provider, endpoint, api_path, model, credential, errors, .. } = draft;
        let is_path_valid = !has_error(errors, &[Field::ApiPath]);
        Self {
            name: name.as_ref(),
            provider: *provider,
            endpoint: endpoint.as_ref(),
            api_path: is_path_valid.then(|| api_path.clone().unwrap_or_default()),
            model: model.as_ref(),
            is_model_complete: match scope {
                Scope::Owner(_) => model.is_some(),
                Scope::Workspace(_) => !has_error(errors, &[Field::Model]),
            },
            credential: match credential {
                Some(credential) => DraftCredential::Given(credential),
                None if has_error(errors, CREDENTIAL_FIELDS) => DraftCredential::Invalid,
                None => DraftCredential::None,
            },
        }
    }

    /// The parts of `current` after the change `patch`, of which `errors` are the invalid parts.
    pub(super) fn from_change(
        tx: &Tx<'_>,
        current: &'a LlmConfig,
        patch: &'a ConfigPatch,
        errors: &FieldErrors,
    ) -> Self {
        let is_valid = |field| !has_error(errors, &[field]);
        let stored = &current.settings;
        let fingerprint = || current.secret.as_ref().map(|secret| secret.fingerprint);
        Self {
            name: Some(patch.name.as_ref().unwrap_or(&stored.name)).filter(|_| is_valid(Field::Name)),
            provider: Some(patch.provider.unwrap_or(stored.provider))
                .filter(|provider| is_valid(Field::Provider) && is_allowed(*provider, &current.scope)),
            endpoint: Some(patch.endpoint.as_ref().unwrap_or(&stored.endpoint))
                .filter(|_| is_valid(Field::Endpoint)),
            api_path: Some(patch.api_path.as_ref().unwrap_or(&stored.api_path).clone())
                .filter(|_| is_valid(Field::ApiPath)),
            model: match &patch.model {
                Patch::Keep => stored.model.as_ref(),
                Patch::Clear => None,
                Patch::Set(model) => Some(model),
            },
            is_model_complete: is_valid(Field::Model),
            credential: match &patch.credential {
                CredentialPatch::Replace(credential) => DraftCredential::Given(credential),
                CredentialPatch::Keep if has_error(errors, CREDENTIAL_FIELDS) => DraftCredential::Invalid,
                CredentialPatch::Keep => {
                    DraftCredential::Stored(fingerprint().unwrap_or_else(|| tx.credential_fingerprint(None)))
                }
                CredentialPatch::Remove => DraftCredential::None,
                // A draft has a whole credential or none.
                CredentialPatch::Parts(_) => DraftCredential::Invalid,
            },
        }
    }

    /// What the connection tells. An invalid credential makes no difference to the URLs.
    pub(super) fn connection_facts(&self) -> ConnectionFacts {
        let (Some(provider), Some(endpoint), Some(api_path)) = (self.provider, self.endpoint, &self.api_path)
        else {
            return ConnectionFacts::default();
        };
        let credential = match self.credential {
            DraftCredential::Given(credential) => Some(credential),
            DraftCredential::None | DraftCredential::Stored(_) | DraftCredential::Invalid => None,
        };
        let (auth, fault) = match Auth::new(provider, credential) {
            Ok((auth, _)) => (auth, None),
            Err(AuthError::Malformed(fault)) => (Auth::None, Some(fault.to_string())),
            // Only a call resolves them.
            Err(AuthError::UnresolvedReference | AuthError::OwnIdentity) => (Auth::None, None),
        };
        let (endpoint, api_path, model) = (endpoint.clone(), api_path.clone(), self.model.cloned());
        let target = ProviderTarget::owned(Target { provider, endpoint, api_path, model }, auth);
        let foreign = target.vendor_of_foreign_key().map(|vendor| {
            let name = vendor.name;
            format!("The key begins like a key of another vendor, `{name}`: check which key belongs here.")
        });
        ConnectionFacts {
            called_url: Some(target.called_url().into()),
            suggested_url: target.suggested_endpoint(),
            credential_note: fault.or(foreign),
        }
    }

    /// The connection and the fingerprint of the credential, if both are complete.
    pub(super) fn connection(&self, tx: &Tx<'_>) -> Option<(Connection<'_>, CredentialFingerprint)> {
        let credential = match self.credential {
            DraftCredential::Given(credential) => tx.credential_fingerprint(Some(credential)),
            DraftCredential::None => tx.credential_fingerprint(None),
            DraftCredential::Stored(fingerprint) => fingerprint,
            DraftCredential::Invalid => return None,
        };
        let connection = Connection {
            provider: self.provider?,
            endpoint: self.endpoint?,
            api_path: self.api_path.as_ref()?,
            model: self.model,
        };
        self.is_model_complete.then_some((connection, credential))
    }
}

fn is_allowed(provider: Provider, scope: &Scope) -> bool {
    Provider::allowed_in(scope).contains(&provider)
}
