//! The settings of a configuration.

use std::ops::RangeInclusive;

use super::capability::Capabilities;
use super::client_config::ClientConfig;
use super::label::Labels;
use super::modality::Modalities;
use super::sampling::SamplingParams;
use crate::endpoint::{ApiPath, Endpoint};
use crate::provider::Provider;
use crate::text::{Description, DisplayName, ModelId, ModelVersion};

/// The size of a model's context in tokens: 1 to 2,147,483,647.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "i64", into = "i64"))]
pub struct ContextLength(i32);

/// The number is outside the range of [`ContextLength`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be from {} to {}", ContextLength::RANGE.start(), ContextLength::RANGE.end())]
pub struct ContextLengthError;

impl ContextLength {
    /// The range of the number.
    pub const RANGE: RangeInclusive<i64> = 1..=i32::MAX as i64;

    /// The number of tokens.
    #[must_use]
    pub const fn tokens(self) -> i32 {
        self.0
    }
}

impl TryFrom<i64> for ContextLength {
    type Error = ContextLengthError;

    fn try_from(tokens: i64) -> Result<Self, ContextLengthError> {
        match i32::try_from(tokens) {
            Ok(number) if Self::RANGE.contains(&tokens) => Ok(Self(number)),
            Ok(_) | Err(_) => Err(ContextLengthError),
        }
    }
}

impl From<ContextLength> for i64 {
    fn from(length: ContextLength) -> Self {
        Self::from(length.0)
    }
}

/// Everything about a configuration but its credential. Responses may contain all of it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Settings {
    /// The display name.
    pub name: DisplayName,
    /// The kind of service at the endpoint.
    pub provider: Provider,
    /// The URL that is called.
    pub endpoint: Endpoint,
    /// The path of chat completions below the endpoint.
    #[cfg_attr(feature = "serde", serde(default))]
    pub api_path: ApiPath,
    /// The model's name at the provider.
    #[cfg_attr(feature = "serde", serde(default))]
    pub model: Option<ModelId>,
    /// The kinds of content that the model accepts.
    #[cfg_attr(feature = "serde", serde(default))]
    pub modalities: Modalities,
    /// The features that the model supports.
    #[cfg_attr(feature = "serde", serde(default))]
    pub capabilities: Capabilities,
    /// Default sampling parameters.
    #[cfg_attr(feature = "serde", serde(default))]
    pub sampling: Option<SamplingParams>,
    /// The size of the model's context in tokens.
    #[cfg_attr(feature = "serde", serde(default))]
    pub context_length: Option<ContextLength>,
    /// The team's labels.
    #[cfg_attr(feature = "serde", serde(default))]
    pub labels: Labels,
    /// Settings for the provider's client library.
    #[cfg_attr(feature = "serde", serde(default))]
    pub client_config: Option<ClientConfig>,
    /// A free description.
    #[cfg_attr(feature = "serde", serde(default))]
    pub description: Option<Description>,
    /// A free version text.
    #[cfg_attr(feature = "serde", serde(default))]
    pub version: Option<ModelVersion>,
    /// The URL of the service's status page.
    #[cfg_attr(feature = "serde", serde(default))]
    pub monitoring_endpoint: Option<Endpoint>,
}
