//! Refusals of the output limit and of other members, and refusals that only sound like these.

use llm_config_probe::report::{Depth, Reason};

use super::super::{Reported, right};
use super::{CHAT, EVENTS, LIST, STREAM, STREAMED, WRONG, server};
use crate::support::{Key, rule};

const COMPLETION: &str = r#"{"model":"m","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#;
const LIMIT_NAME: &str = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","code":"unsupported_parameter"}}"#;

pub(super) fn table() -> Vec<Reported> {
    [limits(), neighbours()].into_iter().flatten().collect()
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
