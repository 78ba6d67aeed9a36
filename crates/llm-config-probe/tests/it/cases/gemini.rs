//! `GOOGLE`: the Gemini API.

use llm_config_core::provider::Provider;

use super::reports;
use crate::support::{Case, GOOD, Key, Rule, Truth, key, probe, rule};

const VENDOR: &str = "http://generativelanguage.googleapis.com";
const COMPATIBLE: &str = "http://generativelanguage.googleapis.com/v1beta/openai/";

const MODELS: &str = "ai.google.dev/api/models";
const FREELLM: &str = "tashfeenahmed/freellmapi#268, #285";

const LIST: &str = r#"{"models":[{"name":"models/gemini-x"}],"nextPageToken":"1"}"#;
const MODEL: &str =
    r#"{"name":"models/gemini-x","supportedGenerationMethods":["generateContent","countTokens"]}"#;
const INVALID: &str = r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}"#;
const MISSING_MODEL: &str = r#"{"error":{"code":404,"message":"models/gemini-x is not found for API version v1beta, or is not supported for generateContent.","status":"NOT_FOUND"}}"#;
const PAGE: &str = "<!doctype html><title>Error 404</title>";

fn case(name: &'static str, source: &'static str, endpoint: &'static str, rules: &'static [Rule]) -> Case {
    Case::at(Provider::Google, endpoint).is(name, source, rules)
}

const KEYS: &[Rule] = &[
    rule("GET /v1beta/models", Key::Good, 200, LIST),
    rule("GET /v1beta/models", Key::Other, 400, INVALID),
    rule("GET /v1beta/models/gemini-x", Key::Good, 200, MODEL),
    rule("GET /v1beta/models/gemini-x", Key::Other, 400, INVALID),
];

const fn lists(status: u16, body: &'static str) -> [Rule; 1] {
    [rule("GET /v1beta/models", Key::Any, status, body)]
}

const fn listed_then(status: u16, body: &'static str) -> [Rule; 2] {
    [
        rule("GET /v1beta/models", Key::Good, 200, LIST),
        rule("GET /v1beta/models/gemini-x", Key::Good, status, body),
    ]
}

#[tokio::test]
async fn check_in_own_form_matches_table() {
    let vendor = |name, source, rules| case(name, source, VENDOR, rules);
    let found = reports(vec![
        vendor("a good key", MODELS, KEYS),
        vendor("a good key and a model", MODELS, KEYS).model("gemini-x"),
        vendor("a model with its prefix", MODELS, KEYS).model("models/gemini-x"),
        case("an endpoint with a version", MODELS, "http://generativelanguage.googleapis.com/v1beta", KEYS),
        vendor("a bad key is 400", FREELLM, KEYS).bad(),
        vendor("no key: no request is sent", FREELLM, KEYS).keyless(),
        vendor("an expired key", "simonw/llm#1213", const {
            &lists(400, r#"{"error":{"code":400,"message":"API key expired. Please renew the API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}"#)
        }).truth(Truth::Bad),
        vendor("a key that was seen in public", "continuedev/continue#10513", const {
            &lists(403, r#"{"error":{"code":403,"message":"Your API key was reported as leaked. Please use another API key.","status":"PERMISSION_DENIED"}}"#)
        }).truth(Truth::Bad),
        vendor("the wrong place", "itcon-pty-au/stremio-ai-search#224", const {
            &lists(400, r#"{"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}}"#)
        }).model("gemini-x"),
        vendor("the API is switched off", FREELLM, const {
            &lists(403, r#"{"error":{"code":403,"message":"Generative Language API has not been used in project 1 before or it is disabled.","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.Help"},{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SERVICE_DISABLED"}]}}"#)
        }),
        vendor("a key for other APIs", "continuedev/continue#12781", const {
            &lists(403, r#"{"error":{"code":403,"message":"Requests to this API generativelanguage.googleapis.com method google.ai.generativelanguage.v1beta.ModelService.ListModels are blocked.","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_SERVICE_BLOCKED"}]}}"#)
        }),
        vendor("a key for telephones", "cloud.google.com/docs/authentication/api-keys", const {
            &lists(403, r#"{"error":{"code":403,"message":"Requests from this Android client application <empty> are blocked.","status":"PERMISSION_DENIED"}}"#)
        }),
        vendor("a denial that does not say whether the key is known", "cloud.google.com/apis/design/errors",
            const {
            &lists(403, r#"{"error":{"code":403,"message":"The caller does not have permission","status":"PERMISSION_DENIED"}}"#)
        }).bad(),
        vendor("a key for web pages", "mhawksey/GeminiApp#10", const {
            &lists(403, r#"{"error":{"code":403,"message":"Requests from referer <empty> are blocked.","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_HTTP_REFERRER_BLOCKED"}]}}"#)
        }),
        vendor("an unknown model", "cognizant-ai-lab/neuro-san#348",
            const { &listed_then(404, MISSING_MODEL) }).model("gemini-x"),
        vendor("a model that only embeds", MODELS, const {
            &listed_then(200, r#"{"name":"models/gemini-x","supportedGenerationMethods":["embedContent"]}"#)
        }).model("gemini-x"),
        vendor("quota used up for the moment", "ai.google.dev/gemini-api/docs/rate-limits", const {
            &lists(429, r#"{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED"}}"#)
        }),
        vendor("no free quota", "ai.google.dev/gemini-api/docs/rate-limits", const {
            &listed_then(429, r#"{"error":{"code":429,"message":"Quota exceeded for metric: generate_content_free_tier_requests, limit: 0","status":"RESOURCE_EXHAUSTED"}}"#)
        }).model("gemini-x"),
        vendor("trouble at the provider", "ai.google.dev/gemini-api/docs/troubleshooting", const {
            &lists(500, r#"{"error":{"code":500,"message":"An internal error has occurred.","status":"INTERNAL"}}"#)
        }),
        vendor("a web page", "langfuse/langfuse#7751", const { &lists(200, PAGE) }),
        vendor("JSON of another shape", "nearai/ironclaw#6099", const { &lists(200, r#"{"data":[]}"#) }),
        vendor("elsewhere", "RFC 9110 §15.4", const {
            &[Rule { headers: &[("location", "https://evil.example/v1beta/models")],
                ..rule("GET /v1beta/models", Key::Any, 302, "") }]
        }),
    ])
    .await;
    insta::assert_snapshot!(found);
}

const BAD_ARRAY: &str = r#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]"#;

#[tokio::test]
async fn check_in_openai_form_matches_table() {
    const KEYS: &[Rule] = &[
        rule(
            "GET /v1beta/openai/models",
            Key::Good,
            200,
            r#"{"object":"list","data":[{"id":"models/gemini-x"}]}"#,
        ),
        rule("GET /v1beta/openai/models", Key::Other, 400, BAD_ARRAY),
        rule(
            "GET /v1beta/openai/models/gemini-x",
            Key::Good,
            200,
            r#"{"id":"models/gemini-x","object":"model"}"#,
        ),
        rule(
            "GET /v1beta/openai/models/gemini-y",
            Key::Good,
            404,
            r#"[{"error":{"code":404,"message":"models/gemini-y is not found for API version v1main","status":"NOT_FOUND"}}]"#,
        ),
    ];
    let source = "ai.google.dev/gemini-api/docs/openai";
    let vendor = |name, source, rules| case(name, source, COMPATIBLE, rules);
    let found = reports(vec![
        vendor("a good key and a model", source, KEYS).model("gemini-x"),
        vendor("an unknown model", source, KEYS).model("gemini-y"),
        vendor("an error within a list", "bytedance/deer-flow#1515", KEYS).bad(),
        case(
            "the path of chats pasted",
            source,
            "http://generativelanguage.googleapis.com/v1beta/openai/chat/completions",
            KEYS,
        ),
        vendor("no key: no request is sent", source, KEYS).keyless(),
    ])
    .await;
    insta::assert_snapshot!(found);
}

#[tokio::test]
async fn check_at_compatible_server_matches_table() {
    let gateway = |name, source, rules| case(name, source, "http://llm.example/gemini", rules);
    let checks = const {
        &[
            rule("GET /gemini/v1beta/models", Key::Good, 200, LIST),
            rule("GET /gemini/v1beta/models", Key::Other, 400, INVALID),
            rule("GET /gemini/v1beta/models/gemini-x", Key::Good, 200, MODEL),
        ]
    };
    let found = reports(vec![
        gateway("a gateway that checks keys", MODELS, checks).model("gemini-x"),
        gateway("a gateway that checks keys, and a bad one", MODELS, checks).bad(),
        gateway("a gateway that checks nothing", "copilotkit/aimock", const {
            &[
                rule("GET /gemini/v1beta/models", Key::Any, 200, LIST),
                rule("GET /gemini/v1beta/models/gemini-x", Key::Any, 200, r#"{"name":"models/other"}"#),
            ]
        }).bad().model("gemini-x"),
        gateway("a gateway that reports a used-up quota", "RFC 6585 §4", const {
            &[rule("GET /gemini/v1beta/models", Key::Any, 429, r#"{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED"}}"#)]
        }).bad(),
        gateway("a gateway whose own key is refused", "BerriAI/litellm, litellm.AuthenticationError", const {
            &[rule("GET /gemini/v1beta/models", Key::Any, 401, r#"{"error":{"message":"litellm.AuthenticationError: GeminiException - API key not valid. Please pass a valid API key.","type":"authentication_error","code":"401"}}"#)]
        }),
        gateway("a gateway that reports a disabled API", FREELLM, const {
            &[rule("GET /gemini/v1beta/models", Key::Any, 403, r#"{"error":{"code":403,"message":"x","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SERVICE_DISABLED"}]}}"#)]
        }).bad(),
        gateway("a gateway without a key", MODELS, checks).keyless(),
    ])
    .await;
    insta::assert_snapshot!(found);
}

#[tokio::test]
async fn key_is_sent_in_header_and_never_in_query() {
    let (_, received, _) = probe(&case("", MODELS, VENDOR, KEYS).model("gemini-x")).await;
    assert_eq!(received.len(), 2);
    for request in &received {
        assert_eq!(request.header("x-goog-api-key"), Some(GOOD));
        assert_eq!(request.header("authorization"), None);
        assert!(!request.target.contains(GOOD));
    }
    let (_, received, _) = probe(&case("", MODELS, COMPATIBLE, &[])).await;
    assert_eq!(
        received[0].header("authorization").and_then(|value| value.strip_prefix("Bearer ")),
        Some(GOOD)
    );
    assert_eq!(received[0].header("x-goog-api-key"), None);

    let token = case("", MODELS, VENDOR, &[]).with(key("ya29.a-token"));
    let (_, received, _) = probe(&token).await;
    assert_eq!(received[0].header("authorization"), Some("Bearer ya29.a-token"));
}
