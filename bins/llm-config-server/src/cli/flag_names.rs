//! The names of configuration fields on the command line.

use llm_config_core::field::{Field, FieldError, FieldErrors};

/// The flag that sets a field.
pub(crate) const fn flag_name(field: Field) -> &'static str {
    match field {
        Field::Name => "--name",
        Field::Description => "--description",
        Field::Provider => "--provider",
        Field::Endpoint => "--endpoint",
        Field::ApiPath => "--api-path",
        Field::Model => "--model",
        Field::Modalities => "--modalities",
        Field::Capabilities => "--capabilities",
        Field::Sampling => "--sampling",
        Field::MaxTokens => "--sampling max_tokens",
        Field::Temperature => "--sampling temperature",
        Field::TopP => "--sampling top_p",
        Field::TopK => "--sampling top_k",
        Field::FrequencyPenalty => "--sampling frequency_penalty",
        Field::PresencePenalty => "--sampling presence_penalty",
        Field::StopSequences => "--sampling stop_sequences",
        Field::ContextLength => "--context-length",
        Field::Labels => "--label",
        Field::ClientConfig => "--client-config-file",
        Field::Version => "--model-version",
        Field::MonitoringEndpoint => "--monitoring-endpoint",
        Field::Credential | Field::CredentialKind | Field::SecretValue => "--secret-file",
        Field::SecretReference => "--reference",
        Field::HeaderName => "--header",
        Field::HeaderPrefix => "--prefix",
        Field::KeyId => "--key-id-file",
        Field::GcpScopes => "--google-scopes",
        Field::GcpQuotaProject => "--google-quota-project",
    }
}

/// All errors in one sentence, each after its flag.
pub(crate) fn sentence(errors: FieldErrors) -> String {
    let lines = errors.into_iter().map(|FieldError { field, entry, message }| match entry {
        Some(entry) => format!("`{}`, entry {}: {message}", flag_name(field), entry + 1),
        None => format!("`{}` {message}", flag_name(field)),
    });
    lines.collect::<Vec<_>>().join("; ")
}

/// The checked value; `None` after adding its errors.
pub(crate) fn keep<T>(checked: Result<T, FieldErrors>, errors: &mut FieldErrors) -> Option<T> {
    let added = match checked {
        Ok(value) => return Some(value),
        Err(added) => added,
    };
    errors.extend(added);
    None
}
