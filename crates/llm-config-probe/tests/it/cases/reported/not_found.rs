//! Status 404 that concerns the model and not the path.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, rule};

const CALL: &str = "POST /v1/chat/completions";
const LIST: &str = r#"{"object":"list","data":[{"id":"google/gemma-3-12b-it","object":"model"}]}"#;
const WRONG: &str = r#"{"error":{"message":"Invalid API Key","code":"invalid_api_key"}}"#;
const FUNCTION: &str = r#"{"status":404,"title":"Not Found","detail":"Function '11111111-2222-3333-4444-555555555555': Not found for account 'acme'"}"#;
const NOT_OPEN: &str = r#"{"error":{"code":"ModelNotOpen","message":"Your account 2100000000 has not activated the model doubao-pro-32k.","param":"","type":"NotFound"}}"#;
const ARK_WRONG: &str = r#"{"error":{"code":"AuthenticationError","message":"The API key doesn't exist. Request id: 1","param":"","type":"Unauthorized"}}"#;
const NONE_LOADED: &str = r#"{"error":{"message":"No models loaded. Please load a model in the developer page or use the `lms load` command.","type":"invalid_request_error","param":"model"}}"#;
const FIREWORKS: &str = r#"{"message":"Model not found, inaccessible, and/or not deployed","param":"model","code":"NOT_FOUND","type":"error"}"#;
const WATSONX: &str = r#"{"errors":[{"code":"model_not_supported","message":"Model 'google/gemma-3-12b-it' is not supported","more_info":"https://cloud.ibm.com/apidocs/watsonx-ai#text-chat"}],"trace":"5d5da95c","status_code":404}"#;
const OGX: &str =
    r#"{"error":{"code":"404","message":"model 'google/gemma-3-12b-it' not found or is not available"}}"#;
const VLLM: &str = r#"{"object":"error","message":"The model `google/gemma-3-12b-it` does not exist.","type":"NotFoundError","param":null,"code":404}"#;
const OLLAMA: &str = r#"{"error":{"message":"model \"google/gemma-3-12b-it\" not found, try pulling it first","type":"api_error","param":null,"code":null}}"#;
const CLAUDE: &str = r#"{"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}}"#;
const DEPLOYMENT: &str = r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}"#;
const RESOURCE: &str = r#"{"error":{"code":"404","message":"Resource not found"}}"#;
const UNKNOWN_URL: &str = r#"{"error":{"message":"Unknown request URL: POST /v1/chat/completions. Please check the URL for typos","type":"invalid_request_error","code":"unknown_url"}}"#;
const COULD_NOT_ROUTE: &str = r#"{"result":null,"success":false,"errors":[{"code":7003,"message":"Could not route to /client/v4/accounts/a/ai/v1/chat/completions, perhaps your object identifier is invalid?"}],"messages":[]}"#;
const NO_API: &str =
    r#"{"error_code":"ENDPOINT_NOT_FOUND","message":"No API found for 'POST /v1/chat/completions'"}"#;
const NO_ROUTE: &str = r#"{"message":"no Route matched with those values"}"#;

fn server() -> Case {
    Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1").model("google/gemma-3-12b-it")
}

fn called() -> Case {
    server().deep(Depth::Inference)
}

fn ark() -> Case {
    Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/api/v3").model("doubao-pro-32k")
}

pub(super) fn table() -> Vec<Reported> {
    let mut table = of_models();
    table.extend(of_vendors());
    table.extend(of_paths());
    table
}

/// The model is missing or denied, below a base that is right.
fn of_models() -> Vec<Reported> {
    let no_access = |case| right(case, Reason::ModelNoAccess, "no").ping(Reason::ModelNoAccess);
    let missing = |case| right(case, Reason::ModelNotFound, "no").ping(Reason::ModelNotFound);
    vec![
        no_access(called().is(
            "NVIDIA and a model that is not enabled for the account",
            "gethouston/houston#1243",
            const {
                &[
                    rule("GET /v1/models", Key::Any, 200, LIST),
                    rule(CALL, Key::Good, 404, FUNCTION),
                    rule(CALL, Key::Other, 403, r#"{"status":403,"title":"Forbidden","detail":"Authorization failed"}"#),
                ]
            },
        ))
        .model("no_access"),
        no_access(ark().is(
            "Volcengine Ark and a model that the account has not activated",
            "xinnan-tech/xiaozhi-esp32-server#1234",
            const {
                &[
                    rule("POST /api/v3/chat/completions", Key::Good, 404, NOT_OPEN),
                    rule("POST /api/v3/chat/completions", Key::Other, 401, ARK_WRONG),
                ]
            },
        )),
        no_access(ark().deep(Depth::Inference).is(
            "Volcengine Ark and a model that the account has not activated, called",
            "xinnan-tech/xiaozhi-esp32-server#1234",
            const {
                &[
                    rule("POST /api/v3/chat/completions", Key::Good, 404, NOT_OPEN),
                    rule("POST /api/v3/chat/completions", Key::Other, 401, ARK_WRONG),
                ]
            },
        )),
        missing(called().keyless().is(
            "LM Studio without a loaded model",
            "lmstudio-ai/lms#107",
            const {
                &[
                    rule("GET /v1/models", Key::Any, 200, r#"{"data":[],"object":"list"}"#),
                    rule(CALL, Key::Any, 404, NONE_LOADED),
                ]
            },
        )),
        missing(called().is(
            "Fireworks and a model that is not deployed, in a list",
            "warpdotdev/warp#15107",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("*", Key::Other, 401, WRONG),
                    rule(CALL, Key::Good, 404, FIREWORKS),
                ]
            },
        ))
        .credential("verified"),
        missing(called().is(
            "watsonx in front of an OpenAI-compatible path, with a list of errors",
            "i-am-bee/beeai-framework#1179",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("*", Key::Other, 401, WRONG),
                    rule(CALL, Key::Good, 404, WATSONX),
                ]
            },
        ))
        .credential("verified"),
        missing(called().keyless().is(
            "Llama Stack and a model that its provider does not have",
            "opendatahub-io/odh-dashboard#4873",
            const { &[rule("GET /v1/models", Key::Any, 200, LIST), rule(CALL, Key::Any, 404, OGX)] },
        )),
        missing(called().keyless().is(
            "vLLM that was started with a path as the model's name",
            "QwenLM/Qwen-Agent#110",
            const {
                &[
                    rule("GET /v1/models", Key::Any, 200, r#"{"object":"list","data":[{"id":"/data/gemma","object":"model"}]}"#),
                    rule(CALL, Key::Any, 404, VLLM),
                ]
            },
        )),
        missing(called().keyless().is(
            "Ollama and a model that was not pulled",
            "yazinsai/OpenOats#716",
            const {
                &[
                    rule("GET /v1/models", Key::Any, 200, r#"{"object":"list","data":[{"id":"qwen3:8b","object":"model","owned_by":"library"}]}"#),
                    rule(CALL, Key::Any, 404, OLLAMA),
                ]
            },
        )),
    ]
}

/// The same at vendors with other forms of errors.
fn of_vendors() -> Vec<Reported> {
    let azure = || {
        let case = Case::at(Provider::CustomOpenAiCompatible, "http://acme.openai.azure.com/openai/v1");
        case.model("mini")
    };
    vec![
        right(
            Case::at(Provider::Anthropic, "http://api.anthropic.com").model("claude-x").is(
                "Anthropic and a model that does not exist",
                "platform.claude.com/docs/en/api/errors",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 200, r#"{"data":[{"type":"model","id":"claude-sonnet-4-5"}]}"#),
                        rule("*", Key::Other, 401, r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#),
                        rule("*", Key::Good, 404, CLAUDE),
                    ]
                },
            ),
            Reason::ModelNotFound,
            "no",
        )
        .credential("verified"),
        right(
            azure().is(
                "Azure and a deployment that does not exist",
                "learn.microsoft.com/azure/ai-foundry/openai/how-to/troubleshooting",
                const {
                    &[
                        rule("POST /openai/v1/chat/completions", Key::Good, 404, DEPLOYMENT),
                        rule("*", Key::Other, 401, r#"{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint."}}"#),
                    ]
                },
            ),
            Reason::DeploymentNotFound,
            "no",
        ),
        right(
            azure().is(
                "Azure and a path that does not exist",
                "ai-shifu/ChatALL#305",
                const { &[rule("*", Key::Good, 404, RESOURCE), rule("*", Key::Other, 401, WRONG)] },
            ),
            Reason::WrongBasePath,
            "no",
        )
        .ping(Reason::WrongBasePath),
    ]
}

/// Paths that are really wrong stay so.
fn of_paths() -> Vec<Reported> {
    let wrong_path = |case| right(case, Reason::WrongBasePath, "no").ping(Reason::WrongBasePath);
    let cloudflare =
        Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/client/v4/accounts/a/ai/v1");
    vec![
        wrong_path(server().is(
            "Groq and a path that it does not have",
            "spring-projects/spring-ai#621",
            const { &[rule("*", Key::Any, 404, UNKNOWN_URL)] },
        )),
        wrong_path(cloudflare.model("@cf/meta/llama-3.1-8b-instruct").is(
            "Cloudflare and an account that does not exist",
            "anomalyco/opencode#23773",
            const { &[rule("*", Key::Any, 404, COULD_NOT_ROUTE)] },
        )),
        wrong_path(server().is(
            "Databricks and a path that it does not have",
            "docs.databricks.com/api",
            const { &[rule("*", Key::Any, 404, NO_API)] },
        )),
        wrong_path(server().deep(Depth::Inference).is(
            "Kong without a route",
            "Kong/kong: kong/runloop/handler.lua",
            const { &[rule("*", Key::Any, 404, NO_ROUTE)] },
        )),
        wrong_path(server().deep(Depth::Inference).is(
            "FastAPI without the path",
            "fastapi/fastapi: starlette/exceptions.py",
            const { &[rule("*", Key::Any, 404, r#"{"detail":"Not Found"}"#)] },
        )),
    ]
}

#[tokio::test]
async fn model_that_a_404_names_is_not_a_wrong_path() {
    check(table()).await;
}
