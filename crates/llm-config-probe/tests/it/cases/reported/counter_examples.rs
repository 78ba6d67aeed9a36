//! Counter-examples that reviewers of the code constructed.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, GOOD, Key, Rule, key_in, rule};

const SOURCE: &str = "a review of the code";
const CALL: &str = "POST /v1/chat/completions";
const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const COMPLETION: &str = r#"{"model":"m","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#;
const OTHER: &str = r#"{"model":"tiny","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#;
const NO_MESSAGES: &str = r#"{"error":{"message":"'messages' is required","type":"invalid_request_error"}}"#;
const WRONG: &str = r#"{"error":{"message":"Invalid API key","code":"invalid_api_key"}}"#;

/// A server without a list, whose refusal of it contains the word `models`.
const REFUSES_ITS_LIST: &[Rule] = &[
    rule("*", Key::Other, 401, WRONG),
    rule(
        "GET /v1/models",
        Key::Good,
        404,
        r#"{"error":{"message":"Listing models is not supported on this deployment"}}"#,
    ),
    rule(CALL, Key::Good, 200, COMPLETION).with_body("\"messages\""),
    rule(CALL, Key::Good, 400, NO_MESSAGES),
];

/// A public list with a limit of the rate, which has status 403.
const LIMITS_WITH_403: &[Rule] = &[
    rule("*", Key::Good, 200, LIST),
    rule(
        "*",
        Key::Wrong,
        403,
        r#"{"error":{"message":"slow down: rate limit exceeded","type":"rate_limit_error"}}"#,
    ),
    rule("*", Key::Missing, 200, LIST),
];

/// A relay that passes the caller's key on, and checks its form itself.
const PASSES_KEY_ON: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("*", Key::Wrong, 401, r#"{"error":"{\"error\":{\"message\":\"Incorrect API key provided\"}}"}"#),
];

/// A gateway that refuses every key in this header, with an id that differs each time.
const RANDOM_IDS: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST).in_header("x-gateway-key"),
    rule("*", Key::Missing, 401, r#"{"message":"Unauthorized (ref kXyQwErT)"}"#).in_header("authorization"),
    rule("*", Key::Any, 401, r#"{"message":"Unauthorized (ref pLmNoKjH)"}"#),
];

/// A firewall that refuses requests without a key by a web page.
const FIREWALL: &[Rule] = &[
    rule("*", Key::Missing, 403, "<html><title>Blocked</title></html>")
        .with(&[("content-type", "text/html")]),
    rule("*", Key::Any, 401, r#"{"message":"Unauthorized"}"#),
];

/// A server without keys that maps an alias, and refuses other names for its daily quota.
const QUOTA_FOR_OTHERS: &[Rule] = &[
    rule("GET /v1/models", Key::Any, 200, r#"{"data":[{"id":"tiny"}]}"#),
    rule(CALL, Key::Any, 400, NO_MESSAGES).without_body("\"messages\""),
    rule(CALL, Key::Any, 200, OTHER).with_body("\"alias\""),
    rule(
        CALL,
        Key::Any,
        403,
        r#"{"error":{"message":"daily free quota exhausted","code":"insufficient_quota"}}"#,
    ),
];

/// An API that really lies below a version twice.
const VERSION_TWICE: &[Rule] = &[
    rule("*", Key::Other, 401, WRONG),
    rule("POST /v1/v1/chat/completions", Key::Good, 200, COMPLETION).with_body("\"messages\""),
    rule("POST /v1/v1/chat/completions", Key::Good, 400, NO_MESSAGES),
    rule("GET /v1/v1/models", Key::Good, 200, LIST),
];

/// A hosted gateway whose customers name their gateways like requests.
const HOSTED_GATEWAY: &[Rule] = &[
    rule("*", Key::Other, 401, WRONG),
    rule("POST /v1/account/chat/compat/chat/completions", Key::Good, 200, COMPLETION)
        .with_body("\"messages\""),
    rule("POST /v1/account/chat/compat/chat/completions", Key::Good, 400, NO_MESSAGES),
];

pub(super) fn table() -> Vec<Reported> {
    let at = |endpoint| Case::at(Provider::CustomOpenAiCompatible, endpoint).model("m");
    let server = || at("http://llm.example/v1");
    let unjudged = |case: Case| right(case, Reason::UnexpectedAnswer, "unknown").credential("not_verified");
    let gateway = at("http://gateway.ai.cloudflare.com/v1/account/chat").path("/compat/chat/completions");
    vec![
        right(
            server().deep(Depth::Inference).is(
                "a refused list with the word `models`",
                SOURCE,
                REFUSES_ITS_LIST,
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified"),
        right(
            server().is("a wrong key that meets a limit with 403", SOURCE, LIMITS_WITH_403),
            Reason::RateLimited,
            "unknown",
        )
        .credential("not_verified"),
        right(
            server().bad().is("a relay that passes the key on", SOURCE, PASSES_KEY_ON),
            Reason::UpstreamKeyRejected,
            "no",
        )
        .credential("not_verified"),
        unjudged(server().is("ids of letters in the refusal", SOURCE, RANDOM_IDS)),
        right(
            server().with(key_in("x-gateway-key", None, GOOD)).is(
                "the same in the right header",
                SOURCE,
                RANDOM_IDS,
            ),
            Reason::Ok,
            "yes",
        ),
        unjudged(server().bad().is("a firewall that blocks requests without a key", SOURCE, FIREWALL)),
        right(
            server().keyless().model("alias").deep(Depth::Inference).is(
                "a quota for other names",
                SOURCE,
                QUOTA_FOR_OTHERS,
            ),
            Reason::Ok,
            "yes",
        )
        .model("unverifiable"),
        right(
            at("http://llm.example/v1/v1").deep(Depth::Inference).is(
                "an API below a version twice",
                SOURCE,
                VERSION_TWICE,
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified"),
        right(
            at("http://llm.example/v1").path("/v1/chat/completions").deep(Depth::Inference).is(
                "the same, divided between endpoint and path",
                SOURCE,
                VERSION_TWICE,
            ),
            Reason::Ok,
            "yes",
        ),
        right(
            gateway.deep(Depth::Inference).is(
                "a hosted gateway named like a request",
                SOURCE,
                HOSTED_GATEWAY,
            ),
            Reason::Ok,
            "yes",
        ),
    ]
}

#[tokio::test]
async fn counter_example_comes_out_right() {
    check(table()).await;
}
