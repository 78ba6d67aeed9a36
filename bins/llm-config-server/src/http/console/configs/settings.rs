//! The settings that a person typed into the form of a configuration.

use std::collections::{BTreeMap, BTreeSet};

use llm_config_core::config::{Capabilities, Capability, UncheckedConfig, UncheckedSampling};
use llm_config_core::credential::UncheckedCredential;
use llm_config_core::field::{Field, FieldErrors};

use super::fields::name;
use crate::http::console::form::PostedForm;

/// A new configuration. Adds the errors that its own check cannot find.
pub(super) fn new_config(
    form: &PostedForm,
    credential: Option<UncheckedCredential>,
    errors: &mut FieldErrors,
) -> UncheckedConfig {
    let filled = |field| form.filled(name(field));
    let stated = capabilities(form);
    // Capabilities of which none is ticked follow from the model.
    let stated = if stated.is_empty() {
        BTreeMap::new()
    } else {
        Capability::ALL.into_iter().map(|one| (one, stated.contains(&one))).collect()
    };
    UncheckedConfig {
        name: filled(Field::Name),
        description: filled(Field::Description),
        provider: filled(Field::Provider),
        endpoint: filled(Field::Endpoint),
        api_path: filled(Field::ApiPath),
        model: filled(Field::Model),
        modalities: Some(modalities(form)).filter(|names| !names.is_empty()),
        capabilities: stated,
        sampling: sampling(form, errors),
        context_length: whole_number(form, Field::ContextLength, errors),
        labels: labels(form, errors),
        client_config: filled(Field::ClientConfig),
        version: filled(Field::Version),
        monitoring_endpoint: filled(Field::MonitoringEndpoint),
        credential,
    }
}

/// The modalities that are ticked.
pub(super) fn modalities(form: &PostedForm) -> Vec<String> {
    ticked(form, Field::Modalities).map(str::to_owned).collect()
}

/// The capabilities that are ticked.
pub(super) fn capabilities(form: &PostedForm) -> Capabilities {
    let names: BTreeSet<_> = ticked(form, Field::Capabilities).collect();
    Capability::ALL.into_iter().filter(|one| names.contains(one.as_str())).collect()
}

/// The values of checkboxes. The form has a hidden empty value, so that it says that it shows them.
fn ticked(form: &PostedForm, field: Field) -> impl Iterator<Item = &str> {
    form.values(name(field)).filter(|value| !value.is_empty())
}

/// The sampling parameters; `None` if none is filled in.
pub(super) fn sampling(form: &PostedForm, errors: &mut FieldErrors) -> Option<UncheckedSampling> {
    let stop = stop_sequences(form.value(name(Field::StopSequences)));
    let sampling = UncheckedSampling {
        max_tokens: whole_number(form, Field::MaxTokens, errors),
        temperature: number(form, Field::Temperature, errors),
        top_p: number(form, Field::TopP, errors),
        top_k: whole_number(form, Field::TopK, errors),
        frequency_penalty: number(form, Field::FrequencyPenalty, errors),
        presence_penalty: number(form, Field::PresencePenalty, errors),
        stop_sequences: Some(stop).filter(|stop| !stop.is_empty()),
    };
    (sampling != UncheckedSampling::default()).then_some(sampling)
}

/// The labels: one `key=value` in each line.
pub(super) fn labels(form: &PostedForm, errors: &mut FieldErrors) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for line in form.value(name(Field::Labels)).lines().filter(|line| !line.trim().is_empty()) {
        match line.split_once('=') {
            Some((key, value)) => {
                if labels.insert(key.trim().to_owned(), value.to_owned()).is_some() {
                    errors.add(Field::Labels, format_args!("has the key `{}` twice", key.trim()));
                }
            }
            None => errors.add(Field::Labels, "must have `key=value` in each line, such as `team=search`"),
        }
    }
    labels
}

/// A whole number; `None` if the field is empty, or after an error.
pub(super) fn whole_number(form: &PostedForm, field: Field, errors: &mut FieldErrors) -> Option<i64> {
    let text = form.filled(name(field))?;
    errors.keep(field, text.parse().map_err(|_| "must be a whole number"))
}

/// A number; `None` if the field is empty, or after an error.
fn number(form: &PostedForm, field: Field, errors: &mut FieldErrors) -> Option<f64> {
    let text = form.filled(name(field))?;
    errors.keep(field, text.parse().map_err(|_| "must be a number, such as `0.2`"))
}

/// The stop sequences of a text: one in each line, with `\n` for a line end and `\\` for a backslash.
fn stop_sequences(text: &str) -> Vec<String> {
    let unescape = |line: &str| {
        let mut sequence = String::new();
        let mut letters = line.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => match letters.next() {
                    Some('n') => sequence.push('\n'),
                    Some('t') => sequence.push('\t'),
                    Some('r') => sequence.push('\r'),
                    Some(other) => sequence.push(other),
                    None => sequence.push('\\'),
                },
                other => sequence.push(other),
            }
        }
        sequence
    };
    text.split('\n').filter(|line| !line.is_empty()).map(unescape).collect()
}

/// The text of which [`stop_sequences`] makes these.
pub(super) fn stop_sequences_text(sequences: &[String]) -> String {
    let escape = |sequence: &String| {
        let escaped = sequence.replace('\\', r"\\").replace('\n', r"\n");
        escaped.replace('\t', r"\t").replace('\r', r"\r")
    };
    sequences.iter().map(escape).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_sequences_of_their_text_are_the_same() {
        let sequences = ["\n\n".to_owned(), r"a\nb".to_owned(), "\tEND ".to_owned(), "\\".to_owned()];
        assert_eq!(stop_sequences(&stop_sequences_text(&sequences)), sequences);
    }

    #[test]
    fn labels_with_same_key_or_without_value_are_errors() {
        let form = PostedForm::parse(b"labels=a%3D1%0Aa%3D2%0Ab%0Ac%3Dx%3Dy");
        let mut errors = FieldErrors::default();
        assert_eq!(labels(&form, &mut errors)["c"], "x=y");
        assert_eq!(errors.len(), 2);
    }
}
