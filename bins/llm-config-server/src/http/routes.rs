//! Every route and who may call it: one reviewed line each.
//!
//! Tests compare the list with the `OpenAPI` documents, both ways, and with a running server.

use crate::http::document::Document;

/// Who may call a route. The access policy decides what a token may do there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteAuth {
    /// Every client, with or without a token.
    Public,
    /// Every client, because the response is published documentation: it is the same for every client and
    /// has no data of this installation. Browsers send no token when they open a page.
    Documentation,
    /// Clients with a valid token; without one, 401.
    Token,
}

/// A method and a path.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The method.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Who may call the route.
    pub auth: RouteAuth,
}

const fn route(method: &'static str, path: &'static str, auth: RouteAuth) -> Route {
    Route { method, path, auth }
}

use RouteAuth::{Documentation, Public, Token};

/// The routes that a document describes.
#[must_use]
pub const fn for_document(document: Document) -> &'static [Route] {
    match document {
        Document::Flashback => FLASHBACK,
        Document::Goodmem => GOODMEM,
        Document::LlmConfig => LLM_CONFIG,
        Document::Gateway => GATEWAY,
    }
}

/// The paths of the documentation.
pub(crate) fn documentation() -> impl Iterator<Item = &'static str> {
    let all = Document::ALL.into_iter().flat_map(for_document);
    all.filter(|route| route.auth == Documentation).map(|route| route.path)
}

const FLASHBACK: &[Route] = &[
    route("POST", "/ai/llm", Token),
    route("GET", "/ai/llm", Token),
    route("GET", "/ai/llm/available", Token),
    route("GET", "/ai/llm/stats", Token),
    route("PUT", "/ai/llm/{id}", Token),
    route("DELETE", "/ai/llm/{id}", Token),
    route("POST", "/ai/llm/{id}/validate", Token),
    route("POST", "/workspace", Token),
    route("GET", "/workspace", Token),
    route("GET", "/workspace/{id}", Token),
    route("PUT", "/workspace/{id}", Token),
    route("DELETE", "/workspace/{id}", Token),
    route("POST", "/workspace/{id}/users", Token),
    route("PUT", "/workspace/{id}/users/{userId}", Token),
    route("DELETE", "/workspace/{id}/users/{userId}", Token),
    route("POST", "/organization/users", Token),
    route("GET", "/organization/users", Token),
    route("GET", "/organization/users/{id}", Token),
    route("PUT", "/organization/users/{id}", Token),
    route("DELETE", "/organization/users/{id}", Token),
];

const GOODMEM: &[Route] = &[
    route("POST", "/v1/llms", Token),
    route("GET", "/v1/llms", Token),
    route("GET", "/v1/llms/{id}", Token),
    route("PUT", "/v1/llms/{id}", Token),
    route("DELETE", "/v1/llms/{id}", Token),
    route("POST", "/v1/apikeys", Token),
    route("GET", "/v1/apikeys", Token),
    route("GET", "/v1/apikeys/{id}", Token),
    route("PUT", "/v1/apikeys/{id}", Token),
    route("DELETE", "/v1/apikeys/{id}", Token),
    route("POST", "/v1/ping:once", Token),
    route("POST", "/v1/ping:stream", Token),
    route("GET", "/v1/users/me", Token),
    route("GET", "/v1/users/{id}", Token),
    route("GET", "/v1/users/email/{email}", Token),
    // Called before the first key exists.
    route("GET", "/v1/system/info", Public),
    route("POST", "/v1/system/init", Public),
];

const LLM_CONFIG: &[Route] = &[
    route("POST", "/llm-config/v1/checks/flashback", Token),
    route("POST", "/llm-config/v1/checks/goodmem", Token),
    route("POST", "/llm-config/v1/configs/{id}/checks", Token),
    route("POST", "/llm-config/v1/configs/{id}/checks/planned", Token),
    route("GET", "/llm-config/v1/configs/{id}/checks", Token),
    route("GET", "/llm-config/v1/configs", Token),
    route("GET", "/llm-config/v1/configs/{id}", Token),
    route("GET", "/llm-config/v1/configs/{id}/origin", Token),
    route("GET", "/llm-config/v1/configs/{id}/gateway", Token),
    route("PUT", "/llm-config/v1/configs/{id}/gateway", Token),
    route("GET", "/llm-config/v1/attention", Token),
    route("GET", "/llm-config/v1/usage", Token),
    // For monitoring systems, which have no token.
    route("GET", "/health", Public),
    route("GET", "/ready", Public),
    route("GET", "/metrics", Token),
    route("GET", "/openapi/flashback.json", Documentation),
    route("GET", "/openapi/goodmem.json", Documentation),
    route("GET", "/openapi/llm-config.json", Documentation),
    route("GET", "/openapi/gateway.json", Documentation),
    route("GET", "/docs", Documentation),
    route("GET", "/docs/{file}", Documentation),
    // A redirect to `/docs`.
    route("GET", "/", Documentation),
];

const GATEWAY: &[Route] = &[
    route("POST", "/openai/v1/chat/completions", Token),
    route("POST", "/openai/v1/completions", Token),
    route("POST", "/openai/v1/embeddings", Token),
    route("POST", "/openai/v1/responses", Token),
    route("POST", "/anthropic/v1/messages", Token),
    route("POST", "/anthropic/v1/messages/count_tokens", Token),
    route("POST", "/gemini/v1/models/{model}:generateContent", Token),
    route("POST", "/gemini/v1/models/{model}:streamGenerateContent", Token),
    route("POST", "/gemini/v1/models/{model}:countTokens", Token),
    route("POST", "/gemini/v1/models/{model}:embedContent", Token),
    route("POST", "/gemini/v1/models/{model}:batchEmbedContents", Token),
    route("POST", "/gemini/v1beta/models/{model}:generateContent", Token),
    route("POST", "/gemini/v1beta/models/{model}:streamGenerateContent", Token),
    route("POST", "/gemini/v1beta/models/{model}:countTokens", Token),
    route("POST", "/gemini/v1beta/models/{model}:embedContent", Token),
    route("POST", "/gemini/v1beta/models/{model}:batchEmbedContents", Token),
    route("POST", "/llm-config/v1/configs/{id}/openai/v1/chat/completions", Token),
    route("POST", "/llm-config/v1/configs/{id}/openai/v1/completions", Token),
    route("POST", "/llm-config/v1/configs/{id}/openai/v1/embeddings", Token),
    route("POST", "/llm-config/v1/configs/{id}/openai/v1/responses", Token),
    route("POST", "/llm-config/v1/configs/{id}/anthropic/v1/messages", Token),
    route("POST", "/llm-config/v1/configs/{id}/anthropic/v1/messages/count_tokens", Token),
    route("POST", "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:generateContent", Token),
    route("POST", "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:streamGenerateContent", Token),
    route("POST", "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:countTokens", Token),
    route("POST", "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:embedContent", Token),
    route("POST", "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:batchEmbedContents", Token),
    route("POST", "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:generateContent", Token),
    route("POST", "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:streamGenerateContent", Token),
    route("POST", "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:countTokens", Token),
    route("POST", "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:embedContent", Token),
    route("POST", "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:batchEmbedContents", Token),
    route("GET", "/openai/v1/models", Token),
    route("GET", "/openai/v1/models/{model}", Token),
    route("GET", "/anthropic/v1/models", Token),
    route("GET", "/anthropic/v1/models/{model}", Token),
    route("GET", "/gemini/v1/models", Token),
    route("GET", "/gemini/v1/models/{model}", Token),
    route("GET", "/gemini/v1beta/models", Token),
    route("GET", "/gemini/v1beta/models/{model}", Token),
    route("GET", "/llm-config/v1/configs/{id}/openai/v1/models", Token),
    route("GET", "/llm-config/v1/configs/{id}/openai/v1/models/{model}", Token),
    route("GET", "/llm-config/v1/configs/{id}/anthropic/v1/models", Token),
    route("GET", "/llm-config/v1/configs/{id}/anthropic/v1/models/{model}", Token),
    route("GET", "/llm-config/v1/configs/{id}/gemini/v1/models", Token),
    route("GET", "/llm-config/v1/configs/{id}/gemini/v1/models/{model}", Token),
    route("GET", "/llm-config/v1/configs/{id}/gemini/v1beta/models", Token),
    route("GET", "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}", Token),
];
