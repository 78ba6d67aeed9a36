//! A model call as a client sends it.

use bytes::Bytes;
use http::HeaderMap;
use llm_config_core::id::{ConfigId, WorkspaceId};
use llm_config_gateway::CallRoute;
use llm_config_providers::GeminiVersion;

/// A model call as a client sends it, without its token.
pub struct IncomingCall {
    /// The route.
    pub route: CallRoute,
    /// How the request names the configuration.
    pub naming: ConfigNaming,
    /// Gemini: the model in the path, decoded.
    pub path_model: Option<String>,
    /// Gemini: the version in the path.
    pub version: GeminiVersion,
    /// Gemini: whether a stream is asked for as server-sent events (`alt=sse`).
    pub wants_events: bool,
    /// Anthropic: whether the query is `beta=true`.
    pub is_beta: bool,
    /// The headers that pass to the provider, one line for each name.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// How a request names the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigNaming {
    /// By its model: the id or name of a configuration, or that and the provider's model.
    InModel {
        /// The only workspace in which names are looked up.
        workspace: Option<WorkspaceId>,
    },
    /// By its URL.
    InUrl(ConfigId),
}
