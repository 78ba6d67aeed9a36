//! Paths, methods and tokens.

use super::case::{Case, Section, bare};

pub(super) fn sections() -> Vec<Section> {
    vec![
        Section { title: "## Paths and methods", cases: paths() },
        Section { title: "## Tokens", cases: tokens() },
    ]
}

fn paths() -> Vec<Case> {
    let long = "zebra".repeat(1600);
    vec![
        bare("an unknown path", "GET", "/zebra"),
        bare("the root", "GET", "/"),
        bare("a misspelled path", "GET", "/ai/llms"),
        bare("capital letters", "GET", "/AI/LLM"),
        bare("a slash at the end", "GET", "/ai/llm/"),
        bare("a slash percent-encoded", "GET", "/ai%2Fllm"),
        bare("a slash percent-encoded in an id", "DELETE", "/ai/llm/zebra%2Fzebra"),
        bare("two dots percent-encoded", "DELETE", "/ai/llm/%2e%2e"),
        bare("a broken percent-encoding", "DELETE", "/ai/llm/zebra%zz"),
        bare("a path of 8,000 characters", "GET", &format!("/ai/llm/{long}")),
        bare("an id of 8,000 characters", "DELETE", &format!("/ai/llm/{long}")),
        bare("a query of 8,000 characters", "GET", &format!("/ai/llm?workspaceId={long}")),
        bare("a route of the original API that is not supported", "POST", "/ai/models"),
        bare("another route of the original API", "GET", "/repo"),
        bare("a method that the path does not support", "PATCH", "/ai/llm/{config}"),
        bare("`GET` of one configuration", "GET", "/ai/llm/{config}"),
        bare("`DELETE` of the whole list", "DELETE", "/ai/llm"),
        bare("`TRACE`", "TRACE", "/ai/llm"),
        bare("an unknown method", "ZEBRA", "/organization/users"),
        bare("an unknown path", "GET", "/v1/zebra"),
        bare("capital letters", "GET", "/V1/llms"),
        bare("a slash at the end", "GET", "/v1/llms/"),
        bare("a slash percent-encoded", "GET", "/v1/llms%2F{llm}"),
        bare("an id with another segment", "GET", "/v1/llms/{llm}/zebra"),
        bare("an id of 8,000 characters", "GET", &format!("/v1/llms/{long}")),
        bare("a query of 8,000 characters", "GET", &format!("/v1/llms?ownerId={long}")),
        bare("a method that the path does not support", "PATCH", "/v1/llms/{llm}"),
        bare("`DELETE` of the whole list", "DELETE", "/v1/llms"),
        bare("an unknown method", "ZEBRA", "/v1/apikeys"),
        bare("an unknown path", "GET", "/llm-config/zebra"),
    ]
}

fn tokens() -> Vec<Case> {
    let header = |what, path: &str, header, value: &str| bare(what, "GET", path).with_token(header, value);
    let (bearer, key) = ("authorization", "x-api-key");
    let none = |what, path: &str| Case { is_anonymous: true, ..bare(what, "GET", path) };
    vec![
        none("no token", "/ai/llm"),
        header("an empty `Authorization`", "/ai/llm", bearer, ""),
        header("`Bearer` alone", "/ai/llm", bearer, "Bearer "),
        header("the scheme `Basic`", "/ai/llm", bearer, "Basic {token}"),
        header("an unknown token", "/ai/llm", bearer, &format!("Bearer gm_{}", "a".repeat(52))),
        header("a token with an extra character", "/ai/llm", bearer, "Bearer {token}a"),
        header(
            "a token of 6,000 characters",
            "/ai/llm",
            bearer,
            &format!("Bearer gm_{}", "zebra".repeat(1200)),
        ),
        header("a provider's key", "/ai/llm", bearer, "Bearer sk-zebra"),
        header("two tokens in one header", "/ai/llm", bearer, "Bearer {token}, Bearer {token}"),
        header("a token in a cookie", "/ai/llm", "cookie", "token={token}"),
        none("a token in the query", "/ai/llm?access_token={token}"),
        none("no token", "/v1/llms"),
        header("an unknown token", "/v1/llms", key, &format!("gm_{}", "a".repeat(52))),
        header("a token without its `gm_`", "/v1/llms", key, &"a".repeat(52)),
        header("a provider's key", "/v1/llms", key, "sk-zebra"),
        header("different tokens in both headers", "/v1/llms", key, "{token}")
            .with_token(bearer, &format!("Bearer gm_{}", "a".repeat(52))),
        header("different tokens in the same header", "/v1/llms", key, "{token}").with_token(key, "gm_zebra"),
        none("no token, with an invalid id", "/v1/llms/zebra"),
    ]
}

pub(super) const INIT_TITLE: &str = "## `/v1/system/init` of a server that waits for it";

/// Requests to a server that waits for its initialisation. None of them initialises it.
pub(super) fn init() -> Vec<Case> {
    let init = |what, header, value: &str| bare(what, "POST", "/v1/system/init").with_token(header, value);
    vec![
        Case { is_anonymous: true, ..bare("another method", "GET", "/v1/system/init") },
        init("a header of a proxy", "x-forwarded-for", "203.0.113.7"),
        init("an `Origin`", "origin", "https://zebra.example"),
        init("a `Host` that is not loopback", "host", "zebra.example"),
        init("a wrong code through a proxy", "x-llm-config-init-code", "zebra")
            .with_header("via", "1.1 zebra"),
    ]
}
