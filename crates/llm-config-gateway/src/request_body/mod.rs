//! Request bodies: read once, and spliced rather than written anew.
//!
//! A provider finds a prompt in its cache only if its bytes are the same, and the fields of model calls
//! change faster than any list of types. So a body keeps its bytes, but for a closed list of fields: the
//! value of `model` is replaced, and additions stand at the end of the object, in a fixed order.

mod additions;
mod defaults;
mod field;
mod nested;
mod object;
mod spans;
mod splice;

use bytes::Bytes;
use llm_config_core::config::SamplingParams;
use llm_config_providers::CallRoute;

use crate::error::GatewayError;
use spans::Spans;

/// A request body that was read: where its fields stand, without a copy of it.
#[derive(Debug)]
pub struct RequestBody {
    route: CallRoute,
    /// The bytes of the body.
    length: usize,
    spans: Spans,
}

/// What is spliced into a body, by the configuration and its provider.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact about the provider or the configuration")]
pub struct SpliceRules<'a> {
    /// The provider's name for the model.
    pub model: &'a str,
    /// Whether the body names the model, rather than the URL. Where it does not, a `model` of the client is
    /// replaced, but none is added.
    pub sends_model: bool,
    /// The stored default sampling parameters.
    pub defaults: Option<&'a SamplingParams>,
    /// Whether the model takes sampling parameters.
    pub takes_sampling: bool,
    /// Whether the provider takes `stream_options.include_usage`.
    pub asks_for_usage: bool,
    /// Whether chat completions have `max_completion_tokens` instead of `max_tokens`.
    pub renames_max_tokens: bool,
    /// Whether the provider takes `top_k` in the `OpenAI` dialect.
    pub takes_top_k: bool,
    /// Whether the provider is a gateway that takes its destination and key from fields of the body.
    pub takes_routing_fields: bool,
    /// Whether the configuration stores the model, so that the body may name no other where this gateway
    /// reads it: in `model`, in fields for further models, and in the tools of the provider.
    pub stores_model: bool,
    /// Whether the body may refer to objects in the provider's account.
    pub allows_provider_state: bool,
}

/// A body for the provider.
#[derive(Debug)]
pub struct SplicedBody {
    /// Slices of the client's body, and the inserted pieces between them.
    pub parts: Vec<Bytes>,
    /// The bytes of all parts.
    pub length: u64,
    /// The fields that were added, for the header `x-llm-config-added`.
    pub added: Vec<&'static str>,
    /// Whether the stream's usage was asked for by the gateway, so that the client does not expect it.
    pub asked_for_usage: bool,
}

impl RequestBody {
    /// Reads the body of a route, in one pass over its top-level fields.
    ///
    /// Bodies that parsers read differently are refused: a byte order mark, text behind the object, an array,
    /// and a field of this gateway that occurs twice (escaped or not) or in another case.
    pub fn read(route: CallRoute, bytes: &[u8]) -> Result<Self, GatewayError> {
        let spans = Spans::read(route, bytes).map_err(GatewayError::InvalidBody)?;
        Ok(Self { route, length: bytes.len(), spans })
    }

    /// The decoded `model`; `None` if it is absent or null. Gemini's routes name it in the path instead.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.spans.model.as_ref()?.text.as_deref()
    }

    /// Whether the client asks for a stream.
    #[must_use]
    pub const fn is_stream(&self) -> bool {
        match self.route {
            CallRoute::StreamGenerateContent => true,
            CallRoute::ChatCompletions
            | CallRoute::Completions
            | CallRoute::Embeddings
            | CallRoute::Responses
            | CallRoute::Messages
            | CallRoute::MessagesCountTokens
            | CallRoute::GenerateContent
            | CallRoute::CountTokens
            | CallRoute::EmbedContent
            | CallRoute::BatchEmbedContents => self.spans.is_stream,
        }
    }

    /// The body for the provider. `bytes` are those that were read.
    pub fn splice(&self, bytes: &Bytes, rules: &SpliceRules<'_>) -> Result<SplicedBody, GatewayError> {
        if bytes.len() != self.length {
            return Err(GatewayError::Internal);
        }
        if let Some(field) = self.spans.routing_field.filter(|_| rules.takes_routing_fields) {
            return Err(GatewayError::FieldNotAllowed { field });
        }
        if let Some(field) = self.spans.model_field.filter(|_| rules.stores_model) {
            return Err(GatewayError::ModelsNotAllowed { field });
        }
        if let Some(field) = self.spans.provider_state.filter(|_| !rules.allows_provider_state) {
            return Err(GatewayError::StatefulReference { field });
        }
        splice::splice(self.route, &self.spans, bytes, rules).map_err(|_| GatewayError::Internal)
    }
}

#[cfg(test)]
mod tests;
