//! The fields of the form of a configuration, and the errors at them.

use llm_config_core::field::{Field, FieldError, FieldErrors};
use llm_config_service::Error;

use crate::http::console::form;

/// The fields that are not fields of the core.
pub(super) const SCOPE: &str = "scope";
pub(super) const REVISION: &str = "revision";
pub(super) const LAST_VERDICT: &str = "last-verdict";
pub(super) const CONFIRM_REJECTED: &str = "confirm-rejected";
pub(super) const CONFIRM_ENDPOINT: &str = "confirm-endpoint";

/// The value of [`LAST_VERDICT`] after a check that says that the configuration does not work.
pub(super) const REJECTED: &str = "rejected";

/// The name and id of a field in pages. A full stop would have a meaning in selectors.
pub(super) const fn name(field: Field) -> &'static str {
    match field {
        Field::Name => "name",
        Field::Description => "description",
        Field::Provider => "provider",
        Field::Endpoint => "endpoint",
        Field::ApiPath => "api_path",
        Field::Model => "model",
        Field::Modalities => "modalities",
        Field::Capabilities => "capabilities",
        Field::Sampling => "sampling",
        Field::MaxTokens => "sampling-max_tokens",
        Field::Temperature => "sampling-temperature",
        Field::TopP => "sampling-top_p",
        Field::TopK => "sampling-top_k",
        Field::FrequencyPenalty => "sampling-frequency_penalty",
        Field::PresencePenalty => "sampling-presence_penalty",
        Field::StopSequences => "sampling-stop_sequences",
        Field::ContextLength => "context_length",
        Field::Labels => "labels",
        Field::ClientConfig => "client_config",
        Field::Version => "version",
        Field::MonitoringEndpoint => "monitoring_endpoint",
        Field::Credential => "credential",
        Field::CredentialKind => "credential-kind",
        Field::SecretValue => "credential-secret",
        Field::SecretReference => "credential-reference",
        Field::HeaderName => "credential-header",
        Field::HeaderPrefix => "credential-prefix",
        Field::KeyId => "credential-key_id",
        Field::GcpScopes => "credential-scopes",
        Field::GcpQuotaProject => "credential-quota_project",
    }
}

/// The labels of the fields that the form has.
pub(super) const LABELS: &[(&str, &str)] = &[
    (SCOPE, "Belongs to"),
    (name(Field::Name), "Name"),
    (name(Field::Provider), "Provider"),
    (name(Field::Endpoint), "Endpoint"),
    (name(Field::Model), "Model"),
    (name(Field::CredentialKind), "Credential"),
    (name(Field::SecretValue), "Secret"),
    (name(Field::KeyId), "Access key id"),
    (name(Field::HeaderName), "Header"),
    (name(Field::HeaderPrefix), "Prefix"),
    (name(Field::SecretReference), "Reference"),
    (CONFIRM_ENDPOINT, "Confirmation of the endpoint"),
    (CONFIRM_REJECTED, "Confirmation"),
    (name(Field::Description), "Description"),
    (name(Field::Labels), "Labels"),
    (name(Field::ApiPath), "API path"),
    (name(Field::Version), "Version"),
    (name(Field::Modalities), "Modalities"),
    (name(Field::Capabilities), "Capabilities"),
    (name(Field::ContextLength), "Context length"),
    (name(Field::MaxTokens), "Most tokens"),
    (name(Field::Temperature), "Temperature"),
    (name(Field::TopP), "Top p"),
    (name(Field::TopK), "Top k"),
    (name(Field::FrequencyPenalty), "Frequency penalty"),
    (name(Field::PresencePenalty), "Presence penalty"),
    (name(Field::StopSequences), "Stop sequences"),
    (name(Field::ClientConfig), "Client config"),
    (name(Field::MonitoringEndpoint), "Monitoring endpoint"),
];

/// The selector of the elements with errors, which a response replaces one by one, so that the fields
/// themselves stay as they are typed.
pub(super) fn error_elements() -> String {
    LABELS.iter().map(|(name, _)| format!("#{name}-error")).collect::<Vec<_>>().join(",")
}

/// The errors under the names of the form, in the order of its fields.
pub(super) fn renamed(errors: FieldErrors) -> FieldErrors<String> {
    sorted(errors.renamed(|field| name(field).to_owned()))
}

/// The errors of fields that a use case found, or the error that is not about fields.
pub(super) fn field_errors(error: Error) -> Result<FieldErrors<String>, Error> {
    form::field_errors(error).map(|errors| sorted(errors.renamed(|field| field.replace('.', "-"))))
}

fn sorted(errors: FieldErrors<String>) -> FieldErrors<String> {
    let place = |error: &FieldError<String>| LABELS.iter().position(|(name, _)| *name == error.field);
    let mut errors: Vec<_> = errors.into_iter().collect();
    errors.sort_by_key(|error| place(error).unwrap_or(LABELS.len()));
    let mut sorted = FieldErrors::<String>::default();
    for FieldError { field, entry: _, message } in errors {
        sorted.add(field, message);
    }
    sorted
}

/// The label of a field.
pub(super) fn label(name: &str) -> &'static str {
    LABELS.iter().find(|(known, _)| *known == name).map_or("", |(_, label)| label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_is_that_of_the_core_without_full_stops() {
        for field in [Field::Name, Field::ApiPath, Field::TopP, Field::SecretValue, Field::GcpQuotaProject] {
            assert_eq!(name(field), field.as_str().replace('.', "-"));
        }
    }
}
