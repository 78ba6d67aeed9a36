//! What requests about LLMs consist of, for the document. Bodies are read member by member
//! elsewhere; a test holds both together.
#![expect(dead_code, reason = "these types describe and are never made")]

use std::collections::BTreeMap;

use utoipa::{IntoParams, ToSchema};

use super::super::openapi::names::{ModalityName, ProviderType};

/// A new LLM.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = LLMCreationRequest, example = json!({
    "displayName": "GPT-4o mini", "providerType": "OPENAI", "endpointUrl": "https://api.openai.com/v1",
    "modelIdentifier": "gpt-4o-mini", "labels": {"env": "dev"},
    "credentials": {
        "kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": "the key that the provider gave you"},
    },
}))]
pub(in crate::http) struct LlmCreationRequest {
    /// Not blank.
    #[schema(min_length = 1, max_length = 255)]
    display_name: String,
    #[schema(max_length = 4096)]
    description: Option<String>,
    provider_type: ProviderType,
    /// The address to call: http or https, without a user name, a fragment and secrets in the query.
    #[schema(max_length = 2048)]
    endpoint_url: String,
    /// What follows the address; left out or blank: `/chat/completions`.
    #[schema(max_length = 1024)]
    api_path: Option<String>,
    #[schema(min_length = 1, max_length = 512)]
    model_identifier: String,
    /// Left out or empty: TEXT.
    supported_modalities: Option<Vec<ModalityName>>,
    credentials: Option<EndpointAuthentication>,
    /// At most 20; keys consist of `a-z`, `0-9`, `.`, `_` and `-`; keys and values have at most 255
    /// characters.
    labels: Option<BTreeMap<String, String>>,
    #[schema(max_length = 64)]
    version: Option<String>,
    /// An address.
    monitoring_endpoint: Option<String>,
    capabilities: Option<Capabilities>,
    default_sampling_params: Option<Sampling>,
    #[schema(minimum = 1)]
    max_context_length: Option<i32>,
    /// Kept as it is sent, at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    client_config: Option<()>,
    /// Who will own it; left out: the caller.
    #[schema(format = Uuid)]
    owner_id: Option<String>,
    /// Chosen by the client; one that is in use is a 409.
    #[schema(format = Uuid)]
    llm_id: Option<String>,
    /// Not supported: goes with a provider that this server does not offer. Anything but null is refused.
    #[schema(value_type = Option<String>)]
    dashscope_api_dialect: Option<String>,
}

/// A change of an LLM: what is left out or null stays. At least one member must be given.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = LLMUpdateRequest, example = json!({
    "displayName": "GPT-4o mini, second line", "mergeLabels": {"team": "search"},
}))]
pub(in crate::http) struct LlmUpdateRequest {
    #[schema(min_length = 1, max_length = 255)]
    display_name: Option<String>,
    /// The empty string clears it.
    #[schema(max_length = 4096)]
    description: Option<String>,
    /// Another scheme, host or port needs `credentials` with `inlineSecret` in the same request.
    #[schema(max_length = 2048)]
    endpoint_url: Option<String>,
    /// Blank restores `/chat/completions`.
    #[schema(max_length = 1024)]
    api_path: Option<String>,
    #[schema(min_length = 1, max_length = 512)]
    model_identifier: Option<String>,
    /// Replaces the set; an empty list changes nothing.
    supported_modalities: Option<Vec<ModalityName>>,
    credentials: Option<EndpointAuthentication>,
    /// The empty string clears it.
    #[schema(max_length = 64)]
    version: Option<String>,
    /// The empty string clears it.
    monitoring_endpoint: Option<String>,
    /// Replaces all flags: one that is left out is off.
    capabilities: Option<Capabilities>,
    /// Replaces the whole set.
    default_sampling_params: Option<Sampling>,
    #[schema(minimum = 1)]
    max_context_length: Option<i32>,
    /// Replaces the whole object.
    #[schema(value_type = Option<Object>)]
    client_config: Option<()>,
    /// All labels from now on; excludes `mergeLabels`.
    replace_labels: Option<BTreeMap<String, String>>,
    /// Labels to add or to change; excludes `replaceLabels`.
    merge_labels: Option<BTreeMap<String, String>>,
    /// Not supported: goes with a provider that this server does not offer. Anything but null is refused.
    dashscope_api_dialect: Option<String>,
}

/// A credential: a kind, and the member of that kind. It is stored encrypted and never returned.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct EndpointAuthentication {
    kind: CredentialKind,
    /// With `CREDENTIAL_KIND_API_KEY`.
    api_key: Option<ApiKeyAuth>,
    /// With `CREDENTIAL_KIND_GCP_ADC`.
    gcp_adc: Option<GcpAdcAuth>,
    /// Checked and not kept: nothing reads them.
    labels: Option<BTreeMap<String, String>>,
}

/// What a credential is.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum CredentialKind {
    CredentialKindApiKey,
    CredentialKindGcpAdc,
}

/// A key in a header; either itself or where to find it.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct ApiKeyAuth {
    /// The key. Excludes `secretRef`.
    #[schema(write_only, format = Password)]
    inline_secret: Option<String>,
    /// Where the key is when it is needed. Excludes `inlineSecret`.
    secret_ref: Option<SecretReference>,
    /// Left out: `Authorization`.
    header_name: Option<String>,
    /// What precedes the key; left out: `Bearer ` in `Authorization`, nothing elsewhere.
    prefix: Option<String>,
}

/// A name for a secret that is kept elsewhere.
#[derive(ToSchema)]
pub(super) struct SecretReference {
    #[schema(example = "vault://secret/data/llm#openai")]
    uri: String,
    hints: Option<BTreeMap<String, String>>,
}

/// Credentials of the Google cloud that the server runs in.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = GcpAdcAuth)]
pub(super) struct GcpAdcAuth {
    scopes: Option<Vec<String>>,
    quota_project_id: Option<String>,
}

/// What an LLM can do.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = LLMCapabilitiesRequest)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub(super) struct Capabilities {
    supports_chat: Option<bool>,
    supports_completion: Option<bool>,
    supports_function_calling: Option<bool>,
    supports_system_messages: Option<bool>,
    supports_streaming: Option<bool>,
    supports_sampling_parameters: Option<bool>,
}

/// Sampling parameters for calls that bring none.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = LLMSamplingParamsRequest)]
pub(super) struct Sampling {
    #[schema(minimum = 1)]
    max_tokens: Option<i32>,
    #[schema(minimum = 0, maximum = 2)]
    temperature: Option<f64>,
    #[schema(minimum = 0, maximum = 1)]
    top_p: Option<f64>,
    #[schema(minimum = 1)]
    top_k: Option<i32>,
    #[schema(minimum = -2, maximum = 2)]
    frequency_penalty: Option<f64>,
    #[schema(minimum = -2, maximum = 2)]
    presence_penalty: Option<f64>,
    /// Each of at most 100 characters.
    #[schema(max_items = 10)]
    stop_sequences: Option<Vec<String>>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LlmFilters {
    /// Only LLMs of this user. Without the right to list those of others: ignored.
    #[param(rename = "ownerId", format = Uuid)]
    owner: Option<String>,
    /// The same as `ownerId`.
    #[param(rename = "owner_id", format = Uuid)]
    owner_in_snake_case: Option<String>,
    /// Only LLMs of this provider, in capital or small letters.
    #[param(rename = "providerType")]
    provider: Option<ProviderType>,
    /// The same as `providerType`.
    #[param(rename = "provider_type")]
    provider_in_snake_case: Option<ProviderType>,
    /// Only LLMs with these labels, as `label[KEY]=VALUE`; `label.KEY=VALUE` is the same.
    #[param(style = DeepObject, explode = true)]
    label: Option<BTreeMap<String, String>>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Inclusion {
    /// Refused with 403 when true: credentials are never returned.
    #[param(rename = "includeCredentials")]
    credentials: Option<bool>,
    /// The same as `includeCredentials`.
    #[param(rename = "include_credentials")]
    credentials_in_snake_case: Option<bool>,
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use llm_config_core::id::PrincipalId;

    use super::super::llm_request;
    use super::*;
    use crate::http::asked::{check, check_refused};

    const KEY: &str = r#"{"credentials": {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"secretRef": {}}},
        "capabilities": {}, "defaultSamplingParams": {}}"#;
    const ADC: &str = r#"{"credentials": {"kind": "CREDENTIAL_KIND_GCP_ADC", "gcpAdc": {}}}"#;

    #[test]
    fn llm_bodies_have_the_described_members() {
        let request = TestRequest::default().to_http_request();
        let caller = PrincipalId::new(uuid::Uuid::nil());
        check::<LlmCreationRequest>(&[KEY, ADC], |body| drop(llm_request::create(&request, body, caller)));
        check::<LlmUpdateRequest>(&[KEY, ADC], |body| drop(llm_request::update(&request, body)));
    }

    #[test]
    fn llm_bodies_have_no_other_members() {
        let request = TestRequest::default().to_http_request();
        let caller = PrincipalId::new(uuid::Uuid::nil());
        let other =
            |body: &str| body.replace("{}", r#"{"other": null}"#).replacen('{', r#"{"other": null, "#, 1);
        for (body, count) in [(KEY, 4), (ADC, 2)] {
            let body = other(body);
            check_refused(count, llm_request::create(&request, body.as_bytes(), caller));
            check_refused(count, llm_request::update(&request, body.as_bytes()));
        }
    }
}
