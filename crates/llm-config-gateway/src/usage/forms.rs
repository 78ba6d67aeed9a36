//! The forms of usage: which member reports which count.

use serde_json::value::RawValue;

use super::counts::Counts;
use crate::json_members::{for_each_element, for_each_member};

/// Chat completions, completions and embeddings of `OpenAI`.
pub(super) fn read_chat(json: &[u8]) -> Option<Counts> {
    let mut counts = Counts::NONE;
    let names = ["prompt_tokens", "completion_tokens", "prompt_tokens_details", "completion_tokens_details"];
    for_each_member(json, &names, |name, value| match name {
        "prompt_tokens" => set(&mut counts.input, value),
        "completion_tokens" => set(&mut counts.output, value),
        "prompt_tokens_details" => read_input_details(&mut counts, value),
        _ => read_output_details(&mut counts, value),
    })?;
    Some(counts)
}

/// Responses of `OpenAI`.
pub(super) fn read_responses(json: &[u8]) -> Option<Counts> {
    let mut counts = Counts::NONE;
    let names = ["input_tokens", "output_tokens", "input_tokens_details", "output_tokens_details"];
    for_each_member(json, &names, |name, value| match name {
        "input_tokens" => set(&mut counts.input, value),
        "output_tokens" => set(&mut counts.output, value),
        "input_tokens_details" => read_input_details(&mut counts, value),
        _ => read_output_details(&mut counts, value),
    })?;
    Some(counts)
}

/// Anthropic's messages.
pub(super) fn read_messages(json: &[u8]) -> Option<Counts> {
    let mut counts = Counts::NONE;
    let names = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens"];
    for_each_member(json, &names, |name, value| match name {
        "input_tokens" => set(&mut counts.input, value),
        "cache_creation_input_tokens" => set(&mut counts.cache_write, value),
        "cache_read_input_tokens" => set(&mut counts.cached, value),
        _ => set(&mut counts.output, value),
    })?;
    Some(counts)
}

/// `usageMetadata` of Gemini.
pub(super) fn read_gemini(json: &[u8]) -> Option<Counts> {
    let mut counts = Counts::NONE;
    let names = [
        "promptTokenCount",
        "cachedContentTokenCount",
        "toolUsePromptTokenCount",
        "candidatesTokenCount",
        "thoughtsTokenCount",
        "promptTokensDetails",
        "candidatesTokensDetails",
    ];
    for_each_member(json, &names, |name, value| match name {
        "promptTokenCount" => set(&mut counts.input, value),
        "cachedContentTokenCount" => set(&mut counts.cached, value),
        "toolUsePromptTokenCount" => set(&mut counts.tool_use, value),
        "candidatesTokenCount" => set(&mut counts.output, value),
        "thoughtsTokenCount" => set(&mut counts.reasoning, value),
        "promptTokensDetails" => counts.audio_in = audio_tokens(value).or(counts.audio_in),
        _ => counts.audio_out = audio_tokens(value).or(counts.audio_out),
    })?;
    Some(counts)
}

fn read_input_details(counts: &mut Counts, details: &RawValue) {
    let names = ["cached_tokens", "cache_write_tokens", "audio_tokens"];
    // Details that are no object report nothing; the totals beside them count.
    let _ = for_each_member(details.get().as_bytes(), &names, |name, value| match name {
        "cached_tokens" => set(&mut counts.cached, value),
        "cache_write_tokens" => set(&mut counts.cache_write, value),
        _ => set(&mut counts.audio_in, value),
    });
}

fn read_output_details(counts: &mut Counts, details: &RawValue) {
    let _ =
        for_each_member(details.get().as_bytes(), &["reasoning_tokens", "audio_tokens"], |name, value| {
            match name {
                "reasoning_tokens" => set(&mut counts.reasoning, value),
                _ => set(&mut counts.audio_out, value),
            }
        });
}

/// The tokens of the modality `AUDIO` in a list of Gemini, one element for each modality.
fn audio_tokens(details: &RawValue) -> Option<u64> {
    let mut sum = None;
    let _ =
        for_each_element(details.get().as_bytes(), |element| {
            let (mut is_audio, mut tokens) = (false, None);
            let _ = for_each_member(element.get().as_bytes(), &["modality", "tokenCount"], |name, value| {
                match name {
                    "modality" => is_audio = value.get() == r#""AUDIO""#,
                    _ => set(&mut tokens, value),
                }
            });
            if let (true, Some(tokens)) = (is_audio, tokens) {
                sum = Some(sum.unwrap_or(0_u64).saturating_add(tokens));
            }
        });
    sum
}

/// Sets a count from a JSON value, if that is a decimal number that fits.
fn set(count: &mut Option<u64>, value: &RawValue) {
    // Parsed from the text, because `1e400` as a number would be an error of the whole object.
    *count = value.get().parse().ok().or(*count);
}
