//! The tokens of a call as its provider reports them, never an estimate.
//!
//! Sources: <https://platform.openai.com/docs/api-reference/chat/object>,
//! <https://platform.openai.com/docs/api-reference/responses/object>,
//! <https://platform.claude.com/docs/en/api/messages>,
//! <https://ai.google.dev/api/generate-content#UsageMetadata>.

mod counts;
mod forms;

use llm_config_providers::CallRoute;

use self::counts::Counts;
use crate::json_members::for_each_member;

/// The member in which Groq reports usage.
pub(crate) const GROQ: &str = "x_groq";

/// The tokens of one call. Numbers come from the provider and may be as large as the type allows; sums of
/// them must saturate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Input, cached tokens included.
    pub input: u64,
    /// The part of the input that a cache served.
    pub cached: u64,
    /// The part of the input that was written to a cache.
    pub cache_write: u64,
    /// Output, reasoning included.
    pub output: u64,
    /// The part of the output that is reasoning.
    pub reasoning: u64,
    /// The part of the input that is audio.
    pub audio_in: u64,
    /// The part of the output that is audio.
    pub audio_out: u64,
}

/// Which members report tokens, and what their totals are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UsageForm {
    /// `prompt_tokens` and `completion_tokens`.
    Chat,
    /// `prompt_tokens`; an embedding is no output.
    Embeddings,
    /// `input_tokens` and `output_tokens`; the input includes cached tokens.
    Responses,
    /// `input_tokens` and `output_tokens`; the input excludes cached tokens.
    Messages,
    /// `promptTokenCount` and `candidatesTokenCount`; these exclude the results of tools and thoughts.
    Gemini,
    /// `promptTokenCount`; an embedding is no output.
    GeminiEmbeddings,
    /// Nothing: to count tokens consumes none.
    NoConsumption,
}

/// Reads the usage of one call, which a stream may report in parts or several times.
pub(crate) struct UsageReader {
    form: UsageForm,
    counts: Counts,
}

impl UsageReader {
    /// A reader of usage in the form of the route's responses.
    #[must_use]
    pub(crate) const fn new(route: CallRoute) -> Self {
        let form = match route {
            CallRoute::ChatCompletions | CallRoute::Completions => UsageForm::Chat,
            CallRoute::Embeddings => UsageForm::Embeddings,
            CallRoute::Responses => UsageForm::Responses,
            CallRoute::Messages => UsageForm::Messages,
            CallRoute::GenerateContent | CallRoute::StreamGenerateContent => UsageForm::Gemini,
            CallRoute::EmbedContent | CallRoute::BatchEmbedContents => UsageForm::GeminiEmbeddings,
            CallRoute::MessagesCountTokens | CallRoute::CountTokens => UsageForm::NoConsumption,
        };
        Self { form, counts: Counts::NONE }
    }

    /// Takes a JSON object with counts. Counts are cumulative, so the last value of each field wins; an
    /// absent or null field erases nothing. Ignores numbers that are not integers of 64 bits without sign,
    /// texts, and JSON that is no object.
    pub(crate) fn read(&mut self, usage_json: &[u8]) {
        let counts = match self.form {
            UsageForm::Chat | UsageForm::Embeddings => forms::read_chat(usage_json),
            UsageForm::Responses => forms::read_responses(usage_json),
            UsageForm::Messages => forms::read_messages(usage_json),
            UsageForm::Gemini | UsageForm::GeminiEmbeddings => forms::read_gemini(usage_json),
            UsageForm::NoConsumption => None,
        };
        if let Some(counts) = counts {
            self.counts.merge(counts);
        }
    }

    /// Takes the usage that is a member of a JSON object.
    pub(crate) fn read_inside(&mut self, object: &[u8]) {
        let _ = for_each_member(object, &["usage"], |_, value| self.read(value.get().as_bytes()));
    }

    /// The usage that was reported; `None` if none was. A call that counts tokens consumes none whatever its
    /// response says.
    #[must_use]
    pub(crate) fn finish(&self) -> Option<Usage> {
        if self.form == UsageForm::NoConsumption {
            return Some(Usage::default());
        }
        if self.counts == Counts::NONE {
            return None;
        }
        let counts = self.counts.or_zero();
        let (input, output) = match self.form {
            UsageForm::Chat | UsageForm::Responses => (counts.input, counts.output),
            UsageForm::Embeddings | UsageForm::GeminiEmbeddings | UsageForm::NoConsumption => {
                (counts.input, 0)
            }
            UsageForm::Messages => {
                let input = counts.input.saturating_add(counts.cache_write).saturating_add(counts.cached);
                (input, counts.output)
            }
            UsageForm::Gemini => {
                (counts.input.saturating_add(counts.tool_use), counts.output.saturating_add(counts.reasoning))
            }
        };
        Some(Usage {
            input,
            cached: counts.cached,
            cache_write: counts.cache_write,
            output,
            reasoning: counts.reasoning,
            audio_in: counts.audio_in,
            audio_out: counts.audio_out,
        })
    }
}

#[cfg(test)]
mod tests;
