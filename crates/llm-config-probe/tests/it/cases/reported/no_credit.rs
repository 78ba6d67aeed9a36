//! Accounts without credit, in the words and codes of many servers.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, Rule, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const MODELS: &str = "GET /v1/models";
const CHAT: &str = "POST /v1/chat/completions";
const WRONG: &str = r#"{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}"#;

/// A server that lists its models for a genuine key and refuses its calls.
fn listing(name: &'static str, source: &'static str, rules: &'static [Rule]) -> Case {
    let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1").model("m");
    case.deep(Depth::Inference).is(name, source, rules)
}

/// The list succeeds, and the call states that there is no credit.
fn without_credit(case: Case) -> Reported {
    right(case, Reason::InsufficientCredit, "no").credential("verified").ping(Reason::InsufficientCredit)
}

/// The list succeeds, and the call states that the quota is used up.
fn without_quota(case: Case) -> Reported {
    right(case, Reason::QuotaExhausted, "no").credential("verified").ping(Reason::QuotaExhausted)
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

pub(super) fn table() -> Vec<Reported> {
    let mut table = given();
    table.extend(credit());
    table.extend(quota());
    table.extend(own_apis());
    table.extend(rate_limits());
    table
}

fn given() -> Vec<Reported> {
    let zhipu = || {
        let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/api/paas/v4");
        case.model("glm-4.7").deep(Depth::Inference).is(
            "Zhipu without balance, in Chinese",
            "continuedev/continue#11823",
            const {
                &[
                    rule("GET /api/paas/v4/models", Key::Any, 404, "404"),
                    rule(
                        "POST /api/paas/v4/chat/completions",
                        Key::Good,
                        429,
                        r#"{"error":{"code":"1113","message":"余额不足或无可用资源包,请充值。"}}"#,
                    ),
                    rule(
                        "POST /api/paas/v4/chat/completions",
                        Key::Other,
                        401,
                        r#"{"error":{"code":"1000","message":"身份验证失败。"}}"#,
                    ),
                ]
            },
        )
    };
    let dash_scope = |depth| {
        let host = "http://dashscope.aliyuncs.com/compatible-mode/v1";
        let case = Case::at(Provider::CustomOpenAiCompatible, host).model("qwen3-coder-plus").deep(depth);
        case.is(
            "DashScope in arrears",
            "QwenLM/qwen-code#54",
            const {
                &[
                    rule("GET /compatible-mode/v1/models", Key::Any, 404, ""),
                    rule("POST /compatible-mode/v1/chat/completions", Key::Good, 400, r#"{"error":{"code":"Arrearage","param":null,"message":"Access denied.","type":"Arrearage"},"request_id":"1"}"#),
                    rule("POST /compatible-mode/v1/chat/completions", Key::Other, 401, r#"{"error":{"code":"invalid_api_key","message":"Incorrect API key provided.","type":"invalid_request_error","param":null}}"#),
                ]
            },
        )
    };
    let gemini = || {
        let host = "http://generativelanguage.googleapis.com/v1beta/openai";
        let case = Case::at(Provider::CustomOpenAiCompatible, host).model("gemini-2.5-flash");
        case.deep(Depth::Inference).is(
            "Gemini without prepaid credit, on its OpenAI-compatible path",
            "JeffOtano/roni#125",
            const {
                &[
                    rule("*", Key::Other, 400, r#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]"#),
                    rule("GET /v1beta/openai/models", Key::Good, 200, r#"{"object":"list","data":[{"id":"models/gemini-2.5-flash","object":"model"}]}"#),
                    rule("GET /v1beta/openai/models/gemini-2.5-flash", Key::Good, 200, r#"{"id":"models/gemini-2.5-flash","object":"model"}"#),
                    rule("POST /v1beta/openai/chat/completions", Key::Good, 429, r#"[{"error":{"code":429,"message":"Your prepayment credits are depleted.","status":"RESOURCE_EXHAUSTED"}}]"#),
                ]
            },
        )
    };
    let xai = listing(
        "xAI without credits",
        "continuedev/continue#12670",
        const {
            &[
                rule(MODELS, Key::Good, 200, LIST),
                rule(
                    "*",
                    Key::Other,
                    400,
                    r#"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: sk***ad."}"#,
                ),
                rule(
                    CHAT,
                    Key::Good,
                    403,
                    r#"{"code":"The caller does not have permission to execute the specified operation","error":"Your newly created team doesn't have any credits or licenses yet."}"#,
                ),
            ]
        },
    );
    let no_credit = Reason::InsufficientCredit;
    vec![
        right(zhipu(), no_credit, "no").ping(no_credit),
        right(dash_scope(Depth::Credential), no_credit, "no").ping(no_credit),
        right(dash_scope(Depth::Inference), no_credit, "no").ping(no_credit),
        right(gemini(), no_credit, "no").credential("verified").ping(no_credit),
        without_credit(xai),
    ]
}

fn credit() -> Vec<Reported> {
    vec![
        without_credit(listing(
            "Z.ai without balance, in English",
            "vercel/ai#9290",
            refuses_call!(
                429,
                r#"{"error":{"code":"1113","message":"Insufficient balance or no resource package. Please recharge."}}"#
            ),
        )),
        without_credit(listing(
            "Moonshot with a suspended account",
            "MoonshotAI/kimi-code#1857",
            refuses_call!(
                429,
                r#"{"error":{"message":"Your account org-1 <ak-1> is suspended due to insufficient balance, please recharge your account or check your plan and billing details","type":"exceeded_current_quota_error"}}"#
            ),
        )),
        without_credit(listing(
            "Volcengine Ark with an overdue account",
            "coze-dev/coze-studio#2195",
            refuses_call!(
                403,
                r#"{"error":{"code":"AccountOverdueError","message":"The request failed because your account has an overdue balance. Request id: 1","param":"","type":"Forbidden"}}"#
            ),
        )),
        without_credit(listing(
            "SiliconFlow without paid balance, its code a number",
            "FoundationAgents/OpenManus#438",
            refuses_call!(
                403,
                r#"{"code":30011,"message":"The selected model requires paid balance. Your paid balance is insufficient. Please top up and try again.","data":null}"#
            ),
        )),
        without_credit(listing(
            "Fireworks with unpaid invoices",
            "amd/gaia#3766",
            refuses_call!(
                412,
                r#"{"error":{"message":"Account acme is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices. Please go to https://fireworks.ai/account/billing for more information.","param":null,"code":"PRECONDITION_FAILED","type":"error"}}"#
            ),
        )),
        without_credit(listing(
            "xAI with a spent budget, its code at the top",
            "tetsuo-ai/agenc-core#2483",
            refuses_call!(
                403,
                r#"{"code":"personal-team-blocked:spending-limit","error":"You have run out of credits or need a Grok subscription. Add credits at https://grok.com/?_s=usage or upgrade at https://grok.com/supergrok."}"#
            ),
        )),
        without_credit(listing(
            "MiniMax without balance, as a success",
            "adrianlyjak/obsidian-aloud-tts#114",
            refuses_call!(200, r#"{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}"#),
        )),
        without_credit(listing(
            "Vercel's gateway without credit",
            "vercel/eve#3321",
            refuses_call!(
                402,
                r#"{"error":{"message":"A positive credit balance is required for all requests, including BYOK, so fallback providers remain available.","type":"insufficient_funds"}}"#
            ),
        )),
        without_credit(listing(
            "a gateway in Russian without funds",
            "a translation of ai-forever/gpt2giga#29",
            refuses_call!(402, r#"{"detail":"Недостаточно средств на балансе"}"#),
        )),
    ]
}

fn quota() -> Vec<Reported> {
    vec![
        without_quota(listing(
            "new-api with a spent token",
            "songquanpeng/one-api: model/token.go",
            refuses_call!(
                403,
                r#"{"error":{"message":"该令牌额度已用尽 (request id: 1)","type":"new_api_error"}}"#
            ),
        )),
        without_quota(listing(
            "one-api with a spent user",
            "songquanpeng/one-api#898",
            refuses_call!(
                403,
                r#"{"error":{"message":"user quota is not enough","type":"one_api_error","param":"","code":"insufficient_user_quota"}}"#
            ),
        )),
        without_quota(listing(
            "Perplexity with a spent quota, with 401",
            "nyldn/claude-octopus#494",
            refuses_call!(
                401,
                r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","code":401}}"#
            ),
        )),
        without_quota(listing(
            "Huawei's MaaS with a spent quota, with 401",
            "support.huaweicloud.com: maas-modelarts-0080",
            refuses_call!(
                401,
                r#"{"error_code":"ModelArts.81005","error_msg":"The free quota has been used up."}"#
            ),
        )),
        without_quota(listing(
            "a coding plan whose five hours are used up",
            "dirge-code/dirge#818",
            refuses_call!(
                429,
                r#"{"error":{"code":"1308","message":"已达到 5 小时的使用上限。您的限额将在 2026-08-25 07:41:44 重置。"}}"#
            ),
        )),
        without_quota(listing(
            "DashScope with a spent free tier",
            "666ghj/BettaFish#609",
            refuses_call!(
                403,
                r#"{"error":{"message":"The free tier of the model has been exhausted.","type":"AllocationQuota.FreeTierOnly","param":null,"code":"AllocationQuota.FreeTierOnly"}}"#
            ),
        )),
        without_quota(listing(
            "Ollama's cloud with a spent session",
            "continuedev/continue#10579",
            refuses_call!(
                429,
                r#"{"error":"you (someone) have reached your session usage limit, please wait or upgrade to continue"}"#
            ),
        )),
        without_quota(listing(
            "Hugging Face with spent monthly credits",
            "huggingface/agents-course#386",
            refuses_call!(
                402,
                r#"{"error":"You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly included credits."}"#
            ),
        )),
    ]
}

/// The same words behind the APIs of Anthropic and Google.
fn own_apis() -> Vec<Reported> {
    let mini_max = || {
        let case = Case::at(Provider::Anthropic, "http://llm.example/anthropic").model("MiniMax-M2.1");
        case.path("/v1/messages").deep(Depth::Inference).is(
            "MiniMax without balance, behind Anthropic's API and with 500",
            "MiniMax-AI/MiniMax-M2#62",
            const {
                &[
                    rule("GET /anthropic/v1/models", Key::Any, 404, "404 page not found"),
                    rule("POST /anthropic/v1/messages", Key::Good, 500, r#"{"type":"error","error":{"type":"api_error","message":"insufficient balance (1008)"},"request_id":"1"}"#),
                    rule("POST /anthropic/v1/messages", Key::Other, 401, r#"{"type":"error","error":{"type":"authentication_error","message":"invalid api key"}}"#),
                ]
            },
        )
    };
    let gemini = || {
        let case = Case::at(Provider::Google, "http://generativelanguage.googleapis.com");
        case.model("gemini-2.5-flash").deep(Depth::Inference).is(
            "Gemini without prepaid credit, on its own path",
            "JeffOtano/roni#125",
            const {
                &[
                    rule("*", Key::Other, 400, r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}"#),
                    rule("GET /v1beta/models", Key::Good, 200, r#"{"models":[{"name":"models/gemini-2.5-flash"}]}"#),
                    rule("GET /v1beta/models/gemini-2.5-flash", Key::Good, 200, r#"{"name":"models/gemini-2.5-flash"}"#),
                    rule("POST /v1beta/models/gemini-2.5-flash:generateContent", Key::Good, 429, r#"{"error":{"code":429,"message":"Your prepayment credits are depleted.","status":"RESOURCE_EXHAUSTED"}}"#),
                ]
            },
        )
    };
    let no_credit = Reason::InsufficientCredit;
    vec![
        right(mini_max(), no_credit, "no").ping(no_credit),
        right(gemini(), no_credit, "no").credential("verified"),
    ]
}

/// The opposite: waiting helps.
fn rate_limits() -> Vec<Reported> {
    let limited = |case| right(case, Reason::RateLimited, "unknown").ping(Reason::RateLimited);
    vec![
        limited(listing(
            "Z.ai with too many calls at once",
            "kaitranntt/ccs#402",
            refuses_call!(
                429,
                r#"{"error":{"code":"1302","message":"High concurrency usage of this API, please reduce concurrency or contact customer service to increase limits"}}"#
            ),
        )),
        limited(listing(
            "DashScope with calls that rise too fast",
            "help.aliyun.com: error-code",
            refuses_call!(
                429,
                r#"{"error":{"message":"Request rate increased too quickly. To ensure system stability, please adjust your client logic.","type":"limit_burst_rate","code":"limit_burst_rate"}}"#
            ),
        )),
        limited(listing(
            "Moonshot with too many calls at once",
            "harry0703/MoneyPrinterTurbo#339",
            refuses_call!(
                429,
                r#"{"error":{"message":"Your account org-1 request reached max request: 3, please try again after 1 seconds","type":"rate_limit_reached_error"}}"#
            ),
        )),
        limited(listing(
            "a gateway that passes on Google's limit per minute",
            "google-gemini/gemini-cli#8437",
            refuses_call!(
                429,
                r#"{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED"}}"#
            ),
        )),
    ]
}

#[tokio::test]
async fn account_without_credit_is_stated_whatever_the_status() {
    check(table()).await;
}
