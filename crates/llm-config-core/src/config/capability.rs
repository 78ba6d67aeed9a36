//! The capabilities of a model, and the inference of those that a request does not state.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use crate::text::{ModelId, one_of};

/// A feature of a model, or of the service in front of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub enum Capability {
    /// Chat completions.
    Chat,
    /// Text completions.
    Completion,
    /// Function or tool calling.
    FunctionCalling,
    /// System messages.
    SystemMessages,
    /// Streamed responses.
    Streaming,
    /// Sampling parameters such as the temperature.
    SamplingParameters,
}

impl Capability {
    /// Every capability, in the order of the API's reports.
    pub const ALL: [Self; 6] = [
        Self::Chat,
        Self::Completion,
        Self::FunctionCalling,
        Self::SystemMessages,
        Self::Streaming,
        Self::SamplingParameters,
    ];

    /// The name in reports and in the database, such as `supports_chat`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "supports_chat",
            Self::Completion => "supports_completion",
            Self::FunctionCalling => "supports_function_calling",
            Self::SystemMessages => "supports_system_messages",
            Self::Streaming => "supports_streaming",
            Self::SamplingParameters => "supports_sampling_parameters",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name is not the name of a capability.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", one_of(&Capability::ALL))]
pub struct UnknownCapability;

impl FromStr for Capability {
    type Err = UnknownCapability;

    fn from_str(name: &str) -> Result<Self, UnknownCapability> {
        Self::ALL.into_iter().find(|capability| capability.as_str() == name).ok_or(UnknownCapability)
    }
}

impl TryFrom<String> for Capability {
    type Error = UnknownCapability;

    fn try_from(name: String) -> Result<Self, UnknownCapability> {
        name.parse()
    }
}

impl From<Capability> for String {
    fn from(capability: Capability) -> Self {
        capability.as_str().to_owned()
    }
}

/// The capabilities of a configuration: the set contains the supported ones.
pub type Capabilities = BTreeSet<Capability>;

/// The capabilities that a request states, as supported or as not supported.
pub type StatedCapabilities = BTreeMap<Capability, bool>;

/// A capability that a request does not state and that was inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InferredCapability {
    /// The capability.
    pub capability: Capability,
    /// Whether it is assumed to be supported.
    pub supported: bool,
    /// The model family of the assumption; `unknown` if no family matches.
    pub family: &'static str,
}

/// The exact sentence that the `/v1/llms` API reports.
impl fmt::Display for InferredCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { capability, supported, family } = self;
        write!(
            f,
            "LLM capability '{capability}' was automatically inferred as '{supported}' \
             for model family '{family}'"
        )
    }
}

/// Keeps the stated capabilities and infers the others from the model's name.
///
/// ```
/// use llm_config_core::config::{Capability, complete_capabilities};
///
/// let model = "openai/gpt-5-nano".parse()?;
/// let (capabilities, inferred) = complete_capabilities(&[(Capability::Chat, true)].into(), Some(&model));
/// assert!(!capabilities.contains(&Capability::SamplingParameters));
/// assert_eq!(inferred.len(), 5);
/// assert_eq!(inferred[0].family, "gpt-5");
/// # Ok::<(), llm_config_core::text::TextError>(())
/// ```
#[must_use]
pub fn complete_capabilities(
    stated: &StatedCapabilities,
    model: Option<&ModelId>,
) -> (Capabilities, Vec<InferredCapability>) {
    let family = model.map_or(&UNKNOWN, |model| Family::of_model(model.as_str()));
    let mut capabilities = Capabilities::new();
    let mut inferred = Vec::new();
    for capability in Capability::ALL {
        let supported = stated.get(&capability).copied().unwrap_or_else(|| {
            let supported = !family.lacks.contains(&capability);
            inferred.push(InferredCapability { capability, supported, family: family.name });
            supported
        });
        if supported {
            capabilities.insert(capability);
        }
    }
    (capabilities, inferred)
}

/// A family of models: a prefix of their names, and the capabilities that they lack.
struct Family {
    name: &'static str,
    lacks: &'static [Capability],
}

/// For an unknown model, only the features that all chat servers have are assumed.
const UNKNOWN: Family =
    Family { name: "unknown", lacks: &[Capability::Completion, Capability::FunctionCalling] };

const fn family(name: &'static str, lacks: &'static [Capability]) -> Family {
    Family { name, lacks }
}

/// Reasoning models reject sampling parameters such as the temperature.
const REASONING: &[Capability] = &[Capability::SamplingParameters];
/// The first reasoning models also lacked tools and system messages.
const EARLY_REASONING: &[Capability] =
    &[Capability::FunctionCalling, Capability::SystemMessages, Capability::SamplingParameters];
/// Models behind `/completions` only.
const COMPLETION_ONLY: &[Capability] =
    &[Capability::Chat, Capability::FunctionCalling, Capability::SystemMessages];
const NO_TOOLS: &[Capability] = &[Capability::FunctionCalling];

/// The longest matching name wins. The rows `gpt-5` and `gpt-4o-mini` reproduce recorded responses of the
/// `/v1/llms` API. The other rows follow the vendors' model pages of 2026 and only matter if a client states
/// no capabilities.
const FAMILIES: &[Family] = &[
    family("gpt-5", REASONING),
    family("o1", REASONING),
    family("o1-mini", EARLY_REASONING),
    family("o1-preview", EARLY_REASONING),
    family("o3", REASONING),
    family("o4", REASONING),
    family("gpt-4o", &[]),
    family("gpt-4o-mini", &[]),
    family("gpt-4.1", &[]),
    family("gpt-4", &[]),
    family("gpt-3.5-turbo", &[]),
    family("gpt-3.5-turbo-instruct", COMPLETION_ONLY),
    family("davinci", COMPLETION_ONLY),
    family("babbage", COMPLETION_ONLY),
    family("claude", &[]),
    family("gemini", &[]),
    family("gemma", NO_TOOLS),
    family("llama", &[]),
    family("llama-2", NO_TOOLS),
    family("mistral", &[]),
    family("mixtral", &[]),
    family("qwen", &[]),
    family("deepseek", &[]),
    family("deepseek-reasoner", REASONING),
    family("deepseek-r1", NO_TOOLS),
    family("phi", NO_TOOLS),
    family("command", &[]),
    family("grok", &[]),
];

impl Family {
    /// The family of a model name, with or without a vendor prefix such as `openai/`.
    fn of_model(model: &str) -> &'static Self {
        let lower = model.rsplit('/').next().unwrap_or(model).to_lowercase();
        let matching = FAMILIES.iter().filter(|family| family.matches(&lower));
        matching.max_by_key(|family| family.name.len()).unwrap_or(&UNKNOWN)
    }

    /// `gpt-4` matches `gpt-4-turbo` but not `gpt-45`; `qwen` matches `qwen3`.
    fn matches(&self, model: &str) -> bool {
        model.strip_prefix(self.name).is_some_and(|rest| {
            let ends_in_digit = self.name.ends_with(|c: char| c.is_ascii_digit());
            match rest.chars().next() {
                None => true,
                Some(next) if next.is_ascii_digit() => !ends_in_digit,
                Some(next) => !next.is_alphabetic(),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(model: &str, family: &str, lacks: &[Capability]) {
        let (capabilities, inferred) =
            complete_capabilities(&StatedCapabilities::new(), Some(&model.parse().unwrap()));
        let missing: Vec<_> =
            Capability::ALL.into_iter().filter(|capability| !capabilities.contains(capability)).collect();
        assert_eq!((inferred[0].family, missing.as_slice()), (family, lacks), "{model}");
    }

    #[test]
    fn infer_for_recorded_models_matches_recordings() {
        check("gpt-5-nano", "gpt-5", REASONING);
        check("gpt-4o-mini", "gpt-4o-mini", &[]);
        let model = "gpt-5-nano".parse().unwrap();
        let (_, inferred) = complete_capabilities(&StatedCapabilities::new(), Some(&model));
        assert_eq!(
            inferred[0].to_string(),
            "LLM capability 'supports_chat' was automatically inferred as 'true' for model family 'gpt-5'"
        );
        assert_eq!(
            inferred.iter().map(|inference| inference.capability).collect::<Vec<_>>(),
            Capability::ALL
        );
    }

    #[test]
    fn infer_with_several_matching_families_uses_longest() {
        check("openai/gpt-4o-2024-08-06", "gpt-4o", &[]);
        check("gpt-4-turbo-preview", "gpt-4", &[]);
        check("o1-mini-2024-09-12", "o1-mini", EARLY_REASONING);
        check("Qwen/Qwen3-8B", "qwen", &[]);
        check("o3xl", "unknown", UNKNOWN.lacks);
        check("gpt-45", "unknown", UNKNOWN.lacks);
    }

    #[test]
    fn complete_with_stated_capability_keeps_stated_value() {
        let stated = [(Capability::Chat, false), (Capability::SamplingParameters, true)].into();
        let (capabilities, inferred) = complete_capabilities(&stated, Some(&"gpt-5".parse().unwrap()));
        assert!(!capabilities.contains(&Capability::Chat));
        assert!(capabilities.contains(&Capability::SamplingParameters));
        assert_eq!(inferred.len(), 4);
    }
}
