//! Default sampling parameters and their ranges.
//!
//! The ranges are those in the documentation of the older `/v1/llms` client.

use std::fmt;
use std::ops::RangeInclusive;

use crate::field::{Field, FieldErrors};
use crate::text::StopSequence;

/// Unchecked sampling parameters.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct UncheckedSampling {
    /// The maximum number of tokens to generate: 1 to 2,147,483,647.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub max_tokens: Option<i64>,
    /// Randomness: 0 to 2.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub temperature: Option<f64>,
    /// Nucleus sampling: 0 to 1.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub top_p: Option<f64>,
    /// The number of candidate tokens: 1 to 2,147,483,647.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub top_k: Option<i64>,
    /// Frequency penalty: -2 to 2.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub frequency_penalty: Option<f64>,
    /// Presence penalty: -2 to 2.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub presence_penalty: Option<f64>,
    /// Texts that end the generation: at most 10.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub stop_sequences: Option<Vec<String>>,
}

/// Sampling parameters within their ranges. Each is optional.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "UncheckedSampling", into = "UncheckedSampling"))]
pub struct SamplingParams(UncheckedSampling);

impl SamplingParams {
    /// The range of `max_tokens` and of `top_k`.
    pub const TOKENS: RangeInclusive<i64> = 1..=i32::MAX as i64;

    /// The range of `temperature`.
    pub const TEMPERATURE: RangeInclusive<f64> = 0.0..=2.0;

    /// The range of `top_p`.
    pub const TOP_P: RangeInclusive<f64> = 0.0..=1.0;

    /// The range of `frequency_penalty` and of `presence_penalty`.
    pub const PENALTY: RangeInclusive<f64> = -2.0..=2.0;

    /// The maximum number of stop sequences.
    pub const STOP_SEQUENCE_LIMIT: usize = 10;

    /// The parameters.
    #[must_use]
    pub fn as_unchecked(&self) -> &UncheckedSampling {
        &self.0
    }
}

impl TryFrom<UncheckedSampling> for SamplingParams {
    type Error = FieldErrors;

    fn try_from(unchecked: UncheckedSampling) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let UncheckedSampling {
            max_tokens,
            temperature,
            top_p,
            top_k,
            frequency_penalty,
            presence_penalty,
            stop_sequences,
        } = &unchecked;
        for (field, value) in [(Field::MaxTokens, max_tokens), (Field::TopK, top_k)] {
            in_range(&mut errors, field, value.as_ref(), &Self::TOKENS);
        }
        for (field, value, range) in [
            (Field::Temperature, temperature, Self::TEMPERATURE),
            (Field::TopP, top_p, Self::TOP_P),
            (Field::FrequencyPenalty, frequency_penalty, Self::PENALTY),
            (Field::PresencePenalty, presence_penalty, Self::PENALTY),
        ] {
            in_range(&mut errors, field, value.as_ref(), &range);
        }
        stop_sequences_in_limits(&mut errors, stop_sequences.as_deref().unwrap_or_default());
        if errors.is_empty() { Ok(Self(unchecked)) } else { Err(errors) }
    }
}

impl From<SamplingParams> for UncheckedSampling {
    fn from(params: SamplingParams) -> Self {
        params.0
    }
}

fn in_range<T: PartialOrd + fmt::Display>(
    errors: &mut FieldErrors,
    field: Field,
    value: Option<&T>,
    range: &RangeInclusive<T>,
) {
    if value.is_some_and(|value| !range.contains(value)) {
        errors.add(field, format_args!("must be from {} to {}", range.start(), range.end()));
    }
}

fn stop_sequences_in_limits(errors: &mut FieldErrors, sequences: &[String]) {
    if sequences.len() > SamplingParams::STOP_SEQUENCE_LIMIT {
        let (limit, length) = (SamplingParams::STOP_SEQUENCE_LIMIT, sequences.len());
        let message = format_args!("must have at most {limit} entries, but has {length}");
        errors.add(Field::StopSequences, message);
    }
    errors.keep_entries(Field::StopSequences, sequences.iter().map(|text| text.parse::<StopSequence>()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(unchecked: UncheckedSampling, expected: &str) {
        let found = SamplingParams::try_from(unchecked).err().unwrap_or_default().to_string();
        assert_eq!(found, expected);
    }

    #[test]
    fn check_with_boundary_values_is_accepted() {
        for edge in [0.0, 1.0] {
            let unchecked =
                UncheckedSampling { top_p: Some(edge), temperature: Some(2.0 * edge), ..Default::default() };
            check(unchecked, "");
        }
        check(
            UncheckedSampling { max_tokens: Some(i64::from(i32::MAX)), top_k: Some(1), ..Default::default() },
            "",
        );
    }

    #[test]
    fn check_with_values_out_of_range_reports_each() {
        check(
            UncheckedSampling {
                max_tokens: Some(0),
                temperature: Some(2.1),
                top_p: Some(f64::NAN),
                presence_penalty: Some(-2.5),
                ..Default::default()
            },
            "`sampling.max_tokens` must be from 1 to 2147483647; `sampling.temperature` must be from 0 to 2; \
             `sampling.top_p` must be from 0 to 1; `sampling.presence_penalty` must be from -2 to 2",
        );
    }

    #[test]
    fn check_with_too_many_or_blank_stop_sequences_is_rejected() {
        let stop =
            |texts: Vec<String>| UncheckedSampling { stop_sequences: Some(texts), ..Default::default() };
        check(stop(vec!["\n\n".into(), "END".into()]), "");
        check(
            stop(vec!["x".into(); 11]),
            "`sampling.stop_sequences` must have at most 10 entries, but has 11",
        );
        check(stop(vec![String::new()]), "`sampling.stop_sequences[0]` must not be blank");
    }
}
