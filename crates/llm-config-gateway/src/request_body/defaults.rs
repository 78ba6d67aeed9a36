//! The stored sampling parameters that a body lacks, in the spelling of its route.

use llm_config_core::config::UncheckedSampling;
use llm_config_providers::CallRoute;
use serde::Serialize;

use super::additions::Additions;
use super::field::{Field, FieldSet};
use crate::request_body::SpliceRules;

/// The names of the output limit: a client that sets one of them has decided.
const OUTPUT_LIMITS: &[Field] = &[Field::MaxTokens, Field::MaxCompletionTokens, Field::MaxOutputTokens];

/// Adds the stored parameters that the client did not set, not even to null.
///
/// The limit of tokens is no sampling parameter: models that take none of those take it, and Anthropic
/// requires it. `stop` is one: `OpenAI`'s reasoning models refuse it
/// (<https://platform.openai.com/docs/api-reference/chat/create>). All of Anthropic's models take
/// `stop_sequences`.
pub(super) fn add_defaults(
    route: CallRoute,
    present: FieldSet,
    rules: &SpliceRules<'_>,
    additions: &mut Additions,
) -> serde_json::Result<()> {
    let Some(defaults) = rules.defaults else { return Ok(()) };
    let UncheckedSampling {
        max_tokens,
        temperature,
        top_p,
        top_k,
        frequency_penalty,
        presence_penalty,
        stop_sequences,
    } = defaults.as_unchecked();
    let mut defaults = Defaults { present, additions };
    let sampled = rules.takes_sampling;
    match route {
        CallRoute::ChatCompletions | CallRoute::Completions | CallRoute::Responses => {
            let (limit, is_responses) = (limit_name(route, rules), matches!(route, CallRoute::Responses));
            defaults.add(limit, max_tokens.as_ref(), OUTPUT_LIMITS)?;
            defaults.add(Field::Temperature, temperature.as_ref().filter(|_| sampled), &[])?;
            defaults.add(Field::TopP, top_p.as_ref().filter(|_| sampled), &[])?;
            // `responses` has no fields for the penalties and for stop sequences.
            let has_all = sampled && !is_responses;
            defaults.add(Field::FrequencyPenalty, frequency_penalty.as_ref().filter(|_| has_all), &[])?;
            defaults.add(Field::PresencePenalty, presence_penalty.as_ref().filter(|_| has_all), &[])?;
            defaults.add(Field::Stop, stop_sequences.as_ref().filter(|_| has_all), &[])?;
            defaults.add(Field::TopK, top_k.as_ref().filter(|_| sampled && rules.takes_top_k), &[])
        }
        CallRoute::Messages => {
            defaults.add(Field::MaxTokens, max_tokens.as_ref(), &[])?;
            defaults.add(Field::Temperature, temperature.as_ref().filter(|_| sampled), &[])?;
            defaults.add(Field::TopP, top_p.as_ref().filter(|_| sampled), &[])?;
            defaults.add(Field::TopK, top_k.as_ref().filter(|_| sampled), &[])?;
            defaults.add(Field::StopSequences, stop_sequences.as_ref(), &[])
        }
        CallRoute::Embeddings
        | CallRoute::MessagesCountTokens
        | CallRoute::GenerateContent
        | CallRoute::StreamGenerateContent
        | CallRoute::CountTokens
        | CallRoute::EmbedContent
        | CallRoute::BatchEmbedContents => Ok(()),
    }
}

/// The name of the output limit in a route of the `OpenAI` dialect.
fn limit_name(route: CallRoute, rules: &SpliceRules<'_>) -> Field {
    if matches!(route, CallRoute::Responses) {
        Field::MaxOutputTokens
    } else if rules.renames_max_tokens && matches!(route, CallRoute::ChatCompletions) {
        Field::MaxCompletionTokens
    } else {
        Field::MaxTokens
    }
}

struct Defaults<'a> {
    present: FieldSet,
    additions: &'a mut Additions,
}

impl Defaults<'_> {
    /// Adds a value that is stored, unless the client set the field or one of its siblings.
    fn add(
        &mut self,
        field: Field,
        value: Option<&impl Serialize>,
        siblings: &[Field],
    ) -> serde_json::Result<()> {
        let is_set = self.present.has(field) || siblings.iter().any(|sibling| self.present.has(*sibling));
        match value.filter(|_| !is_set) {
            Some(value) => self.additions.add(field.as_str(), value),
            None => Ok(()),
        }
    }
}
