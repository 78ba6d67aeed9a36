//! The names of the `OpenAPI` documents.

/// An `OpenAPI` document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "kebab-case")]
pub enum Document {
    /// `/ai/llm`, workspaces and the organisation's users
    Flashback,
    /// `/v1`
    Goodmem,
    /// `/llm-config/v1`, health, metrics and the documents
    LlmConfig,
    /// `/openai`, `/anthropic` and `/gemini`: calls of models
    Gateway,
}

impl Document {
    /// Every document.
    pub const ALL: [Self; 4] = [Self::Flashback, Self::Goodmem, Self::LlmConfig, Self::Gateway];

    /// The name, as in `/openapi/{name}.json`, `docs/api/{name}.json` and `openapi {name}`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flashback => "flashback",
            Self::Goodmem => "goodmem",
            Self::LlmConfig => "llm-config",
            Self::Gateway => "gateway",
        }
    }
}
