//! Refusals of the parameters that a check sends.

mod limits;

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const CHAT: &str = "POST /v1/chat/completions";
const WRONG: &str = r#"{"error":{"code":"invalid_api_key","message":"Incorrect API key provided.","type":"invalid_request_error"}}"#;

/// The media type of server-sent events.
const EVENTS: &[(&str, &str)] = &[("content-type", "text/event-stream")];
const STREAMED: &str = r#"data: {"model":"m","choices":[{"delta":{"role":"assistant","content":""}}]}

data: {"model":"m","choices":[{"delta":{"content":"Hi"},"index":0}]}

data: [DONE]

"#;
const ROLE: &str = "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n";
const RESPONSES: &str = r#"event: response.created
data: {"type":"response.created","response":{"model":"m","output":[]}}

event: response.output_text.delta
data: {"type":"response.output_text.delta","delta":"Hi"}

"#;
const MESSAGES: &str = r#"event: message_start
data: {"type":"message_start","message":{"type":"message","model":"m","content":[]}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

"#;
const LINES: &str = r#"{"model":"m","message":{"role":"assistant","content":"Hi"},"done":false}
{"model":"m","message":{"role":"assistant","content":""},"done":true}
"#;
const QUOTA: &str = r#"data: {"model":"m","choices":[{"delta":{"role":"assistant","content":""}}]}

data: {"error":{"message":"You exceeded your current quota.","code":"insufficient_quota"}}

"#;
const STREAM: &str = "\"stream\":true";

fn server() -> Case {
    let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1");
    case.model("m").deep(Depth::Inference)
}

pub(super) fn table() -> Vec<Reported> {
    [streams_only(), always_streams(), limits::table()].into_iter().flatten().collect()
}

/// A model that streams only: a list, a streamed call, and this refusal of any other call.
macro_rules! streams_only {
    ($name:expr, $source:expr, $path:expr, $streamed:expr, $status:expr, $refusal:expr) => {
        server().path($path).is(
            $name,
            $source,
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("*", Key::Other, 401, WRONG),
                    rule(concat!("POST /v1", $path), Key::Good, 200, $streamed)
                        .with(EVENTS)
                        .with_body(STREAM),
                    rule(concat!("POST /v1", $path), Key::Good, $status, $refusal),
                ]
            },
        )
    };
}

fn streams_only() -> Vec<Reported> {
    let works =
        |case| right(case, Reason::Ok, "yes").credential("verified").model("verified").ping(Reason::Ok);
    vec![
        works(streams_only!(
            "Qwen3 at DashScope with thinking switched on",
            "tencentmusic/supersonic#2355",
            "/chat/completions",
            STREAMED,
            400,
            r#"{"error":{"code":"invalid_parameter_error","param":null,"message":"parameter.enable_thinking must be set to false for non-streaming calls","type":"invalid_request_error"},"request_id":"1"}"#
        )),
        works(streams_only!(
            "QwQ at DashScope",
            "FoundationAgents/OpenManus#330",
            "/chat/completions",
            STREAMED,
            400,
            r#"{"error":{"code":"invalid_parameter_error","message":"This model only support stream mode, please enable the stream parameter to access the model. ","param":null,"type":"invalid_request_error"},"request_id":"8eeb3d9a"}"#
        )),
        works(streams_only!(
            "Qwen-Omni at DashScope",
            "microsoft/UFO#215",
            "/chat/completions",
            STREAMED,
            400,
            r#"{"code":"InvalidParameter","message":"This model does not support non-streaming output."}"#
        )),
        works(streams_only!(
            "a gateway with Chinese errors",
            "songquanpeng/one-api#455 (the behaviour)",
            "/chat/completions",
            STREAMED,
            400,
            r#"{"error":"qwq-plus 仅支持流式调用，请设置 stream=true"}"#
        )),
        works(streams_only!(
            "one-api in front of Xunfei",
            "songquanpeng/one-api#455",
            "/chat/completions",
            STREAMED,
            500,
            r#"{"error":{"message":"xunfei api does not support non-stream mode","type":"one_api_error"}}"#
        )),
        works(streams_only!(
            "a server that says so with 501 and a text",
            "XiaomiMiMo test double: `stream must be true`",
            "/chat/completions",
            STREAMED,
            501,
            "stream must be true"
        )),
        works(streams_only!(
            "a coding plan behind chat completions",
            "decolua/9router#1705",
            "/chat/completions",
            STREAMED,
            400,
            r#"{"success":false,"error":{"code":"BAD_REQUEST","status":400,"message":"Invalid request error. Often missing required parameters or typo. HINT: Validation error: Invalid input: expected true at \"params.stream\""}}"#
        )),
        works(streams_only!(
            "a Codex backend behind /responses",
            "leookun/cursor-byok#14",
            "/responses",
            RESPONSES,
            400,
            r#"{"detail":"Stream must be set to true"}"#
        )),
        right(
            server().is("a model that streams only, without a list", "QuantumNous/new-api#905", const {
                &[
                    rule("GET /v1/models", Key::Good, 404, r#"{"detail":"Not Found"}"#),
                    rule("*", Key::Other, 401, WRONG),
                    rule(CHAT, Key::Good, 200, STREAMED).with(EVENTS).with_body(STREAM),
                    rule(CHAT, Key::Good, 400, r#"{"error":{"message":"This model only support stream mode, please enable the stream parameter to access the model.","type":"upstream_error","code":"bad_response_status_code"}}"#).with_body("\"messages\""),
                    rule(CHAT, Key::Good, 400, r#"{"error":{"message":"field messages is required","type":"new_api_error"}}"#),
                ]
            })
            .path("/chat/completions"),
            Reason::Ok,
            "yes",
        )
        .ping(Reason::Ok),
    ]
}

/// Servers that stream although they are instructed not to.
fn always_streams() -> Vec<Reported> {
    vec![
        right(
            server().is(
                "KAITO, which streams always",
                "kaito-project/kaito#1880",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 200, LIST),
                        rule("*", Key::Other, 401, WRONG),
                        rule(CHAT, Key::Good, 200, STREAMED).with(EVENTS),
                    ]
                },
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .ping(Reason::Ok),
        right(
            server().path("/messages").is(
                "a relay of Anthropic's that streams always",
                "BerriAI/litellm#34095 (for /responses)",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 200, LIST),
                        rule("*", Key::Other, 401, WRONG),
                        rule("POST /v1/messages", Key::Good, 200, MESSAGES).with(EVENTS),
                    ]
                },
            ),
            Reason::Ok,
            "yes",
        )
        .ping(Reason::Ok),
        right(
            Case::at(Provider::Ollama, "http://ollama.example")
                .model("m")
                .deep(Depth::Inference)
                .path("/api/chat")
                .keyless()
                .is(
                    "a proxy of Ollama that streams always",
                    "docs.ollama.com/api/streaming",
                    const {
                        &[
                            rule(
                                "GET /api/tags",
                                Key::Any,
                                200,
                                r#"{"models":[{"name":"m:latest","model":"m:latest"}]}"#,
                            ),
                            rule("POST /api/chat", Key::Any, 200, LINES)
                                .with(&[("content-type", "application/x-ndjson")]),
                        ]
                    },
                ),
            Reason::Ok,
            "yes",
        )
        .ping(Reason::Ok),
        right(
            server().is(
                "a stream that ends after the role, which servers send before they call the model",
                "platform.openai.com/docs/api-reference/chat-streaming: the first chunk",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 200, LIST),
                        rule("*", Key::Other, 401, WRONG),
                        rule(CHAT, Key::Good, 200, ROLE).with(EVENTS),
                    ]
                },
            ),
            Reason::UnexpectedAnswer,
            "unknown",
        )
        .credential("verified")
        .ping(Reason::UnexpectedAnswer),
        right(
            server().is(
                "an error within a stream",
                "OpenRouter: openrouter.ai/docs/api-reference/errors",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 200, LIST),
                        rule("*", Key::Other, 401, WRONG),
                        rule(CHAT, Key::Good, 200, QUOTA).with(EVENTS),
                    ]
                },
            ),
            Reason::QuotaExhausted,
            "no",
        )
        .ping(Reason::QuotaExhausted),
    ]
}

#[tokio::test]
async fn refused_parameter_of_check_is_not_a_fault_of_the_configuration() {
    check(table()).await;
}
