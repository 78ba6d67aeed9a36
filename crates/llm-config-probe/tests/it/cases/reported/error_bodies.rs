//! Bodies of errors in other forms than a JSON object with a member `error`.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, Rule, rule};

const CALL: &str = "POST /v1/chat/completions";
const LIST: &str = r#"{"object":"list","data":[{"id":"acme/gpt-x","object":"model"}]}"#;
const COMPLETION: &str =
    r#"{"model":"acme/gpt-x","choices":[{"message":{"content":"Hi"},"finish_reason":"length"}]}"#;

fn server(name: &'static str, source: &'static str, rules: &'static [Rule]) -> Case {
    Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1")
        .model("acme/gpt-x")
        .is(name, source, rules)
}

/// A server that checks the content of a call before the key, and refuses empty calls so.
macro_rules! refuses_empty_calls {
    ($status:literal, $body:expr) => {
        const {
            &[
                rule(CALL, Key::Any, 200, COMPLETION).with_body("\"messages\""),
                rule(CALL, Key::Any, $status, $body),
            ]
        }
    };
}

pub(super) fn table() -> Vec<Reported> {
    let mut table = of_missing_content();
    table.extend(of_keys());
    table.extend(of_neighbours());
    table
}

/// Only a call tells, as for the same words in `OpenAI`'s form.
fn of_missing_content() -> Vec<Reported> {
    let open = |case: Case| right(case.keyless(), Reason::Depth, "unknown").ping(Reason::Ok);
    let axum = const {
        refuses_empty_calls!(
            422,
            "Failed to deserialize the JSON body into the target type: missing field `messages` at line 1 \
             column 30"
        )
    };
    vec![
        open(server("axum, in plain text", "opea-project/GenAIInfra#1026", axum)),
        right(
            server("axum, in plain text, called", "anomalyco/opencode#15668", axum)
                .keyless()
                .deep(Depth::Inference),
            Reason::Ok,
            "yes",
        ),
        open(server(
            "actix, in plain text",
            "qdrant/qdrant#555",
            refuses_empty_calls!(400, "Json deserialize error: missing field `messages` at line 1 column 39"),
        )),
        open(server(
            "pydantic, in a list",
            "fastapi/fastapi: fastapi/exception_handlers.py",
            refuses_empty_calls!(
                422,
                r#"{"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required","input":{"model":"acme/gpt-x","max_tokens":1}}]}"#
            ),
        )),
        open(server(
            "zod, in a list of issues",
            "colinhacks/zod: ZodError",
            refuses_empty_calls!(
                400,
                r#"{"success":false,"error":{"issues":[{"code":"invalid_type","expected":"array","received":"undefined","path":["messages"],"message":"Required"}],"name":"ZodError"}}"#
            ),
        )),
        open(server(
            "ajv behind Fastify",
            "fastify/fastify: docs/Reference/Validation-and-Serialization.md",
            refuses_empty_calls!(
                400,
                r#"{"statusCode":400,"code":"FST_ERR_VALIDATION","error":"Bad Request","message":"body must have required property 'messages'"}"#
            ),
        )),
        open(server(
            "Go's validator",
            "go-playground/validator: README.md",
            refuses_empty_calls!(
                400,
                r#"{"error":"Key: 'ChatRequest.Messages' Error:Field validation for 'Messages' failed on the 'required' tag"}"#
            ),
        )),
        open(server(
            "ASP.NET, with an object of errors",
            "dotnet/aspnetcore: ValidationProblemDetails",
            refuses_empty_calls!(
                400,
                r#"{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"One or more validation errors occurred.","status":400,"errors":{"Messages":["The Messages field is required."]}}"#
            ),
        )),
        open(server(
            "Spring, with a list of errors",
            "spring-projects/spring-boot: DefaultErrorAttributes",
            refuses_empty_calls!(
                400,
                r#"{"status":400,"error":"Bad Request","message":"Validation failed for object='chatRequest'","errors":[{"field":"messages","defaultMessage":"must not be empty"}],"path":"/v1/chat/completions"}"#
            ),
        )),
        open(server(
            "a text in Chinese",
            "docs.bigmodel.cn: API error codes",
            refuses_empty_calls!(400, r#"{"error":{"code":"1213","message":"未正常接收到prompt参数。"}}"#),
        )),
    ]
}

fn of_keys() -> Vec<Reported> {
    let rejected =
        |case: Case| right(case.bad(), Reason::BadKey, "no").credential("rejected").ping(Reason::BadKey);
    vec![
        rejected(server(
            "a byte order mark in front of the error",
            "microsoftgraph/microsoft-graph-docs#679",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule(
                        "*",
                        Key::Other,
                        401,
                        "\u{feff}{\"error\":{\"message\":\"Incorrect API key provided\"}}",
                    ),
                ]
            },
        )),
        rejected(server(
            "a list of errors",
            "TykTechnologies/tyk: gateway/handler_error.go",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule("*", Key::Other, 403, r#"{"errors":[{"code":1001,"message":"Invalid API key"}]}"#),
                ]
            },
        )),
        rejected(server(
            "a description as OAuth has it",
            "RFC 6750 §3.1",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule(
                        "*",
                        Key::Other,
                        401,
                        r#"{"error":"invalid_token","error_description":"The access token is invalid"}"#,
                    ),
                ]
            },
        )),
        rejected(server(
            "a short text",
            "ggml-org/llama.cpp: tools/server/server-http.cpp",
            const {
                &[rule("GET /v1/models", Key::Good, 200, LIST), rule("*", Key::Other, 401, "Invalid API Key")]
            },
        )),
        rejected(server(
            "MiniMax, inside a success",
            "MiniMax-AI/MiniMax-01#37",
            const {
                &[
                    rule("GET /v1/models", Key::Good, 200, LIST),
                    rule(
                        "*",
                        Key::Other,
                        200,
                        r#"{"base_resp":{"status_code":2049,"status_msg":"invalid api key"}}"#,
                    ),
                ]
            },
        )),
    ]
}

/// Bodies that are no errors, or say nothing of the key.
fn of_neighbours() -> Vec<Reported> {
    vec![
        right(
            server(
                "a proxy that says no more than its status",
                "RFC 9110 §15.5.2",
                const { &[rule("GET /v1/models", Key::Any, 401, "Unauthorized")] },
            ),
            Reason::UnexpectedAnswer,
            "unknown",
        )
        .credential("not_verified"),
        right(
            server(
                "a success with a message that is no error",
                "a health check of any service",
                const { &[rule("*", Key::Any, 200, r#"{"message":"pong"}"#)] },
            ),
            Reason::NotAnLlmApi,
            "no",
        )
        .ping(Reason::NotAnLlmApi),
        right(
            server(
                "a text with 404 that is not about a model",
                "gin-gonic/gin: gin.go",
                const { &[rule("*", Key::Any, 404, "404 page not found")] },
            ),
            Reason::WrongBasePath,
            "no",
        )
        .ping(Reason::WrongBasePath),
    ]
}

#[tokio::test]
async fn error_in_another_form_means_what_the_same_words_mean_elsewhere() {
    check(table()).await;
}
