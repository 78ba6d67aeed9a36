//! The credential in requests. Responses have none.

use std::collections::BTreeMap;

use llm_config_core::config::Labels;
use llm_config_core::credential::{Credential, UncheckedCredential, UncheckedSecret};
use llm_config_core::field::FieldErrors;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::http::body::{Check, FromJson, Member, Object, request_body};
use crate::http::goodmem::field_names;

request_body! {
    /// A credential: a kind, and the member of that kind. It is stored encrypted and never returned.
    pub(crate) struct EndpointAuthentication {
        kind: CredentialKind,
        /// With `CREDENTIAL_KIND_API_KEY`.
        api_key: Option<ApiKeyAuth>,
        /// With `CREDENTIAL_KIND_GCP_ADC`.
        gcp_adc: Option<GcpAdcAuth>,
        /// Checked, but not stored.
        #[schema(value_type = Option<BTreeMap<String, String>>)]
        #[expect(dead_code, reason = "checked when it is read")]
        labels: Option<Labels>,
    }
    rules(object) {
        match kind {
            Some(CredentialKind::CredentialKindApiKey) => require_only(object, "apiKey", "gcpAdc"),
            Some(CredentialKind::CredentialKindGcpAdc) => require_only(object, "gcpAdc", "apiKey"),
            None => {}
        }
    }
}

/// The kind of a credential.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum CredentialKind {
    CredentialKindApiKey,
    CredentialKindGcpAdc,
}

request_body! {
    /// A key in a header: either the key itself or a reference to it.
    pub(crate) struct ApiKeyAuth {
        /// The key. Excludes `secretRef`.
        #[schema(value_type = Option<String>, write_only, format = Password)]
        inline_secret: Option<Zeroizing<String>>,
        /// The reference from which the server reads the key for every use. Excludes `inlineSecret`.
        secret_ref: Option<SecretReference>,
        /// Absent: `Authorization`.
        header_name: Option<String>,
        /// The text before the key. Absent or empty: `Bearer ` in `Authorization`, nothing elsewhere. One
        /// space: nothing, in `Authorization` too.
        prefix: Option<String>,
    }
    rules(object) {
        match (object.has("inlineSecret"), object.has("secretRef")) {
            (true, true) => object.own_error("must have only one of inlineSecret and secretRef"),
            (false, false) => object.own_error("must have one of inlineSecret and secretRef"),
            (true, false) | (false, true) => {}
        }
    }
}

request_body! {
    /// A reference to a secret in a secret store.
    pub(crate) struct SecretReference {
        #[schema(example = "vault://secret/data/llm#openai")]
        uri: String,
        hints: Option<BTreeMap<String, String>>,
    }
}

request_body! {
    /// Credentials of the Google cloud that the server runs in.
    pub(crate) struct GcpAdcAuth {
        scopes: Option<Vec<String>>,
        quota_project_id: Option<String>,
    }
}

impl FromJson for CredentialKind {
    fn from_json(member: Member<'_>) -> Option<Self> {
        let kind = match member.text().as_deref().map(String::as_str) {
            Some("CREDENTIAL_KIND_API_KEY") => Some(Self::CredentialKindApiKey),
            Some("CREDENTIAL_KIND_GCP_ADC") => Some(Self::CredentialKindGcpAdc),
            Some(_) | None => None,
        };
        member.expect(kind, "must be CREDENTIAL_KIND_API_KEY or CREDENTIAL_KIND_GCP_ADC")
    }

    fn absent() -> Result<Self, &'static str> {
        Err("is required and must be CREDENTIAL_KIND_API_KEY or CREDENTIAL_KIND_GCP_ADC")
    }
}

/// Requires the member of the kind and refuses the other one.
fn require_only(object: &mut Object<'_>, member: &str, other: &str) {
    if object.has(other) {
        object.error(other, "is not allowed for this kind");
    } else if !object.has(member) {
        object.error(member, "is required for this kind");
    }
}

impl Check for EndpointAuthentication {
    type Checked = Credential;

    fn check(self, object: &mut Object<'_>) -> Option<Credential> {
        let Self { kind, api_key, gcp_adc, labels: _ } = self;
        let unchecked = match kind {
            CredentialKind::CredentialKindApiKey => api_key?.unchecked()?,
            CredentialKind::CredentialKindGcpAdc => {
                let GcpAdcAuth { scopes, quota_project_id } = gcp_adc?;
                let scopes = scopes.unwrap_or_default();
                UncheckedCredential::GcpAdc { scopes, quota_project: quota_project_id }
            }
        };
        let mut errors = FieldErrors::default();
        let credential = unchecked.check(&mut errors);
        let checked = if errors.is_empty() { Ok(credential) } else { Err(errors) };
        object.check_fields(checked, field_names::field_name).flatten()
    }
}

impl ApiKeyAuth {
    fn unchecked(self) -> Option<UncheckedCredential> {
        let Self { inline_secret, secret_ref, header_name, prefix } = self;
        let value = match (inline_secret, secret_ref) {
            (Some(secret), _) => UncheckedSecret::Inline(secret),
            (None, Some(SecretReference { uri, hints })) => {
                UncheckedSecret::Reference { uri, hints: hints.unwrap_or_default() }
            }
            (None, None) => return None,
        };
        Some(UncheckedCredential::ApiKey { header: header_name, prefix, value })
    }
}
