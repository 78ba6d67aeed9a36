//! Rows about calls of models. The endpoints are blocked by the rules for outgoing calls, so an allowed call
//! is 502, or 400 where the endpoint does not speak the API.

use serde_json::json;

use super::row::{Request, Row, list, row, with_body, without_body};
use crate::support::UNKNOWN_ID;

fn path(pattern: &str, id: &impl ToString) -> String {
    let id = id.to_string();
    pattern.replace("{id}", &id).replace("{model}", &id)
}

/// A call of the configuration with this id, which path and body name.
fn call(pattern: &str, id: &impl ToString) -> Request {
    with_body(path(pattern, id), json!({"model": id.to_string()}))
}

fn get(pattern: &str, id: &impl ToString) -> Request {
    without_body(path(pattern, id))
}

fn settings(id: &impl ToString) -> String {
    format!("/llm-config/v1/configs/{}/gateway", id.to_string())
}

fn replaced_settings(id: &impl ToString) -> Request {
    with_body(settings(id), json!({"allowProviderState": true}))
}

/// Rows about one's own and about foreign objects of these routes.
macro_rules! own_and_foreign {
    ($method:literal $request:ident $($path:literal)*) => {
        &[$(
            row($method, $path, "one's own", |scenario| $request($path, &scenario.llm(scenario.me))),
            row($method, $path, "a stranger's", |scenario| {
                $request($path, &scenario.llm(scenario.stranger()))
            }),
            row($method, $path, "one of another workspace", |scenario| {
                $request($path, &scenario.config(scenario.other_workspace()))
            }),
        )*]
    };
}

/// A row for each object of these routes.
macro_rules! each {
    ($method:literal $request:ident $($path:literal)*) => {
        &[$(
            row($method, $path, "one's own", |scenario| $request($path, &scenario.llm(scenario.me))),
            row($method, $path, "a stranger's", |scenario| {
                $request($path, &scenario.llm(scenario.stranger()))
            }),
            row($method, $path, "one of the workspace", |scenario| {
                $request($path, &scenario.config(scenario.workspace))
            }),
            row($method, $path, "one of another workspace", |scenario| {
                $request($path, &scenario.config(scenario.other_workspace()))
            }),
            row($method, $path, "a missing one", |_| $request($path, &UNKNOWN_ID)),
        )*]
    };
}

pub(super) const SETTINGS: &[Row] = &[
    row("GET", "/llm-config/v1/configs/{id}/gateway", "one's own", |scenario| {
        without_body(settings(&scenario.llm(scenario.me)))
    }),
    row("GET", "/llm-config/v1/configs/{id}/gateway", "a stranger's", |scenario| {
        without_body(settings(&scenario.llm(scenario.stranger())))
    }),
    row("GET", "/llm-config/v1/configs/{id}/gateway", "one of the workspace", |scenario| {
        without_body(settings(&scenario.config(scenario.workspace)))
    }),
    row("GET", "/llm-config/v1/configs/{id}/gateway", "a missing one", |_| {
        without_body(settings(&UNKNOWN_ID))
    }),
    row("PUT", "/llm-config/v1/configs/{id}/gateway", "one's own", |scenario| {
        replaced_settings(&scenario.llm(scenario.me))
    }),
    row("PUT", "/llm-config/v1/configs/{id}/gateway", "a stranger's", |scenario| {
        replaced_settings(&scenario.llm(scenario.stranger()))
    }),
    row("PUT", "/llm-config/v1/configs/{id}/gateway", "one of the workspace", |scenario| {
        replaced_settings(&scenario.config(scenario.workspace))
    }),
    row("PUT", "/llm-config/v1/configs/{id}/gateway", "a missing one", |_| replaced_settings(&UNKNOWN_ID)),
];

pub(super) const EACH: &[Row] = each! { "POST" call
    "/openai/v1/chat/completions"
    "/llm-config/v1/configs/{id}/openai/v1/chat/completions"
    "/gemini/v1beta/models/{model}:generateContent"
};

pub(super) const CALLS: &[Row] = own_and_foreign! { "POST" call
    "/openai/v1/completions"
    "/openai/v1/embeddings"
    "/openai/v1/responses"
    "/anthropic/v1/messages"
    "/anthropic/v1/messages/count_tokens"
    "/gemini/v1/models/{model}:generateContent"
    "/gemini/v1/models/{model}:streamGenerateContent"
    "/gemini/v1/models/{model}:countTokens"
    "/gemini/v1/models/{model}:embedContent"
    "/gemini/v1/models/{model}:batchEmbedContents"
    "/gemini/v1beta/models/{model}:streamGenerateContent"
    "/gemini/v1beta/models/{model}:countTokens"
    "/gemini/v1beta/models/{model}:embedContent"
    "/gemini/v1beta/models/{model}:batchEmbedContents"
    "/llm-config/v1/configs/{id}/openai/v1/completions"
    "/llm-config/v1/configs/{id}/openai/v1/embeddings"
    "/llm-config/v1/configs/{id}/openai/v1/responses"
    "/llm-config/v1/configs/{id}/anthropic/v1/messages"
    "/llm-config/v1/configs/{id}/anthropic/v1/messages/count_tokens"
    "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:generateContent"
    "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:streamGenerateContent"
    "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:countTokens"
    "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:embedContent"
    "/llm-config/v1/configs/{id}/gemini/v1/models/{model}:batchEmbedContents"
    "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:generateContent"
    "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:streamGenerateContent"
    "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:countTokens"
    "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:embedContent"
    "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}:batchEmbedContents"
};

pub(super) const MODELS: &[Row] = own_and_foreign! { "GET" get
    "/openai/v1/models/{model}"
    "/anthropic/v1/models/{model}"
    "/gemini/v1/models/{model}"
    "/gemini/v1beta/models/{model}"
    "/llm-config/v1/configs/{id}/openai/v1/models"
    "/llm-config/v1/configs/{id}/openai/v1/models/{model}"
    "/llm-config/v1/configs/{id}/anthropic/v1/models"
    "/llm-config/v1/configs/{id}/anthropic/v1/models/{model}"
    "/llm-config/v1/configs/{id}/gemini/v1/models"
    "/llm-config/v1/configs/{id}/gemini/v1/models/{model}"
    "/llm-config/v1/configs/{id}/gemini/v1beta/models"
    "/llm-config/v1/configs/{id}/gemini/v1beta/models/{model}"
};

/// Lists name configurations of one name by their ids.
pub(super) const LISTS: &[Row] = &[
    row("GET", "/openai/v1/models", "one's own", |scenario| {
        list("/openai/v1/models", &scenario.one_of_two(scenario.me))
    }),
    row("GET", "/openai/v1/models", "a stranger's", |scenario| {
        list("/openai/v1/models", &scenario.one_of_two(scenario.stranger()))
    }),
    row("GET", "/anthropic/v1/models", "one's own", |scenario| {
        list("/anthropic/v1/models?limit=1000", &scenario.one_of_two(scenario.me))
    }),
    row("GET", "/gemini/v1/models", "one's own", |scenario| {
        list("/gemini/v1/models?pageSize=1000", &scenario.one_of_two(scenario.me))
    }),
    row("GET", "/gemini/v1beta/models", "one's own", |scenario| {
        list("/gemini/v1beta/models?pageSize=1000", &scenario.one_of_two(scenario.me))
    }),
];
