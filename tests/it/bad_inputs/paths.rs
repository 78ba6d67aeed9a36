//! Bad paths, methods and tokens, and bad requests to initialise the server.

use super::case::{Case, Section, request_without_body};

pub(super) fn sections() -> Vec<Section> {
    vec![
        Section { title: "## Paths and methods", cases: paths() },
        Section { title: "## Tokens", cases: tokens() },
    ]
}

fn paths() -> Vec<Case> {
    let long = "zebra".repeat(1600);
    vec![
        request_without_body("an unknown path", "GET", "/zebra"),
        request_without_body("a misspelled path", "GET", "/ai/llms"),
        request_without_body("capital letters", "GET", "/AI/LLM"),
        request_without_body("a slash at the end", "GET", "/ai/llm/"),
        request_without_body("a slash percent-encoded", "GET", "/ai%2Fllm"),
        request_without_body("a slash percent-encoded in an id", "DELETE", "/ai/llm/zebra%2Fzebra"),
        request_without_body("two dots percent-encoded", "DELETE", "/ai/llm/%2e%2e"),
        request_without_body("a broken percent-encoding", "DELETE", "/ai/llm/zebra%zz"),
        request_without_body("a path of 8,000 characters", "GET", &format!("/ai/llm/{long}")),
        request_without_body("an id of 8,000 characters", "DELETE", &format!("/ai/llm/{long}")),
        request_without_body("a query of 8,000 characters", "GET", &format!("/ai/llm?workspaceId={long}")),
        request_without_body("a Flashback route that this server does not support", "POST", "/ai/models"),
        request_without_body("another Flashback route that this server does not support", "GET", "/repo"),
        request_without_body("a method that the path does not support", "PATCH", "/ai/llm/{config}"),
        request_without_body("`GET` of one configuration", "GET", "/ai/llm/{config}"),
        request_without_body("`DELETE` of the whole list", "DELETE", "/ai/llm"),
        request_without_body("`TRACE`", "TRACE", "/ai/llm"),
        request_without_body("an unknown method", "ZEBRA", "/organization/users"),
        request_without_body("an unknown path", "GET", "/v1/zebra"),
        request_without_body("capital letters", "GET", "/V1/llms"),
        request_without_body("a slash at the end", "GET", "/v1/llms/"),
        request_without_body("a slash percent-encoded", "GET", "/v1/llms%2F{llm}"),
        request_without_body("an id with another segment", "GET", "/v1/llms/{llm}/zebra"),
        request_without_body("an id of 8,000 characters", "GET", &format!("/v1/llms/{long}")),
        request_without_body("a query of 8,000 characters", "GET", &format!("/v1/llms?ownerId={long}")),
        request_without_body("a method that the path does not support", "PATCH", "/v1/llms/{llm}"),
        request_without_body("`DELETE` of the whole list", "DELETE", "/v1/llms"),
        request_without_body("an unknown method", "ZEBRA", "/v1/apikeys"),
        request_without_body("an unknown path", "GET", "/llm-config/zebra"),
    ]
}

fn tokens() -> Vec<Case> {
    let header = |description, path: &str, header, value: &str| {
        request_without_body(description, "GET", path).with_token(header, value)
    };
    let (bearer, key) = ("authorization", "x-api-key");
    let none = |description, path: &str| Case {
        is_anonymous: true,
        ..request_without_body(description, "GET", path)
    };
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

pub(super) const INIT_TITLE: &str = "## `/v1/system/init` of a server that is not initialised";

/// Requests to a server that is not initialised. None of the requests initialises the server.
pub(super) fn init() -> Vec<Case> {
    let init = |description, header, value: &str| {
        request_without_body(description, "POST", "/v1/system/init").with_token(header, value)
    };
    vec![
        Case { is_anonymous: true, ..request_without_body("another method", "GET", "/v1/system/init") },
        init("a header that proxies add", "x-forwarded-for", "203.0.113.7"),
        init("an `Origin`", "origin", "https://zebra.example"),
        init("a `Host` that is not loopback", "host", "zebra.example"),
        init("a wrong code through a proxy", "x-llm-config-init-code", "zebra")
            .with_header("via", "1.1 zebra"),
    ]
}
