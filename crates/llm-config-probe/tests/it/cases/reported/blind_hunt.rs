//! Situations from reports that were collected without knowing the code, of kinds that it did not get
//! right at first.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, Rule, rule};

const CALL: &str = "POST /v1/chat/completions";
const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const COMPLETION: &str = r#"{"model":"m","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#;
const NO_MESSAGES: &str =
    r#"{"error":{"message":"you must provide a messages parameter","type":"invalid_request_error"}}"#;
const PAGE: &[(&str, &str)] = &[("content-type", "text/html")];
const SIGN_IN: &str = "<html><head><title>401 Authorization Required</title></head></html>";

/// Perplexity, as it was measured: its refusals of keys are web pages.
const REFUSES_WITH_PAGES: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("GET /v1/models", Key::Other, 401, SIGN_IN).with(PAGE),
    rule("POST /chat/completions", Key::Other, 401, SIGN_IN).with(PAGE),
    rule("POST /chat/completions", Key::Good, 200, COMPLETION).with_body("\"messages\""),
    rule("POST /chat/completions", Key::Good, 400, NO_MESSAGES),
];

/// A gateway whose token may call the model, and may not list.
const MAY_NOT_LIST: &[Rule] = &[
    rule(
        "GET /v1/models",
        Key::Good,
        403,
        r#"{"message":"unauthorized: the token lacks permission to access the API (/v1/models:GET). You can request access to this service through the portal, then generate a new token."}"#,
    ),
    rule("*", Key::Other, 401, r#"{"message":"unauthorized: invalid token"}"#),
    rule(CALL, Key::Good, 200, COMPLETION).with_body("\"messages\""),
    rule(CALL, Key::Good, 400, NO_MESSAGES),
];

/// iFlytek's Spark, and the key of another of its interfaces.
const SPARK: &[Rule] = &[
    rule("*", Key::Missing, 401, r#"{"message":"Unauthorized"}"#),
    rule(
        "*",
        Key::Wrong,
        401,
        r#"{"message":"HMAC signature cannot be verified:enforced header 'host' not used for signature creation"}"#,
    ),
    rule(CALL, Key::Good, 200, COMPLETION),
];

/// Volcengine Ark calls its deployed models endpoints.
const ARK: &[Rule] = &[
    rule(
        "POST /api/v3/chat/completions",
        Key::Good,
        404,
        r#"{"error":{"code":"InvalidEndpoint.NotFound","message":"The request targeted an endpoint that does not exist or is invalid. Request id: 0217","param":"","type":"NotFound"}}"#,
    ),
    rule(
        "POST /api/v3/chat/completions",
        Key::Other,
        401,
        r#"{"error":{"code":"AuthenticationError","message":"The API key doesn't exist. Request id: 1","param":"","type":"Unauthorized"}}"#,
    ),
];

/// llama-swap, for a name that it does not route.
const LLAMA_SWAP: &[Rule] = &[
    rule("GET /v1/models", Key::Any, 200, LIST),
    rule("*", Key::Any, 404, r#"{"error":"no model id could be identified","src":"llama-swap"}"#),
];

/// A server that names its base URL in the error.
const NAMES_ITS_BASE: &[Rule] = &[rule(
    "*",
    Key::Any,
    404,
    r#"{"status":false,"error":{"message":"The requested endpoint was not found. please make sure to use \"http://localhost:3040/v1\" as the base URL.","type":"invalid_request_error"}}"#,
)];

/// Pollinations: a bare list, and aliases as one text.
const ALIASES_AS_TEXT: &[Rule] = &[
    rule(
        "GET /openai/models",
        Key::Any,
        200,
        r#"[{"name":"openai","tools":true},{"name":"openai-fast","tools":true,"aliases":"openai-small, mini"}]"#,
    ),
    rule("POST /openai/chat/completions", Key::Any, 400, r#"{"error":"messages is required","status":400}"#),
];

/// A relay of OpenRouter, stored without `/v1`.
const RELAY: &[Rule] = &[
    rule("GET /api/v1/key", Key::Good, 200, r#"{"data":{"label":"l","limit_remaining":null}}"#),
    rule("GET /api/v1/key", Key::Other, 401, r#"{"error":{"message":"User not found.","code":401}}"#),
    rule("*", Key::Any, 404, "<!DOCTYPE html><title>Not Found</title>").with(PAGE),
];

/// LM Studio, whose own API lists models below `/api/v1` and takes no chat completions there.
const LM_STUDIO: &[Rule] = &[
    rule("GET /api/v1/models", Key::Any, 200, r#"{"models":[{"type":"llm","key":"m","display_name":"M"}]}"#),
    rule(
        "POST /api/v1/chat/completions",
        Key::Any,
        405,
        r#"{"error":"Unexpected endpoint or method. (POST /api/v1/chat/completions)"}"#,
    ),
    rule("GET /v1/models", Key::Any, 200, LIST),
];

/// Tencent Cloud reports errors inside a success.
const TENCENT: &[Rule] = &[
    rule(
        "*",
        Key::Wrong,
        200,
        r#"{"Response":{"Error":{"Code":"AuthFailure.SecretIdNotFound","Message":"The SecretId is not found, please ensure that your SecretId is correct."},"RequestId":"1"}}"#,
    ),
    rule(
        "*",
        Key::Missing,
        200,
        r#"{"Response":{"Error":{"Code":"MissingParameter","Message":"The request is missing a required parameter `Authorization`."},"RequestId":"1"}}"#,
    ),
    rule("GET /v1/models", Key::Good, 200, LIST),
];

/// Cloudflare, whose refusals of wrong and missing keys have numbers.
const CLOUDFLARE: &[Rule] = &[
    rule(
        "*",
        Key::Missing,
        400,
        r#"{"success":false,"errors":[{"code":9106,"message":"Missing X-Auth-Key, X-Auth-Email or Authorization headers"}],"result":null}"#,
    ),
    rule(
        "*",
        Key::Wrong,
        401,
        r#"{"result":null,"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}"#,
    ),
    rule("GET /v1/models", Key::Good, 200, LIST),
];

/// `ModelScope`, whose name contains the word of a right.
const MODEL_SCOPE: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule(
        "*",
        Key::Other,
        401,
        r#"{"errors":{"message":"Authentication failed, please make sure that a valid ModelScope token is supplied."}}"#,
    ),
    rule(
        CALL,
        Key::Good,
        429,
        r#"{"error":{"http_code":"429","message":"insufficient balance (1008)","type":"insufficient_balance_error"}}"#,
    ),
];

fn at(endpoint: &'static str) -> Case {
    Case::at(Provider::CustomOpenAiCompatible, endpoint).model("m")
}

pub(super) fn table() -> Vec<Reported> {
    let server = || at("http://llm.example/v1");
    vec![
        right(
            at("http://llm.example").without_model().is(
                "refusals of keys as web pages",
                "fsnow/cst#742",
                REFUSES_WITH_PAGES,
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified"),
        right(
            server().deep(Depth::Inference).is(
                "a token that may call and not list",
                "BerriAI/litellm#17293",
                MAY_NOT_LIST,
            ),
            Reason::Ok,
            "yes",
        )
        .credential("verified")
        .ping(Reason::Ok),
        right(
            server().bad().deep(Depth::Inference).is(
                "the key of another interface",
                "Usagi-org/ai-goofish-monitor#36",
                SPARK,
            ),
            Reason::KeyWrongProduct,
            "no",
        )
        .credential("not_verified")
        .ping(Reason::KeyWrongProduct),
        right(
            at("http://llm.example/api/v3").is("an endpoint in the sense of a model", "nicepkg/aide#80", ARK),
            Reason::ModelNotFound,
            "no",
        )
        .credential("verified")
        .ping(Reason::ModelNotFound),
        right(
            server().keyless().model("other").deep(Depth::Inference).is(
                "a name that is not routed",
                "mostlygeek/llama-swap#921",
                LLAMA_SWAP,
            ),
            Reason::ModelNotFound,
            "no",
        )
        .ping(Reason::ModelNotFound),
        right(
            at("http://llm.example/api/v2").is(
                "an error that names the right base",
                "missuo/FreeGPT35#44",
                NAMES_ITS_BASE,
            ),
            Reason::WrongBasePath,
            "no",
        )
        .ping(Reason::WrongBasePath),
        right(
            at("http://llm.example/openai").keyless().model("openai-small").is(
                "aliases as one text",
                "RooCodeInc/Roo-Code#4415",
                ALIASES_AS_TEXT,
            ),
            Reason::Ok,
            "yes",
        )
        .model("verified"),
        right(
            Case::at(Provider::OpenRouter, "http://relay.example/api").is(
                "a relay of OpenRouter without `/v1`",
                "promptfoo/promptfoo#571",
                RELAY,
            ),
            Reason::WrongBasePath,
            "no",
        )
        .suggests("/api/v1"),
        right(
            at("http://lm.example/api/v1").keyless().deep(Depth::Inference).is(
                "LM Studio's own API",
                "NousResearch/hermes-agent#54567",
                LM_STUDIO,
            ),
            Reason::WrongBasePath,
            "no",
        )
        .suggests("/v1")
        .ping(Reason::WrongBasePath),
        right(
            server().bad().is("numbers of Cloudflare", "anomalyco/opencode#32051", CLOUDFLARE),
            Reason::BadKey,
            "no",
        )
        .credential("rejected"),
        right(
            server().deep(Depth::Inference).is(
                "a product with a right in its name",
                "modelscope/modelscope#1691",
                MODEL_SCOPE,
            ),
            Reason::InsufficientCredit,
            "no",
        )
        .credential("verified")
        .ping(Reason::InsufficientCredit),
        right(
            server().bad().is("an error of Tencent Cloud", "songquanpeng/one-api#1948", TENCENT),
            Reason::BadKey,
            "no",
        )
        .credential("rejected"),
    ]
}

#[tokio::test]
async fn report_of_the_blind_hunt_comes_out_right() {
    check(table()).await;
}
