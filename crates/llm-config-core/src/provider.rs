//! The kinds of services at an endpoint.

use std::fmt;
use std::str::FromStr;

use crate::scope::Scope;

/// The kind of service at an endpoint: the union of both APIs' lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub enum Provider {
    /// `OPENAI`, the only value of both APIs.
    OpenAi,
    /// `GOOGLE`: Gemini or Vertex AI.
    Google,
    /// `ANTHROPIC`.
    Anthropic,
    /// `AWS`: Bedrock.
    Aws,
    /// `OTHER`: usually a service that is compatible with `OpenAI`.
    Other,
    /// `LITELLM_PROXY`.
    LiteLlmProxy,
    /// `OPEN_ROUTER`.
    OpenRouter,
    /// `VLLM`.
    Vllm,
    /// `OLLAMA`.
    Ollama,
    /// `LLAMA_CPP`.
    LlamaCpp,
    /// `CUSTOM_OPENAI_COMPATIBLE`.
    CustomOpenAiCompatible,
}

impl Provider {
    /// Every provider.
    pub const ALL: &[Self] = &[
        Self::OpenAi,
        Self::Google,
        Self::Anthropic,
        Self::Aws,
        Self::Other,
        Self::LiteLlmProxy,
        Self::OpenRouter,
        Self::Vllm,
        Self::Ollama,
        Self::LlamaCpp,
        Self::CustomOpenAiCompatible,
    ];

    /// The providers that a configuration of a workspace may have (`aiType` of `/ai/llm`).
    pub const FOR_WORKSPACES: &[Self] =
        &[Self::OpenAi, Self::Google, Self::Anthropic, Self::Aws, Self::Other];

    /// The providers that a configuration of an owner may have (`providerType` of `/v1/llms`).
    pub const FOR_OWNERS: &[Self] = &[
        Self::OpenAi,
        Self::LiteLlmProxy,
        Self::OpenRouter,
        Self::Vllm,
        Self::Ollama,
        Self::LlamaCpp,
        Self::CustomOpenAiCompatible,
    ];

    /// The providers that a configuration of `scope` may have. Clients of one API fail on a value that only
    /// the other API defines.
    #[must_use]
    pub const fn allowed_in(scope: &Scope) -> &'static [Self] {
        match scope {
            Scope::Owner(_) => Self::FOR_OWNERS,
            Scope::Workspace(_) => Self::FOR_WORKSPACES,
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::OpenAi => "OpenAI",
            Self::Google => "Google (Gemini, Vertex AI)",
            Self::Anthropic => "Anthropic",
            Self::Aws => "AWS Bedrock",
            Self::Other => "Another service, usually compatible with OpenAI",
            Self::LiteLlmProxy => "LiteLLM proxy",
            Self::OpenRouter => "OpenRouter",
            Self::Vllm => "vLLM",
            Self::Ollama => "Ollama",
            Self::LlamaCpp => "llama.cpp",
            Self::CustomOpenAiCompatible => "Another service compatible with OpenAI",
        }
    }

    /// The name in both APIs and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "OPENAI",
            Self::Google => "GOOGLE",
            Self::Anthropic => "ANTHROPIC",
            Self::Aws => "AWS",
            Self::Other => "OTHER",
            Self::LiteLlmProxy => "LITELLM_PROXY",
            Self::OpenRouter => "OPEN_ROUTER",
            Self::Vllm => "VLLM",
            Self::Ollama => "OLLAMA",
            Self::LlamaCpp => "LLAMA_CPP",
            Self::CustomOpenAiCompatible => "CUSTOM_OPENAI_COMPATIBLE",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name is not the name of a provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of the API's providers, in upper case")]
pub struct UnknownProvider;

/// Case-sensitive, as in both APIs.
impl FromStr for Provider {
    type Err = UnknownProvider;

    fn from_str(name: &str) -> Result<Self, UnknownProvider> {
        Self::ALL.iter().copied().find(|provider| provider.as_str() == name).ok_or(UnknownProvider)
    }
}

impl TryFrom<String> for Provider {
    type Error = UnknownProvider;

    fn try_from(name: String) -> Result<Self, UnknownProvider> {
        name.parse()
    }
}

impl From<Provider> for String {
    fn from(provider: Provider) -> Self {
        provider.as_str().to_owned()
    }
}
