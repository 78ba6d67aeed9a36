//! `ANTHROPIC`.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Depth;

use super::reports;
use crate::support::{Case, GOOD, Key, Rule, key, probe, rule};

const VENDOR: &str = "http://api.anthropic.com";
const GATEWAY: &str = "http://llm.example/anthropic";

const ERRORS: &str = "platform.claude.com/docs/en/api/errors";
const MODELS: &str = "platform.claude.com/docs/en/api/models-list";
const COUNT: &str = "platform.claude.com/docs/en/api/messages-count-tokens";

const LIST: &str = r#"{"data":[{"type":"model","id":"claude-x"}],"has_more":true}"#;
const INVALID: &str = r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"},"request_id":"req_1"}"#;
const MISSING: &str =
    r#"{"type":"error","error":{"type":"authentication_error","message":"x-api-key header is required"}}"#;
const PAGE: &str = "<!doctype html><title>Welcome</title>";

fn case(name: &'static str, source: &'static str, endpoint: &'static str, rules: &'static [Rule]) -> Case {
    Case::at(Provider::Anthropic, endpoint).is(name, source, rules)
}

const GOOD_KEYS: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("GET /v1/models", Key::Other, 401, INVALID),
    rule("POST /v1/messages/count_tokens", Key::Good, 200, r#"{"input_tokens":8}"#),
    rule("POST /v1/messages/count_tokens", Key::Other, 401, INVALID),
];

const fn listed_then(status: u16, body: &'static str) -> [Rule; 2] {
    [
        rule("GET /v1/models", Key::Good, 200, LIST),
        rule("POST /v1/messages/count_tokens", Key::Good, status, body),
    ]
}

const fn lists(status: u16, body: &'static str) -> [Rule; 1] {
    [rule("GET /v1/models", Key::Any, status, body)]
}

#[tokio::test]
async fn check_at_vendor_matches_table() {
    let vendor = |name, source, rules| case(name, source, VENDOR, rules);
    let found = reports(vec![
        vendor("a good key", MODELS, GOOD_KEYS),
        vendor("a good key and a model", COUNT, GOOD_KEYS).model("claude-x"),
        case("an endpoint with a version", MODELS, "http://api.anthropic.com/v1", GOOD_KEYS),
        vendor("a bad key", ERRORS, GOOD_KEYS).bad(),
        vendor("no key: no request is sent", ERRORS, GOOD_KEYS).keyless(),
        vendor("only whether it is there", ERRORS, const { &lists(401, MISSING) }).deep(Depth::Reach),
        vendor("an unknown model", ERRORS, const {
            &listed_then(404, r#"{"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}}"#)
        }).model("claude-x"),
        vendor("no credit", "anthropics/claude-code#66314, #91322", const {
            &listed_then(400, r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing."}}"#)
        }).model("claude-x"),
        vendor("a model that the key may not use", ERRORS, const {
            &listed_then(403, r#"{"type":"error","error":{"type":"permission_error","message":"Your API key does not have permission to use the specified resource."}}"#)
        }).model("claude-x"),
        vendor("overloaded while the model is looked up", ERRORS, const {
            &listed_then(529, r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#)
        }).model("claude-x"),
        vendor("a server error while the model is looked up: repeated once", ERRORS, const {
            &listed_then(503, "upstream connect error")
        }).model("claude-x"),
        vendor("the wrong place", "danny-avila/LibreChat#4451", const {
            &lists(403, r#"{"error":{"type":"forbidden","message":"Request not allowed"}}"#)
        }),
        vendor("too many calls", ERRORS, const {
            &[Rule {
                headers: &[("retry-after", "17")],
                ..rule("GET /v1/models", Key::Any, 429, r#"{"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your rate limit"}}"#)
            }]
        }).model("claude-x"),
        vendor("trouble with the bill", ERRORS, const {
            &lists(402, r#"{"type":"error","error":{"type":"billing_error","message":"There is an issue with your billing."}}"#)
        }),
        vendor("overloaded", ERRORS, const {
            &lists(529, r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#)
        }),
        vendor("a firewall's page", "RFC 9110 §15.5.4", const { &lists(403, PAGE) }),
        vendor("a web page", "langfuse/langfuse#7751", const { &lists(200, PAGE) }),
        vendor("JSON of another shape", "nearai/ironclaw#6099", const { &lists(200, r#"{"ok":true}"#) }),
        vendor("elsewhere", "RFC 9110 §15.4", const {
            &[Rule {
                headers: &[("location", "https://api.anthropic.com/v1/models")],
                ..rule("GET /v1/models", Key::Any, 308, "")
            }]
        }),
        vendor("a token of Claude Code", "anthropics/claude-code#28091", const {
                &lists(401, r#"{"type":"error","error":{"type":"authentication_error","message":"OAuth authentication is currently not supported."}}"#)
            }).with(key("sk-ant-oat01-0000000000")),
        vendor("a key for administration", "platform.claude.com/docs/en/api/admin-api",
            const { &lists(401, INVALID) }).with(key("sk-ant-admin01-000000000")),
    ])
    .await;
    insta::assert_snapshot!(found);
}

const OWN_LIST: [Rule; 2] = [
    rule("GET /anthropic/v1/models", Key::Good, 200, r#"{"data":[{"id":"claude-x"}]}"#),
    rule("GET /anthropic/v1/models", Key::Other, 401, r#"{"error":{"message":"Invalid API key"}}"#),
];

#[tokio::test]
async fn check_at_compatible_server_matches_table() {
    let gateway = |name, source, rules| case(name, source, GATEWAY, rules);
    let minimax = "agentscope-ai/QwenPaw#2205";
    let found = reports(vec![
        gateway("a gateway that checks keys, and lists the model", MODELS, &OWN_LIST).model("claude-x"),
        gateway("a gateway that checks keys, and a bad one", MODELS, &OWN_LIST).bad(),
        gateway("a model that is not in the list nor alone", MODELS, const {
            &[OWN_LIST[0], OWN_LIST[1], rule("GET /anthropic/v1/models/nosuch", Key::Good, 404, r#"{"detail":"Not Found"}"#)]
        }).model("nosuch"),
        gateway("a gateway that checks nothing", "open-webui/open-webui#4833", const {
            &[rule("GET /anthropic/v1/models", Key::Any, 200, LIST)]
        }).bad().model("claude-x"),
        gateway("a gateway that needs no key, and none", "open-webui/open-webui#4833", const {
            &[rule("GET /anthropic/v1/models", Key::Any, 200, LIST)]
        }).keyless(),
        gateway("a gateway that needs a key, and none", MODELS, &OWN_LIST).keyless(),
        gateway("a gateway that answers the second call with 429", "RFC 6585 §4", const {
            &[OWN_LIST[0], rule("GET /anthropic/v1/models", Key::Other, 429, r#"{"error":{"message":"Too many requests"}}"#)]
        }),
        gateway("a limit in front of a gateway proves nothing", "RFC 6585 §4", const {
            &[rule("GET /anthropic/v1/models", Key::Any, 429, r#"{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}"#)]
        }).bad(),
        gateway("a bare refusal proves nothing", "vllm-project/vllm, server_utils.py", const {
            &[rule("GET /anthropic/v1/models", Key::Any, 401, r#"{"error":"Unauthorized"}"#)]
        }),
        gateway("a refusal for want of a scope", "microsoft/PowerToys#32989", const {
            &[rule("GET /anthropic/v1/models", Key::Any, 401, r#"{"error":{"message":"You have insufficient permissions for this operation. Missing scopes: model.request."}}"#)]
        }),
        gateway("a gateway that looks elsewhere for the key", "BerriAI/litellm, No api key passed in", const {
            &[rule("GET /anthropic/v1/models", Key::Any, 401, r#"{"error":{"message":"Authentication Error, No api key passed in.","type":"auth_error","code":"401"}}"#)]
        }),
        gateway("a gateway whose own key is refused", "BerriAI/litellm, litellm.AuthenticationError", const {
            &[rule("GET /anthropic/v1/models", Key::Any, 401, r#"{"error":{"message":"litellm.AuthenticationError: AnthropicException - invalid x-api-key","type":"authentication_error","code":"401"}}"#)]
        }),
        gateway("a proxy without a database", "BerriAI/litellm#4880", const {
            &[rule("GET /anthropic/v1/models", Key::Any, 400, r#"{"error":{"message":"No connected db.","type":"no_db_connection","code":"400"}}"#)]
        }).bad(),
        gateway("no list, and a key that is good for messages", minimax, const {
            &[
                rule("POST /anthropic/v1/messages", Key::Good, 400, r#"{"type":"error","error":{"type":"invalid_request_error","message":"messages: Field required"}}"#),
                rule("POST /anthropic/v1/messages", Key::Other, 401, INVALID),
            ]
        }).model("claude-x"),
        gateway("no list, and a key that is not", minimax, const {
            &[rule("POST /anthropic/v1/messages", Key::Other, 401, INVALID)]
        }).bad(),
        gateway("no list, and no check of keys", minimax, const {
            &[rule("POST /anthropic/v1/messages", Key::Any, 422, r#"{"detail":[{"loc":["body","messages"],"msg":"Field required","type":"missing"}]}"#)]
        }).bad().model("claude-x"),
        gateway("no list, and messages are generated from an empty call", "abetlen/llama-cpp-python, run",
            const {
            &[rule("POST /anthropic/v1/messages", Key::Any, 200, r#"{"type":"message","content":[{"type":"text","text":"x"}]}"#)]
        }),
        gateway("neither list nor messages", "FerroxLabs/wayland#339", &[]),
    ])
    .await;
    insta::assert_snapshot!(found);
}

#[tokio::test]
async fn key_and_token_are_sent_in_their_own_headers() {
    let (_, received, _) = probe(&case("", MODELS, VENDOR, GOOD_KEYS).model("claude-x")).await;
    for request in &received {
        assert_eq!(request.header("anthropic-version"), Some("2023-06-01"));
        assert_eq!(request.header("x-api-key"), Some(GOOD));
        assert_eq!(request.header("authorization"), None);
    }
    assert_eq!(received[0].target, "/v1/models?limit=1");
    assert_eq!(received[1].body, r#"{"messages":[{"content":"hi","role":"user"}],"model":"claude-x"}"#);

    let token = case("", MODELS, VENDOR, const { &lists(200, LIST) }).with(key("sk-ant-oat01-0"));
    let (_, received, _) = probe(&token).await;
    assert_eq!(received[0].header("authorization"), Some("Bearer sk-ant-oat01-0"));
    assert_eq!(received[0].header("anthropic-beta"), Some("oauth-2025-04-20"));
    assert_eq!(received[0].header("x-api-key"), None);
}
