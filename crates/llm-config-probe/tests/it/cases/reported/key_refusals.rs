//! Refusals of keys, or of their rights, in the words and codes of many servers.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, Rule, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const MODELS: &str = "GET /v1/models";
const CHAT: &str = "POST /v1/chat/completions";
const WRONG: &str = r#"{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}"#;

fn server() -> Case {
    Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1").model("m")
}

/// The rules of a server that lists its models for a genuine key and refuses all others like this.
macro_rules! rejects {
    ($status:literal, $body:expr) => {
        const { &[rule(MODELS, Key::Good, 200, LIST), rule("*", Key::Other, $status, $body)] }
    };
}

/// The rules of a server that refuses the call of a genuine key like this.
macro_rules! refuses_call {
    ($status:literal, $body:expr) => {
        const {
            &[
                rule(MODELS, Key::Good, 200, LIST),
                rule("*", Key::Other, 401, WRONG),
                rule(CHAT, Key::Good, $status, $body),
            ]
        }
    };
}

/// A wrong key, and its refusal.
fn wrong(name: &'static str, source: &'static str, rules: &'static [Rule]) -> Reported {
    let case = server().bad().is(name, source, rules);
    right(case, Reason::BadKey, "no").credential("rejected").ping(Reason::BadKey)
}

/// A genuine key, and the refusal of its call.
fn genuine(reason: Reason, name: &'static str, source: &'static str, rules: &'static [Rule]) -> Reported {
    let case = server().deep(Depth::Inference).is(name, source, rules);
    right(case, reason, "no").credential("verified").ping(reason)
}

pub(super) fn table() -> Vec<Reported> {
    let mut table = given();
    table.extend(wrong_keys());
    table.extend(past_keys());
    table.extend(genuine_keys());
    table
}

fn given() -> Vec<Reported> {
    let databricks = || {
        let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/serving-endpoints").bad();
        case.model("databricks-meta-llama-3-3-70b-instruct").deep(Depth::Inference).is(
            "a wrong token at Databricks",
            "databricks/databricks-sdk-go#873",
            const {
                &[
                    rule("*", Key::Other, 403, r#"{"error_code":403,"message":"Invalid access token."}"#),
                    rule("GET /serving-endpoints/models", Key::Good, 404, r#"{"error_code":"ENDPOINT_NOT_FOUND","message":"No API found for 'GET /serving-endpoints/models'"}"#),
                ]
            },
        )
    };
    let git_hub = || {
        let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/inference");
        case.model("openai/gpt-4.1").deep(Depth::Inference).is(
            "a GitHub token without the permission for models",
            "microsoft/ai-agents-for-beginners#213",
            const {
                &[
                    rule("GET /inference/models", Key::Any, 404, r#"{"message":"Not Found"}"#),
                    rule("*", Key::Good, 401, r#"{"error":{"code":"unauthorized","message":"The `models` permission is required to access this endpoint","details":"The `models` permission is required to access this endpoint"}}"#),
                    rule("*", Key::Other, 401, r#"{"error":{"code":"unauthorized","message":"Bad credentials","details":"Bad credentials"}}"#),
                ]
            },
        )
    };
    let kimi = || {
        let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/coding/v1");
        case.model("kimi-for-coding").deep(Depth::Inference).is(
            "Kimi for Coding, which serves listed programs only",
            "openclaw/openclaw#42499",
            const {
                &[
                    rule("GET /coding/v1/models", Key::Good, 200, r#"{"object":"list","data":[{"id":"kimi-for-coding","object":"model"}]}"#),
                    rule("*", Key::Other, 401, r#"{"error":{"message":"Invalid Authentication","type":"invalid_authentication_error"}}"#),
                    rule("POST /coding/v1/chat/completions", Key::Good, 403, r#"{"error":{"message":"Kimi For Coding is currently only available for Coding Agents.","type":"access_terminated_error"}}"#),
                ]
            },
        )
    };
    vec![
        wrong(
            "a wrong token at new-api, in Chinese",
            "QuantumNous/new-api#4712",
            rejects!(401, r#"{"error":{"message":"无效的令牌 (request id: 1)","type":"new_api_error"}}"#),
        ),
        right(databricks(), Reason::BadKey, "no").credential("rejected").ping(Reason::BadKey),
        right(git_hub(), Reason::KeyRestrictedScope, "no").ping(Reason::KeyRestrictedScope),
        right(kimi(), Reason::NoPermission, "no").credential("verified").ping(Reason::NoPermission),
    ]
}

fn wrong_keys() -> Vec<Reported> {
    vec![
        wrong(
            "a wrong token at new-api, in Japanese",
            "QuantumNous/new-api: ja.yaml",
            rejects!(401, r#"{"error":{"message":"無効なトークン","type":"new_api_error"}}"#),
        ),
        wrong(
            "a wrong token at new-api, in Russian",
            "QuantumNous/new-api: ru.yaml",
            rejects!(401, r#"{"error":{"message":"Недопустимый токен","type":"new_api_error"}}"#),
        ),
        wrong(
            "a wrong token at new-api, in French",
            "QuantumNous/new-api: fr.yaml",
            rejects!(401, r#"{"error":{"message":"Jeton invalide","type":"new_api_error"}}"#),
        ),
        wrong(
            "a wrong token at one-api, as a success",
            "songquanpeng/one-api: middleware/auth.go",
            rejects!(200, r#"{"error":{"message":"无效的 token","type":"one_api_error"}}"#),
        ),
        wrong(
            "a wrong key at MiniMax, as a success",
            "MiniMax-AI/MiniMax-M2.5#18",
            rejects!(200, r#"{"base_resp":{"status_code":2049,"status_msg":"invalid api key"}}"#),
        ),
        wrong(
            "a wrong key at SiliconFlow, whose error is a JSON text",
            "rikkahub/rikkahub#372",
            rejects!(401, r#""Api key is invalid""#),
        ),
        wrong(
            "a wrong key at Zhipu, with another code",
            "chathub-dev/chathub#1047",
            rejects!(401, r#"{"error":{"code":"401","message":"令牌已过期或验证不正确！"}}"#),
        ),
        wrong(
            "a wrong key at Cohere",
            "cohere-ai/cohere-toolkit#857",
            rejects!(401, r#"{"message":"invalid api token"}"#),
        ),
        wrong(
            "a wrong token at Snowflake, its code a text at the top",
            "slothflowlabs/duckle#22",
            rejects!(401, r#"{"code":"390144","message":"JWT token is invalid. [7fb87e37]"}"#),
        ),
        wrong(
            "a wrong key at CLOVA Studio, whose error is called status",
            "api.ncloud-docs.com: clovastudio-troubleshoot-c4xx",
            rejects!(401, r#"{"status":{"code":"40104","message":"Invalid key"},"result":null}"#),
        ),
    ]
}

/// Keys that were genuine.
fn past_keys() -> Vec<Reported> {
    let past = |reason, name, source, rules| {
        let case = server().bad().is(name, source, rules);
        right(case, reason, "no").credential("rejected").ping(reason)
    };
    vec![
        past(
            Reason::KeyExpired,
            "an expired token at watsonx, in a list of errors",
            "BerriAI/litellm#9219",
            rejects!(
                401,
                r#"{"errors":[{"code":"authentication_token_expired","message":"Failed to authenticate the request due to an expired token","more_info":"https://cloud.ibm.com/apidocs/watsonx-ai"}],"trace":"1","status_code":401}"#
            ),
        ),
        past(
            Reason::KeyExpired,
            "an expired token at GigaChat",
            "tomyumm-ge/n8n-gigachat#11",
            rejects!(401, r#"{"status":401,"message":"Token has expired"}"#),
        ),
        past(
            Reason::KeyDisabledOrLeaked,
            "a disabled token at new-api, in Chinese",
            "QuantumNous/new-api#3301",
            rejects!(401, r#"{"error":{"message":"该令牌状态不可用","type":"new_api_error"}}"#),
        ),
    ]
}

fn genuine_keys() -> Vec<Reported> {
    let address = |name, source, rules| {
        let case = server().deep(Depth::Inference).is(name, source, rules);
        let reason = Reason::KeyRestrictedIpOrReferrer;
        right(case, reason, "unknown").ping(reason)
    };
    vec![
        genuine(
            Reason::NoPermission,
            "Groq with a restricted organisation, with 400",
            "songquanpeng/one-api#1764",
            refuses_call!(
                400,
                r#"{"error":{"message":"Organization has been restricted. Please reach out to support if you believe this was in error.","type":"invalid_request_error","code":"organization_restricted"}}"#
            ),
        ),
        genuine(
            Reason::NoPermission,
            "new-api with a blocked user, in Chinese",
            "QuantumNous/new-api: middleware/auth.go",
            refuses_call!(403, r#"{"error":{"message":"用户已被封禁","type":"new_api_error"}}"#),
        ),
        address(
            "new-api for another address, in Chinese",
            "QuantumNous/new-api: middleware/auth.go",
            refuses_call!(
                403,
                r#"{"error":{"message":"您的 IP 不在令牌允许访问的列表中","type":"new_api_error","code":"access_denied"}}"#
            ),
        ),
        address(
            "Databricks for another address",
            "omnigent-ai/omnigent#4463",
            refuses_call!(
                403,
                r#"{"error_code":403,"message":"Source IP address: 192.0.2.1 is blocked by Databricks IP ACL for workspace: 1"}"#
            ),
        ),
    ]
}

#[tokio::test]
async fn refused_key_is_stated_in_every_language() {
    check(table()).await;
}
