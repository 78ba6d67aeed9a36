//! The sampling parameters of requests and responses.

use llm_config_core::config::{SamplingParams, UncheckedSampling};
use llm_config_core::text::StopSequence;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::body::{Check, Lenient, Object, Unchecked, request_body};
use crate::http::goodmem::field_names;
use crate::http::schema::value::{in_range, max_items, small_integer};

request_body! {
    /// Sampling parameters for calls without their own.
    pub(crate) struct SamplingRequest as LLMSamplingParamsRequest {
        max_tokens: Option<Lenient<i64>> => |_| small_integer(&SamplingParams::TOKENS).into(),
        temperature: Option<Lenient<f64>> => in_range(&SamplingParams::TEMPERATURE),
        top_p: Option<Lenient<f64>> => in_range(&SamplingParams::TOP_P),
        top_k: Option<i64> => |_| small_integer(&SamplingParams::TOKENS).into(),
        frequency_penalty: Option<f64> => in_range(&SamplingParams::PENALTY),
        presence_penalty: Option<f64> => in_range(&SamplingParams::PENALTY),
        /// Texts at which the generation stops.
        stop_sequences: Option<Vec<Unchecked<StopSequence>>>
            => max_items(SamplingParams::STOP_SEQUENCE_LIMIT),
    }
}

impl Check for SamplingRequest {
    type Checked = SamplingParams;

    fn check(self, object: &mut Object<'_>) -> Option<SamplingParams> {
        let unchecked = UncheckedSampling {
            max_tokens: self.max_tokens.map(|value| value.0),
            temperature: self.temperature.map(|value| value.0),
            top_p: self.top_p.map(|value| value.0),
            top_k: self.top_k,
            frequency_penalty: self.frequency_penalty,
            presence_penalty: self.presence_penalty,
            stop_sequences: self.stop_sequences.map(|texts| texts.into_iter().map(|text| text.0).collect()),
        };
        object.check_fields(SamplingParams::try_from(unchecked), field_names::field_name)
    }
}

/// The sampling parameters of an LLM; parameters that are not set are absent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LLMSamplingParams)]
pub(crate) struct Sampling {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Int32)]
    max_tokens: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    top_p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Int32)]
    top_k: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    frequency_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    presence_penalty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    stop_sequences: Option<Vec<String>>,
}

impl From<SamplingParams> for Sampling {
    fn from(params: SamplingParams) -> Self {
        let UncheckedSampling {
            max_tokens,
            temperature,
            top_p,
            top_k,
            frequency_penalty,
            presence_penalty,
            stop_sequences,
        } = params.into();
        Self { max_tokens, temperature, top_p, top_k, frequency_penalty, presence_penalty, stop_sequences }
    }
}
