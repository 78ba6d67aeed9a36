//! The change of a configuration that a person typed: only what differs from what the form showed.

use llm_config_core::config::LlmConfig;
use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::patch::{LabelPatch, Patch, UncheckedPatch};

use super::credential::TypedCredential;
use super::fields::CONFIRM_ENDPOINT;
use super::settings::{capabilities, labels, modalities, sampling, whole_number};
use super::values::Typed;
use crate::http::console::form::PostedForm;

const SAMPLING: [Field; 7] = [
    Field::MaxTokens,
    Field::Temperature,
    Field::TopP,
    Field::TopK,
    Field::FrequencyPenalty,
    Field::PresencePenalty,
    Field::StopSequences,
];

/// The change of `config`, whose form showed `shown`. Adds the errors that its own check cannot find.
pub(super) fn change(
    form: &PostedForm,
    credential: &TypedCredential,
    config: &LlmConfig,
    (shown, reference): (&[(&'static str, String)], Option<&str>),
    errors: &mut FieldErrors,
) -> UncheckedPatch {
    let typed = Typed { form, shown };
    // A field that became empty is cleared.
    let clearable = |field| Patch::from_optional_text(typed.text(field));
    let has_other_sampling = SAMPLING.into_iter().any(|field| typed.text(field).is_some());
    // The person saw where the credential goes, and confirmed that it belongs there.
    let confirms = form.is_ticked(CONFIRM_ENDPOINT) && credential.has_secret();
    let confirmed = |stored: &str| confirms.then(|| stored.to_owned());
    let settings = &config.settings;
    UncheckedPatch {
        name: typed.text(Field::Name),
        description: clearable(Field::Description),
        provider: typed.text(Field::Provider),
        endpoint: typed.text(Field::Endpoint).or_else(|| confirmed(settings.endpoint.as_str())),
        api_path: typed.text(Field::ApiPath).or_else(|| confirmed(settings.api_path.as_str())),
        model: clearable(Field::Model),
        modalities: typed.has_other_boxes(Field::Modalities).then(|| modalities(form)),
        capabilities: typed.has_other_boxes(Field::Capabilities).then(|| capabilities(form)),
        sampling: if has_other_sampling {
            sampling(form, errors).map_or(Patch::Clear, Patch::Set)
        } else {
            Patch::Keep
        },
        context_length: clearable(Field::ContextLength)
            .and_then(|_| whole_number(form, Field::ContextLength, errors)),
        labels: match typed.text(Field::Labels) {
            Some(_) => LabelPatch::Replace(labels(form, errors)),
            None => LabelPatch::Keep,
        },
        client_config: clearable(Field::ClientConfig),
        version: clearable(Field::Version),
        monitoring_endpoint: clearable(Field::MonitoringEndpoint),
        credential: credential.for_change(config, reference, errors),
    }
}
