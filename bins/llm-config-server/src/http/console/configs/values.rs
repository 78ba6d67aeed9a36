//! The values that the form shows of a stored configuration.

use llm_config_core::config::{LlmConfig, Settings, UncheckedSampling};
use llm_config_core::field::Field;

use super::credential::CredentialChoice;
use super::fields::{REVISION, name};
use super::settings::stop_sequences_text;
use crate::http::console::form::PostedForm;
use crate::http::etag::revision;

/// The fields that the form shows, with their values. `reference` is the URI of a reference, for people who
/// may see it.
pub(super) fn shown(config: &LlmConfig, reference: Option<&str>) -> Vec<(&'static str, String)> {
    let Settings {
        name: display_name,
        provider,
        endpoint,
        api_path,
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
    } = &config.settings;
    let no_sampling = UncheckedSampling::default();
    let UncheckedSampling {
        max_tokens,
        temperature,
        top_p,
        top_k,
        frequency_penalty,
        presence_penalty,
        stop_sequences,
    } = sampling.as_ref().map_or(&no_sampling, |sampling| sampling.as_unchecked());
    let labels: Vec<_> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let choice = CredentialChoice::for_stored(config.secret.as_ref());
    let single = [
        (Field::Name, Some(display_name.as_str().to_owned())),
        (Field::Description, description.as_ref().map(|text| text.as_str().to_owned())),
        (Field::Provider, Some(provider.as_str().to_owned())),
        (Field::Endpoint, Some(endpoint.as_str().to_owned())),
        (Field::ApiPath, Some(api_path.as_str().to_owned())),
        (Field::Model, model.as_ref().map(|text| text.as_str().to_owned())),
        (Field::MaxTokens, max_tokens.map(|number| number.to_string())),
        (Field::Temperature, temperature.map(|number| number.to_string())),
        (Field::TopP, top_p.map(|number| number.to_string())),
        (Field::TopK, top_k.map(|number| number.to_string())),
        (Field::FrequencyPenalty, frequency_penalty.map(|number| number.to_string())),
        (Field::PresencePenalty, presence_penalty.map(|number| number.to_string())),
        (Field::StopSequences, stop_sequences.as_deref().map(stop_sequences_text)),
        (Field::ContextLength, context_length.map(|length| length.tokens().to_string())),
        (Field::Labels, Some(labels.join("\n"))),
        (Field::ClientConfig, client_config.as_ref().map(|json| json.as_json().to_owned())),
        (Field::Version, version.as_ref().map(|text| text.as_str().to_owned())),
        (Field::MonitoringEndpoint, monitoring_endpoint.as_ref().map(|url| url.as_str().to_owned())),
        (Field::CredentialKind, Some(choice.as_str().to_owned())),
        (Field::SecretReference, reference.map(str::to_owned)),
    ];
    let single = single.into_iter().map(|(field, value)| (name(field), value.unwrap_or_default()));
    let modalities =
        modalities.as_slice().iter().map(|one| (name(Field::Modalities), one.as_str().to_owned()));
    let capabilities = capabilities.iter().map(|one| (name(Field::Capabilities), one.as_str().to_owned()));
    single.chain(modalities).chain(capabilities).chain([(REVISION, revision(config))]).collect()
}

/// What a person typed instead of the values that were shown.
pub(super) struct Typed<'f> {
    pub(super) form: &'f PostedForm,
    pub(super) shown: &'f [(&'static str, String)],
}

impl Typed<'_> {
    /// The typed text of a field; `None` if the form does not show the field, or the text is the one that was
    /// shown.
    pub(super) fn text(&self, field: Field) -> Option<String> {
        let typed = self.form.values(name(field)).next()?;
        (normal(typed) != normal(&self.value(field))).then(|| typed.trim().to_owned())
    }

    /// Whether the form shows the field, and other boxes are ticked than were.
    pub(super) fn has_other_boxes(&self, field: Field) -> bool {
        let mut typed: Vec<_> = self.form.values(name(field)).collect();
        if typed.is_empty() {
            return false;
        }
        typed.retain(|value| !value.is_empty());
        let shown = self.shown.iter().filter(|(shown, _)| *shown == name(field));
        let mut shown: Vec<_> = shown.map(|(_, value)| value.as_str()).collect();
        typed.sort_unstable();
        shown.sort_unstable();
        typed != shown
    }

    fn value(&self, field: Field) -> String {
        let shown = self.shown.iter().find(|(shown, _)| *shown == name(field));
        shown.map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

/// A text as browsers send it: with their line ends, and without white space around it.
fn normal(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}
