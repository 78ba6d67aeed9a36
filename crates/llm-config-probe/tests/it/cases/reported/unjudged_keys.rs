//! Refusals that do not concern the key.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, GOOD, Key, Rule, key_in, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const UNAUTHORIZED: &str = r#"{"message":"Unauthorized"}"#;

/// Kong's plugin for keys, which looks for the key in one header.
const KONG: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST).in_header("apikey"),
    rule("*", Key::Wrong, 401, UNAUTHORIZED).in_header("apikey"),
    rule("*", Key::Missing, 401, r#"{"message":"No API key found in request"}"#).in_header("apikey"),
];

/// A gateway that refuses a wrong key, a key in another header and no key alike.
const ALIKE: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST).in_header("x-gateway-key"),
    rule("*", Key::Any, 401, UNAUTHORIZED),
];

/// The same, with the id of the request and a part of the key in the text.
const ALIKE_BUT_FOR_IDS: &[Rule] = &[
    rule(
        "*",
        Key::Wrong,
        401,
        r#"{"error":{"message":"Access with credential sk-b****0002 failed, request 7f3a91","type":"auth"}}"#,
    ),
    rule(
        "*",
        Key::Missing,
        401,
        r#"{"error":{"message":"Access with credential **** failed, request 81bb02","type":"auth"}}"#,
    ),
    rule("GET /v1/models", Key::Good, 200, LIST),
];

/// A server that tells a wrong key from a missing one, without words that judge it.
const TOLD_FROM_NONE: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("*", Key::Wrong, 401, r#"{"error":"Unauthorized"}"#),
    rule("*", Key::Missing, 401, r#"{"error":"Authorization header required"}"#),
];

/// A server that serves its list to everybody without a key, and refuses wrong ones.
const OPEN_WITHOUT_KEY: &[Rule] = &[
    rule("GET /v1/models", Key::Wrong, 401, r#"{"error":"Unauthorized"}"#),
    rule("GET /v1/models", Key::Any, 200, LIST),
];

/// vLLM, whose refusal of a wrong key is that of a missing one.
const VLLM: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("*", Key::Other, 401, r#"{"error":"Unauthorized"}"#),
];

/// A limit of the rate, before keys are checked.
const CONTROL_LIMITED: &[Rule] = &[
    rule("*", Key::Wrong, 401, r#"{"error":"Unauthorized"}"#),
    rule("*", Key::Missing, 429, r#"{"error":"Too many requests"}"#),
    rule("GET /v1/models", Key::Good, 200, LIST),
];

/// A list that needs a key and calls that refuse it in the words of the provider behind the server.
const CALL_REFUSED: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("*", Key::Other, 401, r#"{"error":{"message":"Invalid API key","code":"invalid_api_key"}}"#),
    rule(
        "POST /v1/chat/completions",
        Key::Good,
        401,
        r#"{"error":{"message":"Unauthorized","type":"authentication_error"}}"#,
    ),
];

/// No list, and a call that refuses all keys and none alike.
const CALL_REFUSED_ALIKE: &[Rule] = &[rule(
    "POST /v1/chat/completions",
    Key::Any,
    401,
    r#"{"error":{"message":"Unauthorized","type":"authentication_error"}}"#,
)];

fn server() -> Case {
    Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1").model("m")
}

pub(super) fn table() -> Vec<Reported> {
    let unknown = |case: Case| right(case, Reason::UnexpectedAnswer, "unknown").credential("not_verified");
    vec![
        right(
            server().with(key_in("apikey", None, GOOD)).is(
                "Kong with the key in the header that it expects",
                "open-webui/open-webui#18509",
                KONG,
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified"),
        unknown(server().is(
            "a genuine key in another header than the one that counts",
            "Kong/kong#3742",
            ALIKE,
        )),
        unknown(server().bad().is("a wrong key, refused like none", "Kong/kong#3742", ALIKE)),
        right(
            server().with(key_in("x-gateway-key", None, GOOD)).is(
                "the same key in the header that counts",
                "Kong/kong#3742",
                ALIKE,
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified"),
        unknown(server().bad().is(
            "a refusal that differs from that of none by ids only",
            "KINDS: the same answer to all three judges no key",
            ALIKE_BUT_FOR_IDS,
        )),
        right(
            server().bad().is(
                "a refusal that differs from that of none",
                "huggingface/text-generation-inference#1726",
                TOLD_FROM_NONE,
            ),
            Reason::BadKey,
            "no",
        )
        .credential("rejected"),
        right(
            server().is(
                "the same server and a genuine key",
                "huggingface/text-generation-inference#1726",
                TOLD_FROM_NONE,
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified"),
        right(
            server().bad().is(
                "a wrong key where none would do",
                "LostRuins/koboldcpp: --password",
                OPEN_WITHOUT_KEY,
            ),
            Reason::BadKey,
            "no",
        )
        .credential("rejected"),
        right(
            Case::at(Provider::Vllm, "http://vllm.example/v1").bad().model("m").is(
                "vLLM, by its provider value",
                "vllm/entrypoints/serve/utils/server_utils.py",
                VLLM,
            ),
            Reason::BadKey,
            "no",
        )
        .credential("rejected"),
        unknown(server().bad().is(
            "a control that meets a limit of the rate",
            "RFC 6585 §4",
            CONTROL_LIMITED,
        )),
        right(
            server().deep(Depth::Inference).is(
                "a key that the list accepts and the call refuses",
                "run: LiteLLM 1.106.2",
                CALL_REFUSED,
            ),
            Reason::UpstreamKeyRejected,
            "no",
        )
        .credential("verified"),
        unknown(server().deep(Depth::Inference).is(
            "a call that refuses every key and none alike",
            "KINDS: the same answer to all three judges no key",
            CALL_REFUSED_ALIKE,
        )),
    ]
}

#[tokio::test]
async fn refusal_that_does_not_concern_the_key_does_not_reject_it() {
    check(table()).await;
}
