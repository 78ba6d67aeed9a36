//! The names of configuration fields in this API.

use llm_config_core::field::Field;

/// The name of a field. Fields that this API does not have keep the core library's name.
pub(crate) const fn field_name(field: Field) -> &'static str {
    match field {
        Field::Name => "name",
        Field::Provider => "aiType",
        Field::Endpoint => "endpoint",
        Field::KeyId => "key",
        Field::SecretValue => "secret",
        Field::Description
        | Field::ApiPath
        | Field::Model
        | Field::Modalities
        | Field::Capabilities
        | Field::Sampling
        | Field::MaxTokens
        | Field::Temperature
        | Field::TopP
        | Field::TopK
        | Field::FrequencyPenalty
        | Field::PresencePenalty
        | Field::StopSequences
        | Field::ContextLength
        | Field::Labels
        | Field::ClientConfig
        | Field::Version
        | Field::MonitoringEndpoint
        | Field::Credential
        | Field::CredentialKind
        | Field::SecretReference
        | Field::HeaderName
        | Field::HeaderPrefix
        | Field::GcpScopes
        | Field::GcpQuotaProject => field.as_str(),
    }
}
