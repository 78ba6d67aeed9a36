//! Refusals that say that a key is missing, or that its organisation or host is wrong.

use llm_config_core::provider::Provider;
use llm_config_probe::report::Reason;

use super::{Reported, check, right};
use crate::support::{Case, Key, Rule, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const MODELS: &str = "GET /v1/models";

pub(super) fn table() -> Vec<Reported> {
    let mut table = missed_keys();
    table.extend(other_headers());
    table.extend(mini_max());
    table
}

fn server() -> Case {
    Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1").model("m")
}

/// A genuine key that the server did not judge.
fn unjudged(reason: Reason, name: &'static str, source: &'static str, rules: &'static [Rule]) -> Reported {
    right(server().is(name, source, rules), reason, "no").credential("not_verified").ping(reason)
}

/// Servers that look for keys elsewhere, and state so.
fn missed_keys() -> Vec<Reported> {
    let missed = |name, source, rules| unjudged(Reason::ConfigIncomplete, name, source, rules);
    vec![
        missed(
            "Kong with the key as a bearer token",
            "open-webui/open-webui#18509",
            const {
                &[
                    rule(MODELS, Key::Good, 200, LIST).in_header("apikey"),
                    rule("*", Key::Wrong, 401, r#"{"message":"Unauthorized"}"#).in_header("apikey"),
                    rule("*", Key::Any, 401, r#"{"message":"No API key found in request"}"#)
                        .with(&[("www-authenticate", "Key realm=\"kong\""), ("server", "kong/3.4.0")]),
                ]
            },
        ),
        missed(
            "Zhipu without the header that it expects, in Chinese",
            "songquanpeng/one-api#1301",
            const {
                &[
                    rule(MODELS, Key::Good, 200, LIST).in_header("x-api-key"),
                    rule(
                        "*",
                        Key::Any,
                        401,
                        r#"{"error":{"code":"1001","message":"Header中未收到Authorization参数，无法进行身份验证。"}}"#,
                    ),
                ]
            },
        ),
        missed(
            "new-api that finds no token, in Chinese",
            "QuantumNous/new-api: zh-CN.yaml",
            const {
                &[
                    rule(MODELS, Key::Good, 200, LIST).in_header("x-api-key"),
                    rule("*", Key::Any, 401, r#"{"error":{"message":"未提供令牌","type":"new_api_error"}}"#),
                ]
            },
        ),
        missed(
            "new-api that finds no token, in Japanese",
            "QuantumNous/new-api: ja.yaml",
            const {
                &[
                    rule(MODELS, Key::Good, 200, LIST).in_header("x-api-key"),
                    rule(
                        "*",
                        Key::Any,
                        401,
                        r#"{"error":{"message":"トークンが提供されていません","type":"new_api_error"}}"#,
                    ),
                ]
            },
        ),
        missed(
            "new-api that finds no token, in Russian",
            "QuantumNous/new-api: ru.yaml",
            const {
                &[
                    rule(MODELS, Key::Good, 200, LIST).in_header("x-api-key"),
                    rule(
                        "*",
                        Key::Any,
                        401,
                        r#"{"error":{"message":"Токен не предоставлен","type":"new_api_error"}}"#,
                    ),
                ]
            },
        ),
        missed(
            "watsonx that finds no token, in a list of errors",
            "langchain-ai/langchain-ibm#35",
            const {
                &[
                    rule(MODELS, Key::Good, 200, LIST).in_header("x-api-key"),
                    rule(
                        "*",
                        Key::Any,
                        401,
                        r#"{"errors":[{"code":"authentication_no_token","message":"Failed to authenticate the request due to no Bearer token in the request header"}],"trace":"1","status_code":401}"#,
                    ),
                ]
            },
        ),
        unjudged(
            Reason::KeyWrongProduct,
            "iFlytek's Spark, which expects another kind of key",
            "xinnan-tech/xiaozhi-esp32-server#2481",
            const {
                &[
                    rule(MODELS, Key::Any, 404, "404 page not found"),
                    rule(
                        "*",
                        Key::Any,
                        401,
                        r#"{"message":"HMAC signature cannot be verified:enforced header 'host' not used for signature creation"}"#,
                    ),
                ]
            },
        ),
    ]
}

/// Refusals for another header or another host.
fn other_headers() -> Vec<Reported> {
    vec![
        unjudged(
            Reason::ConfigIncomplete,
            "OpenAI with the organisation of another key",
            "openai/codex#1000",
            const {
                &[rule(
                    "*",
                    Key::Any,
                    401,
                    r#"{"error":{"message":"OpenAI-Organization header should match organization for API key","type":"invalid_request_error","param":null,"code":"mismatched_organization"}}"#,
                )]
            },
        ),
        unjudged(
            Reason::ConfigIncomplete,
            "OpenAI with an organisation that does not exist",
            "Aider-AI/aider#3717",
            const {
                &[rule(
                    "*",
                    Key::Any,
                    401,
                    r#"{"error":{"message":"No such organization: org-1.","type":"invalid_request_error","param":null,"code":"invalid_organization"}}"#,
                )]
            },
        ),
        unjudged(
            Reason::KeyWrongRegion,
            "OpenAI at the host of another region",
            "developers.openai.com: data residency",
            const {
                &[rule(
                    "*",
                    Key::Any,
                    401,
                    r#"{"error":{"message":"attempted to access resource with incorrect regional hostname. Please make your request to us.api.openai.com","type":"invalid_request_error","param":null,"code":"incorrect_hostname"}}"#,
                )]
            },
        ),
    ]
}

/// `MiniMax`, which names the header in which it looks for the key, for a wrong key too.
const MINI_MAX: &[Rule] = &[
    rule("GET /anthropic/v1/models", Key::Any, 404, "404 page not found"),
    rule(
        "POST /anthropic/v1/messages",
        Key::Good,
        400,
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"messages: field required"}}"#,
    )
    .in_header("authorization"),
    rule(
        "POST /anthropic/v1/messages",
        Key::Any,
        401,
        r#"{"type":"error","error":{"type":"authorized_error","message":"login fail: Please carry the API secret key in the 'Authorization' field of the request header (1004)"}}"#,
    ),
];

fn mini_max() -> Vec<Reported> {
    let case = || Case::at(Provider::Anthropic, "http://llm.example/anthropic");
    let genuine = case().is(
        "MiniMax behind Anthropic's API, with the key in its header",
        "nearai/ironclaw#1742",
        MINI_MAX,
    );
    let wrong = case().bad().is(
        "MiniMax and a wrong key, which it does not tell from a missing one",
        "nearai/ironclaw#1742",
        MINI_MAX,
    );
    vec![
        right(genuine, Reason::ConfigIncomplete, "no").credential("not_verified"),
        right(wrong, Reason::ConfigIncomplete, "no").credential("not_verified"),
    ]
}

#[tokio::test]
async fn refusal_that_misses_the_key_does_not_reject_it() {
    check(table()).await;
}
