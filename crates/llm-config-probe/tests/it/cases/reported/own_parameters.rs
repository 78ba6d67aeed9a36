//! Refusals of the parameters that a check sends.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const COMPLETION: &str = r#"{"model":"m","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#;
const CHAT: &str = "POST /v1/chat/completions";
const WRONG: &str = r#"{"error":{"code":"invalid_api_key","message":"Incorrect API key provided.","type":"invalid_request_error"}}"#;
const LIMIT_NAME: &str = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","code":"unsupported_parameter"}}"#;

/// The media type of server-sent events.
const EVENTS: &[(&str, &str)] = &[("content-type", "text/event-stream")];
const STREAMED: &str = "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\ndata: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"index\":0}]}\n\ndata: [DONE]\n\n";
const STREAM: &str = "\"stream\":true";

fn server() -> Case {
    let case = Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1");
    case.model("m").deep(Depth::Inference)
}

pub(super) fn table() -> Vec<Reported> {
    [streams_only(), always_streams(), limits(), neighbours()].into_iter().flatten().collect()
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
            "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"model\":\"m\",\"output\":[]}}\n\nevent: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}\n\n",
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
            server().is("KAITO, which streams always", "kaito-project/kaito#1880", const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("*", Key::Other, 401, WRONG),
                    rule(CHAT, Key::Good, 200, STREAMED).with(EVENTS),
                ]
            }),
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
                    rule("POST /v1/messages", Key::Good, 200, "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"type\":\"message\",\"model\":\"m\",\"content\":[]}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n").with(EVENTS),
                ]
            }),
            Reason::Ok,
            "yes",
        )
        .ping(Reason::Ok),
        right(
            Case::at(Provider::Ollama, "http://ollama.example")
                .model("m")
                .deep(Depth::Inference).path("/api/chat").keyless().is(
                "a proxy of Ollama that streams always",
                "docs.ollama.com/api/streaming",
                const {
                    &[
                        rule("GET /api/tags", Key::Any, 200, r#"{"models":[{"name":"m:latest","model":"m:latest"}]}"#),
                        rule("POST /api/chat", Key::Any, 200, "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"done\":false}\n{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true}\n")
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
                "an error within a stream",
                "OpenRouter: openrouter.ai/docs/api-reference/errors",
                const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("*", Key::Other, 401, WRONG),
                    rule(CHAT, Key::Good, 200, "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\ndata: {\"error\":{\"message\":\"You exceeded your current quota, please check your plan and billing details.\",\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}}\n\n").with(EVENTS),
                ]
            }),
            Reason::QuotaExhausted,
            "no",
        )
        .ping(Reason::QuotaExhausted),
    ]
}

/// A list, and calls that are completed only with this text in their body.
macro_rules! accepts {
    ($name:expr, $source:expr, $text:expr, $refusal:expr) => {
        server().is(
            $name,
            $source,
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("*", Key::Other, 401, WRONG),
                    rule(CHAT, Key::Good, 200, COMPLETION).with_body($text),
                    rule(CHAT, Key::Good, 400, $refusal),
                ]
            },
        )
    };
}

fn limits() -> Vec<Reported> {
    let works = |case| right(case, Reason::Ok, "yes").model("verified").ping(Reason::Ok);
    vec![
        works(accepts!(
            "the older name of the output limit is refused",
            "langgenius/dify-official-plugins#2771",
            "\"max_completion_tokens\":1",
            LIMIT_NAME
        )),
        works(accepts!(
            "Perplexity's least output limit",
            "langgenius/dify-official-plugins#3255",
            "\"max_tokens\":16",
            r#"{"error":{"message":"max_tokens must be at least 16 for sonar.","type":"invalid_parameter","code":400}}"#
        )),
        works(accepts!(
            "a gateway that sets a budget for thinking",
            "docs.claude.com/en/docs/build-with-claude/extended-thinking",
            "\"max_tokens\":1025",
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"}}"#
        )),
        works(accepts!(
            "a model with a range of output limits",
            "we0-dev/we0#56 (the words)",
            "\"max_tokens\":20",
            r#"{"error":{"message":"Invalid max_tokens value, the valid range of max_tokens is [20, 8192]","type":"invalid_request_error"}}"#
        )),
        works(accepts!(
            "a model that needs a system message",
            "chat templates that raise for a missing system message",
            "\"role\":\"system\"",
            r#"{"object":"error","message":"The first message must be a system message","type":"BadRequestError","code":400}"#
        )),
        works(accepts!(
            "a server that knows no member stream",
            "UOR-Foundation/uor-r4#683 (deny_unknown_fields)",
            "\"max_tokens\":1,\"messages\":[{\"content\":\"hi\",\"role\":\"user\"}],\"model\":\"m\"}",
            r#"{"detail":[{"type":"extra_forbidden","loc":["body","stream"],"msg":"Extra inputs are not permitted","input":false}]}"#
        )),
        // Neither the number nor another name is known: the verdict is that of the list.
        right(
            accepts!(
                "LiteLLM with a model that thinks",
                "BerriAI/litellm#9001",
                "\"max_tokens\":16384",
                r#"{"error":{"message":"litellm.BadRequestError: AnthropicException - {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size\"}}","type":null,"param":null,"code":"400"}}"#
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .ping(Reason::UnexpectedAnswer),
        right(
            server().path("/responses").is(
                "a relay that refuses every output limit",
                "RayBytes/ChatMock#103",
                const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("*", Key::Other, 401, WRONG),
                    rule("POST /v1/responses", Key::Good, 400, r#"{"detail":"Unsupported parameter: max_output_tokens"}"#),
                ]
            }),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .ping(Reason::UnexpectedAnswer),
        right(
            server().deep(Depth::Credential).is(
                "a server without a list that refuses the stream before the missing messages",
                "leookun/cursor-byok#14",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 404, r#"{"detail":"Not Found"}"#),
                        rule("*", Key::Other, 401, WRONG),
                        rule(CHAT, Key::Good, 200, STREAMED).with(EVENTS).with_body(STREAM),
                        rule(CHAT, Key::Good, 400, r#"{"detail":"Stream must be set to true"}"#),
                    ]
                },
            ),
            Reason::Depth,
            "unknown",
        )
        .credential("verified")
        .ping(Reason::Ok),
    ]
}

/// Refusals that are about something else, however similar their words are.
fn neighbours() -> Vec<Reported> {
    vec![
        right(
            accepts!(
                "vLLM whose context is full",
                "infiniflow/ragflow#10235",
                "never",
                r#"{"object":"error","message":"max_tokens must be at least 1, got -950.","type":"BadRequestError","param":null,"code":400}"#
            ),
            Reason::UnexpectedAnswer,
            "unknown",
        )
        .ping(Reason::UnexpectedAnswer),
        right(
            accepts!(
                "a refusal that only mentions thinking",
                "QwenLM/Qwen-Agent#946",
                "never",
                r#"{"error":{"message":"thinking mode is disabled for this workspace","type":"invalid_request_error"}}"#
            ),
            Reason::UnexpectedAnswer,
            "unknown",
        )
        .ping(Reason::UnexpectedAnswer),
        right(
            server().bad().is(
                "a wrong key at a server that only streams",
                "CherryHQ/cherry-studio#3192",
                const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("*", Key::Other, 401, WRONG),
                    rule(CHAT, Key::Good, 200, STREAMED).with(EVENTS).with_body(STREAM),
                    rule(CHAT, Key::Good, 400, r#"{"error":{"message":"This model only support stream mode"}}"#),
                ]
            }),
            Reason::BadKey,
            "no",
        )
        .credential("rejected")
        .ping(Reason::BadKey),
        // The parameter is judged before the key, and the list is public: nothing is known of the key.
        right(
            server().is(
                "a public list, and parameters that are judged before the key",
                "no report: the order that tells the least",
                const {
                &[
                    rule("GET /v1/models", Key::Any, 200, LIST),
                    rule(CHAT, Key::Any, 400, r#"{"error":{"message":"This model only support stream mode"}}"#).without_body(STREAM),
                    rule(CHAT, Key::Other, 401, WRONG),
                    rule(CHAT, Key::Good, 200, STREAMED).with(EVENTS),
                ]
            }),
            Reason::UnexpectedAnswer,
            "unknown",
        )
        .ping(Reason::Ok),
    ]
}

#[tokio::test]
async fn refused_parameter_of_check_is_not_a_fault_of_the_configuration() {
    check(table()).await;
}
