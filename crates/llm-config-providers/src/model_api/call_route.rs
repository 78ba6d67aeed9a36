//! The routes of the dialects that call a model.

use super::Dialect;

/// A route of a dialect that calls a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallRoute {
    /// `POST chat/completions` of `OpenAI`.
    ChatCompletions,
    /// `POST completions` of `OpenAI`.
    Completions,
    /// `POST embeddings` of `OpenAI`.
    Embeddings,
    /// `POST responses` of `OpenAI`.
    Responses,
    /// `POST v1/messages` of Anthropic.
    Messages,
    /// `POST v1/messages/count_tokens` of Anthropic.
    MessagesCountTokens,
    /// `POST models/{m}:generateContent` of Gemini.
    GenerateContent,
    /// `POST models/{m}:streamGenerateContent` of Gemini.
    StreamGenerateContent,
    /// `POST models/{m}:countTokens` of Gemini.
    CountTokens,
    /// `POST models/{m}:embedContent` of Gemini.
    EmbedContent,
    /// `POST models/{m}:batchEmbedContents` of Gemini.
    BatchEmbedContents,
}

impl CallRoute {
    /// All routes.
    pub const ALL: [Self; 11] = [
        Self::ChatCompletions,
        Self::Completions,
        Self::Embeddings,
        Self::Responses,
        Self::Messages,
        Self::MessagesCountTokens,
        Self::GenerateContent,
        Self::StreamGenerateContent,
        Self::CountTokens,
        Self::EmbedContent,
        Self::BatchEmbedContents,
    ];

    /// The dialect that the route belongs to.
    #[must_use]
    pub const fn dialect(self) -> Dialect {
        match self {
            Self::ChatCompletions | Self::Completions | Self::Embeddings | Self::Responses => Dialect::OpenAi,
            Self::Messages | Self::MessagesCountTokens => Dialect::Anthropic,
            Self::GenerateContent
            | Self::StreamGenerateContent
            | Self::CountTokens
            | Self::EmbedContent
            | Self::BatchEmbedContents => Dialect::Gemini,
        }
    }

    /// The route's own part of the URL: below the base for `OpenAI` and Anthropic, and the method behind the
    /// colon for Gemini.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChatCompletions => "chat/completions",
            Self::Completions => "completions",
            Self::Embeddings => "embeddings",
            Self::Responses => "responses",
            Self::Messages => "v1/messages",
            Self::MessagesCountTokens => "v1/messages/count_tokens",
            Self::GenerateContent => "generateContent",
            Self::StreamGenerateContent => "streamGenerateContent",
            Self::CountTokens => "countTokens",
            Self::EmbedContent => "embedContent",
            Self::BatchEmbedContents => "batchEmbedContents",
        }
    }

    /// Whether the path names the model, rather than the body.
    #[must_use]
    pub const fn has_model_in_path(self) -> bool {
        matches!(self.dialect(), Dialect::Gemini)
    }
}
