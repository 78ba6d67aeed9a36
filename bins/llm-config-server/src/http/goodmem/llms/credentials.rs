//! The credential in requests. Responses have none.

use std::collections::BTreeMap;

use llm_config_core::config::Labels;
use llm_config_core::credential::{
    Credential, GcpAdc, HeaderName, HeaderPrefix, UncheckedCredential, UncheckedSecret,
};
use llm_config_core::field::FieldErrors;
use llm_config_core::secret::SecretRef;
use zeroize::Zeroizing;

use crate::http::body::{Check, Object, Unchecked, request_body};
use crate::http::goodmem::field_names;
use crate::http::schema::enums::names;
use crate::http::schema::object::{absent, both, neither, present, with};
use crate::http::schema::value::{limited_text_map, list, not_blank, text};

const API_KEY: &str = CredentialKind::ApiKey.as_str();
const GCP_ADC: &str = CredentialKind::GcpAdc.as_str();

request_body! {
    /// A credential: a kind, and the member of that kind. It is stored encrypted and never returned.
    pub(crate) struct EndpointAuthentication {
        kind: CredentialKind,
        /// With `CREDENTIAL_KIND_API_KEY`.
        api_key: Option<ApiKeyAuth>,
        /// With `CREDENTIAL_KIND_GCP_ADC`.
        gcp_adc: Option<GcpAdcAuth>,
        /// Checked, but not stored.
        #[expect(dead_code, reason = "checked when it is read")]
        labels: Option<Labels>,
    }
    forbids(
        with("kind", &[API_KEY.into()], "apiKey", &absent()),
        with("kind", &[API_KEY.into()], "gcpAdc", &present()),
        with("kind", &[GCP_ADC.into()], "gcpAdc", &absent()),
        with("kind", &[GCP_ADC.into()], "apiKey", &present()),
    )
    rules(object) {
        match kind {
            Some(CredentialKind::ApiKey) => require_only(object, "apiKey", "gcpAdc"),
            Some(CredentialKind::GcpAdc) => require_only(object, "gcpAdc", "apiKey"),
            None => {}
        }
    }
}

names! {
    /// The kind of a credential.
    pub(crate) enum CredentialKind {
        ApiKey = "CREDENTIAL_KIND_API_KEY",
        GcpAdc = "CREDENTIAL_KIND_GCP_ADC",
    }
}

request_body! {
    /// A key in a header: either the key itself or a reference to it.
    pub(crate) struct ApiKeyAuth {
        /// The key. Excludes `secretRef`.
        inline_secret: Option<Zeroizing<String>>,
        /// The reference from which the server reads the key for every use. Excludes `inlineSecret`.
        secret_ref: Option<SecretReference>,
        /// Absent: `Authorization`.
        header_name: Option<Unchecked<HeaderName>>,
        /// The text before the key. Absent or empty: `Bearer ` in `Authorization`, nothing elsewhere. One
        /// space: nothing, in `Authorization` too.
        prefix: Option<Unchecked<HeaderPrefix>>,
    }
    forbids(both("inlineSecret", "secretRef"), neither("inlineSecret", "secretRef"))
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
        uri: Unchecked<SecretRef>,
        /// For the reader of the secret, such as `encoding: base64`.
        hints: Option<BTreeMap<String, String>>
            => |_| limited_text_map(SecretRef::HINT_LIMIT, SecretRef::HINT_TEXT_LIMIT).into(),
    }
    example {"uri": "vault://secret/data/llm#openai"}
}

request_body! {
    /// Credentials of the Google cloud that the server runs in.
    pub(crate) struct GcpAdcAuth {
        /// The OAuth scopes to request.
        scopes: Option<Vec<String>>
            => |_| list(not_blank(GcpAdc::TEXT_LIMIT)).max_items(Some(GcpAdc::SCOPE_LIMIT)).into(),
        /// The project to bill.
        quota_project_id: Option<String> => |_| text().max_length(Some(GcpAdc::TEXT_LIMIT)).into(),
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
            CredentialKind::ApiKey => api_key?.unchecked()?,
            CredentialKind::GcpAdc => {
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
                UncheckedSecret::Reference { uri: uri.0, hints: hints.unwrap_or_default() }
            }
            (None, None) => return None,
        };
        Some(UncheckedCredential::ApiKey {
            header: header_name.map(|name| name.0),
            prefix: prefix.map(|prefix| prefix.0),
            value,
        })
    }
}
