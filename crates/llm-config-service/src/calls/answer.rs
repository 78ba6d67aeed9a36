//! What the client gets from the provider.

use bytes::Bytes;
use http::HeaderMap;
use llm_config_core::id::ConfigId;

use super::stream::AnswerStream;

/// The provider's answer to a call.
pub struct Answer {
    /// The configuration that was called.
    pub config: ConfigId,
    /// The fields that were added to the request.
    pub added: Vec<&'static str>,
    /// The status.
    pub status: u16,
    /// The headers that pass to the client.
    pub headers: HeaderMap,
    /// The provider's own id of the request.
    pub upstream_request_id: Option<String>,
    /// Whether a repetition of the call is useless, although the status suggests one.
    pub is_final: bool,
    /// The body.
    pub body: AnswerBody,
}

/// The body of an answer.
pub enum AnswerBody {
    /// The whole body.
    Whole(Bytes),
    /// A body that is passed on as it arrives.
    Stream {
        /// The parts.
        stream: Box<AnswerStream>,
        /// The length in bytes, if the provider has declared it.
        length: Option<u64>,
    },
}
