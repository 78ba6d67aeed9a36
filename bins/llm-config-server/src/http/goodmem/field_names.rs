//! The names of configuration fields in this API.

use llm_config_core::field::Field;

/// The path of a field in bodies.
pub(crate) const fn field_name(field: Field) -> &'static str {
    match field {
        Field::Name => "displayName",
        Field::Description => "description",
        Field::Provider => "providerType",
        Field::Endpoint => "endpointUrl",
        Field::ApiPath => "apiPath",
        Field::Model => "modelIdentifier",
        Field::Modalities => "supportedModalities",
        Field::Capabilities => "capabilities",
        Field::Sampling => "defaultSamplingParams",
        Field::MaxTokens => "defaultSamplingParams.maxTokens",
        Field::Temperature => "defaultSamplingParams.temperature",
        Field::TopP => "defaultSamplingParams.topP",
        Field::TopK => "defaultSamplingParams.topK",
        Field::FrequencyPenalty => "defaultSamplingParams.frequencyPenalty",
        Field::PresencePenalty => "defaultSamplingParams.presencePenalty",
        Field::StopSequences => "defaultSamplingParams.stopSequences",
        Field::ContextLength => "maxContextLength",
        Field::Labels => "labels",
        Field::ClientConfig => "clientConfig",
        Field::Version => "version",
        Field::MonitoringEndpoint => "monitoringEndpoint",
        Field::Credential => "credentials",
        Field::CredentialKind => "credentials.kind",
        Field::SecretValue => "credentials.apiKey.inlineSecret",
        Field::SecretReference => "credentials.apiKey.secretRef.uri",
        Field::HeaderName => "credentials.apiKey.headerName",
        Field::HeaderPrefix => "credentials.apiKey.prefix",
        Field::KeyId => "credentials.keyId",
        Field::GcpScopes => "credentials.gcpAdc.scopes",
        Field::GcpQuotaProject => "credentials.gcpAdc.quotaProjectId",
    }
}
