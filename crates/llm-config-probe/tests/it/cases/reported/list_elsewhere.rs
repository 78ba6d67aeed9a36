//! Servers that list their models at another path than the one where calls go.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, Rule, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"sonar","object":"model"}]}"#;
const COMPLETION: &str = r#"{"model":"sonar","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"length"}]}"#;
const WRONG: &str =
    r#"{"error":{"message":"Invalid API key provided.","type":"invalid_api_key","code":401}}"#;
const NO_MESSAGES: &str =
    r#"{"error":{"message":"At body -> messages: Field required","type":"bad_request","code":400}}"#;
const PAGE: &str = "<!doctype html><html><head><title>Chat</title></head></html>";

/// Calls at the root, the list below `/v1`.
const CALLS_AT_ROOT: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("*", Key::Other, 401, WRONG),
    rule("POST /chat/completions", Key::Good, 400, NO_MESSAGES).without_body("\"messages\""),
    rule("POST /chat/completions", Key::Good, 200, COMPLETION),
];

/// The same with a public list.
const PUBLIC_LIST: &[Rule] = &[
    rule("GET /v1/models", Key::Any, 200, LIST),
    rule("POST /chat/completions", Key::Other, 401, WRONG),
    rule("POST /chat/completions", Key::Good, 400, NO_MESSAGES).without_body("\"messages\""),
    rule("POST /chat/completions", Key::Good, 200, COMPLETION),
];

/// Calls below a path, the list below its `/v1`.
const CALLS_BELOW_PATH: &[Rule] = &[
    rule("GET /inference/v1/models", Key::Any, 200, LIST),
    rule(
        "POST /inference/chat/completions",
        Key::Other,
        401,
        r#"{"error":{"code":"unauthorized","message":"Bad credentials"}}"#,
    ),
    rule(
        "POST /inference/chat/completions",
        Key::Good,
        422,
        "{\"detail\":[{\"loc\":[\"body\",\"messages\"],\"msg\":\"field required\"}]}",
    )
    .without_body("\"messages\""),
    rule("POST /inference/chat/completions", Key::Good, 200, COMPLETION),
];

/// A list at the root and calls below `/v1`: calls fail at the root.
const CALLS_BELOW_VERSION: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("*", Key::Other, 401, WRONG),
    rule("POST /v1/chat/completions", Key::Good, 200, COMPLETION),
];

/// A front end that serves its page for every path, with the API below `/v1`.
const BEHIND_FRONT_END: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("GET /v1/models", Key::Other, 401, WRONG),
    rule("POST /chat/completions", Key::Any, 405, PAGE),
    rule("GET /models", Key::Any, 200, PAGE),
];

/// A page for every list, and calls at the root.
const PAGE_FOR_LIST: &[Rule] = &[
    rule("GET /models", Key::Any, 200, PAGE),
    rule("POST /chat/completions", Key::Other, 401, WRONG),
    rule("POST /chat/completions", Key::Good, 400, NO_MESSAGES),
];

/// No list at all, calls below a path.
const NO_LIST: &[Rule] = &[
    rule("POST /api/v3/chat/completions", Key::Other, 401, WRONG),
    rule("POST /api/v3/chat/completions", Key::Good, 400, NO_MESSAGES).without_body("\"messages\""),
    rule("POST /api/v3/chat/completions", Key::Good, 200, COMPLETION),
];

/// The call is answered with a rate limit, which is an API's response.
const LIMITED: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule(
        "POST /chat/completions",
        Key::Any,
        429,
        r#"{"error":{"message":"Rate limit reached for requests","code":"rate_limit_exceeded"}}"#,
    ),
];

fn at(endpoint: &'static str) -> Case {
    Case::at(Provider::CustomOpenAiCompatible, endpoint).model("sonar")
}

pub(super) fn table() -> Vec<Reported> {
    let root = || at("http://llm.example");
    let path = || at("http://llm.example/inference");
    vec![
        right(
            root().is("a list below `/v1`, calls at the root", "decolua/9router#1895", CALLS_AT_ROOT),
            Reason::Depth,
            "unknown",
        )
        .credential("verified"),
        right(
            root().deep(Depth::Inference).is(
                "the same, called",
                "dimagi/open-chat-studio#2962",
                CALLS_AT_ROOT,
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .ping(Reason::Ok),
        right(
            root().is(
                "a public list below `/v1`, calls at the root",
                "docs.perplexity.ai: models",
                PUBLIC_LIST,
            ),
            Reason::Depth,
            "unknown",
        )
        .credential("verified"),
        right(
            root().deep(Depth::Inference).is("the same, called", "docs.perplexity.ai: models", PUBLIC_LIST),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .ping(Reason::Ok),
        right(
            root().bad().is("the same with a wrong key", "docs.perplexity.ai: models", PUBLIC_LIST),
            Reason::BadKey,
            "no",
        )
        .credential("rejected"),
        right(
            path().is(
                "calls below a path, the list below its `/v1`",
                "microsoft/ai-agents-for-beginners#213",
                CALLS_BELOW_PATH,
            ),
            Reason::Depth,
            "unknown",
        )
        .credential("verified"),
        right(
            path().deep(Depth::Inference).is(
                "the same, called",
                "microsoft/ai-agents-for-beginners#213",
                CALLS_BELOW_PATH,
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .ping(Reason::Ok),
        right(
            at("http://llm.example/api/v3").deep(Depth::Inference).is(
                "no list, called",
                "FerroxLabs/wayland#339",
                NO_LIST,
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .ping(Reason::Ok),
        right(
            root().is("a rate limit where calls go", "RFC 6585 §4", LIMITED),
            Reason::RateLimited,
            "unknown",
        )
        .credential("not_verified"),
        right(
            root().is("calls below `/v1` only", "shy3130/tick-stock-panel#35", CALLS_BELOW_VERSION),
            Reason::WrongBasePath,
            "no",
        )
        .suggests("/v1"),
        right(
            root().deep(Depth::Inference).is(
                "the same, called",
                "shy3130/tick-stock-panel#35",
                CALLS_BELOW_VERSION,
            ),
            Reason::WrongBasePath,
            "no",
        )
        .suggests("/v1")
        .ping(Reason::WrongBasePath),
        right(
            root().deep(Depth::Reach).is(
                "a web page instead of the list, at depth reach",
                "fsnow/cst#742",
                PAGE_FOR_LIST,
            ),
            Reason::Depth,
            "unknown",
        ),
        right(
            root().deep(Depth::Reach).is(
                "web pages only, at depth reach",
                "langfuse/langfuse#7751",
                BEHIND_FRONT_END,
            ),
            Reason::NotAnLlmApi,
            "no",
        ),
        right(
            root().is("a web page at the root", "langfuse/langfuse#7751", BEHIND_FRONT_END),
            Reason::WrongBasePath,
            "no",
        )
        .credential("verified")
        .suggests("/v1"),
    ]
}

#[tokio::test]
async fn list_at_another_path_does_not_make_the_configured_path_wrong() {
    check(table()).await;
}
