//! Default sampling parameters and their ranges.
//!
//! The ranges are those that the older `/v1/llms` client documents.

use std::fmt;
use std::ops::RangeInclusive;

use crate::text::StopSequence;
use crate::violation::{Field, Violations};

/// The most stop sequences.
pub const STOP_SEQUENCE_LIMIT: usize = 10;

/// Sampling parameters as somebody wrote them, in any range.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct SamplingDraft {
    /// The most tokens to generate: 1 to 2,147,483,647.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub max_tokens: Option<i64>,
    /// Randomness: 0 to 2.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub temperature: Option<f64>,
    /// Nucleus sampling: 0 to 1.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub top_p: Option<f64>,
    /// Candidates considered: 1 to 2,147,483,647.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub top_k: Option<i64>,
    /// Penalty by frequency: -2 to 2.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub frequency_penalty: Option<f64>,
    /// Penalty by presence: -2 to 2.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub presence_penalty: Option<f64>,
    /// Texts that end the generation: at most 10.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub stop_sequences: Option<Vec<String>>,
}

/// Sampling parameters within their ranges; every one optional.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "SamplingDraft", into = "SamplingDraft"))]
pub struct SamplingParams(SamplingDraft);

impl SamplingParams {
    /// The parameters, now known to be in range.
    #[must_use]
    pub fn as_draft(&self) -> &SamplingDraft {
        &self.0
    }
}

impl TryFrom<SamplingDraft> for SamplingParams {
    type Error = Violations;

    fn try_from(draft: SamplingDraft) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let SamplingDraft {
            max_tokens,
            temperature,
            top_p,
            top_k,
            frequency_penalty,
            presence_penalty,
            stop_sequences,
        } = &draft;
        for (field, value) in [(Field::MaxTokens, max_tokens), (Field::TopK, top_k)] {
            in_range(&mut violations, field, value.as_ref(), &(1..=i64::from(i32::MAX)));
        }
        for (field, value, range) in [
            (Field::Temperature, temperature, 0.0..=2.0),
            (Field::TopP, top_p, 0.0..=1.0),
            (Field::FrequencyPenalty, frequency_penalty, -2.0..=2.0),
            (Field::PresencePenalty, presence_penalty, -2.0..=2.0),
        ] {
            in_range(&mut violations, field, value.as_ref(), &range);
        }
        stop_sequences_in_limits(&mut violations, stop_sequences.as_deref().unwrap_or_default());
        if violations.is_empty() { Ok(Self(draft)) } else { Err(violations) }
    }
}

impl From<SamplingParams> for SamplingDraft {
    fn from(params: SamplingParams) -> Self {
        params.0
    }
}

fn in_range<T: PartialOrd + fmt::Display>(
    violations: &mut Violations,
    field: Field,
    value: Option<&T>,
    range: &RangeInclusive<T>,
) {
    if value.is_some_and(|value| !range.contains(value)) {
        violations.add(field, format_args!("must be from {} to {}", range.start(), range.end()));
    }
}

fn stop_sequences_in_limits(violations: &mut Violations, sequences: &[String]) {
    if sequences.len() > STOP_SEQUENCE_LIMIT {
        let message =
            format_args!("must have at most {STOP_SEQUENCE_LIMIT} entries, but has {}", sequences.len());
        violations.add(Field::StopSequences, message);
    }
    for (n, sequence) in sequences.iter().enumerate() {
        if let Err(error) = sequence.parse::<StopSequence>() {
            violations.add(Field::StopSequences, format_args!("entry {}: {error}", n + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(draft: SamplingDraft, expected: &str) {
        let found = SamplingParams::try_from(draft).err().unwrap_or_default().to_string();
        assert_eq!(found, expected);
    }

    #[test]
    fn values_at_the_ends_of_their_ranges_are_taken() {
        for edge in [0.0, 1.0] {
            let draft =
                SamplingDraft { top_p: Some(edge), temperature: Some(2.0 * edge), ..Default::default() };
            check(draft, "");
        }
        check(
            SamplingDraft { max_tokens: Some(i64::from(i32::MAX)), top_k: Some(1), ..Default::default() },
            "",
        );
    }

    #[test]
    fn every_value_out_of_range_is_named() {
        check(
            SamplingDraft {
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
    fn stop_sequences_are_few_short_and_may_be_line_breaks() {
        let stop = |it: Vec<String>| SamplingDraft { stop_sequences: Some(it), ..Default::default() };
        check(stop(vec!["\n\n".into(), "END".into()]), "");
        check(
            stop(vec!["x".into(); 11]),
            "`sampling.stop_sequences` must have at most 10 entries, but has 11",
        );
        check(stop(vec![String::new()]), "`sampling.stop_sequences` entry 1: must not be blank");
    }
}
