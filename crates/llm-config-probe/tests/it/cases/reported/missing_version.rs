//! Endpoints that lack `/v1`.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, Rule, rule};

const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const WRONG: &str = r#"{"error":{"message":"Invalid API Key","code":"invalid_api_key"}}"#;
const UNKNOWN_URL: &str = r#"{"error":{"message":"Unknown request URL: GET /openai/models. Please check the URL for typos","type":"invalid_request_error","code":"unknown_url"}}"#;
const INVALID_URL: &str = r#"{"error":{"message":"Invalid URL (POST /chat/completions)","type":"invalid_request_error","param":null,"code":null}}"#;
const FAST_API: &str = r#"{"detail":"Not Found"}"#;
const SPRING: &str =
    r#"{"timestamp":"2026-01-01T00:00:00Z","status":404,"error":"Not Found","path":"/ai/models"}"#;
const NEST: &str = r#"{"message":"Cannot POST /llm/chat/completions","error":"Not Found","statusCode":404}"#;
const KONG: &str = r#"{"message":"no Route matched with those values"}"#;

const BELOW_OPENAI: &[Rule] = &[
    rule("GET /openai/v1/models", Key::Good, 200, LIST),
    rule("GET /openai/v1/models", Key::Other, 401, WRONG),
    rule("*", Key::Any, 404, UNKNOWN_URL),
];
const AT_ROOT: &[Rule] =
    &[rule("GET /v1/models", Key::Good, 200, LIST), rule("GET /v1/models", Key::Other, 401, WRONG)];
const AT_VENDOR: &[Rule] = &[
    rule("GET /v1/models", Key::Good, 200, LIST),
    rule("GET /v1/models/m", Key::Good, 200, r#"{"id":"m","object":"model"}"#),
    rule("GET /v1/models", Key::Other, 401, WRONG),
    rule("*", Key::Any, 404, INVALID_URL),
];
const FAST_API_BELOW_PATH: &[Rule] = &[
    rule("GET /tenant/v1/models", Key::Good, 200, LIST),
    rule("GET /tenant/v1/models", Key::Other, 401, WRONG),
    rule("*", Key::Any, 404, FAST_API),
];
const SPRING_BELOW_PATH: &[Rule] = &[
    rule("GET /ai/v1/models", Key::Good, 200, LIST),
    rule("GET /ai/v1/models", Key::Other, 401, WRONG),
    rule("*", Key::Any, 404, SPRING),
];
const NEST_BELOW_PATH: &[Rule] = &[
    rule("GET /llm/v1/models", Key::Good, 200, LIST),
    rule("GET /llm/v1/models", Key::Other, 401, WRONG),
    rule("*", Key::Any, 404, NEST),
];
const KONG_BELOW_PATH: &[Rule] =
    &[rule("GET /vllm/v1/models", Key::Any, 200, LIST), rule("*", Key::Any, 404, KONG)];
const NOWHERE: &[Rule] = &[rule("*", Key::Any, 404, FAST_API)];

fn at(endpoint: &'static str) -> Case {
    Case::at(Provider::CustomOpenAiCompatible, endpoint).model("m")
}

pub(super) fn table() -> Vec<Reported> {
    let groq = || at("http://api.groq.example/openai");
    let wrong = |case: Case| right(case, Reason::WrongBasePath, "no");
    vec![
        wrong(at("http://llm.example").is("a host without `/v1`", "shy3130/tick-stock-panel#35", AT_ROOT))
            .credential("verified")
            .suggests("/v1"),
        wrong(at("http://llm.example").bad().is(
            "the same with a wrong key",
            "shy3130/tick-stock-panel#35",
            AT_ROOT,
        ))
        .credential("rejected")
        .suggests("/v1"),
        wrong(groq().is("a path without `/v1`", "spring-projects/spring-ai#621", BELOW_OPENAI))
            .suggests("/openai/v1"),
        wrong(groq().bad().is("the same with a wrong key", "spring-projects/spring-ai#621", BELOW_OPENAI))
            .credential("rejected")
            .suggests("/openai/v1"),
        wrong(groq().deep(Depth::Inference).is(
            "the same, called",
            "spring-projects/spring-ai#621",
            BELOW_OPENAI,
        ))
        .suggests("/openai/v1")
        .ping(Reason::WrongBasePath),
        wrong(Case::at(Provider::OpenAi, "http://api.openai.com").model("m").is(
            "a vendor's host without `/v1`",
            "platform.openai.com/docs/api-reference",
            AT_VENDOR,
        ))
        .credential("verified")
        .model("verified")
        .suggests("/v1"),
        wrong(at("http://llm.example/tenant").is(
            "a path at FastAPI",
            "fastapi/fastapi: HTTPException",
            FAST_API_BELOW_PATH,
        ))
        .suggests("/tenant/v1"),
        wrong(at("http://llm.example/ai").is(
            "a path at Spring",
            "spring-projects/spring-boot: DefaultErrorAttributes",
            SPRING_BELOW_PATH,
        ))
        .suggests("/ai/v1"),
        wrong(at("http://llm.example/llm").is(
            "a path at NestJS",
            "nestjs/nest: NotFoundException",
            NEST_BELOW_PATH,
        ))
        .suggests("/llm/v1"),
        wrong(at("http://llm.example/vllm").keyless().is(
            "a path at Kong, without a key",
            "Kong/kong#3742",
            KONG_BELOW_PATH,
        ))
        .suggests("/vllm/v1"),
        wrong(at("http://llm.example/tenant").is(
            "no API with or without `/v1`",
            "nearai/ironclaw#6099",
            NOWHERE,
        )),
        wrong(at("http://llm.example/tenant/v2").is(
            "another version, which is not replaced",
            "nearai/ironclaw#6099",
            NOWHERE,
        )),
    ]
}

#[tokio::test]
async fn endpoint_without_version_is_wrong_and_corrected() {
    check(table()).await;
}
