//! Answers of servers for a route that they do not have, and neighbours that mean something else.

use super::tests::class_of;
use crate::reason::Reason;
use crate::response::Response;

#[track_caller]
fn check(status: u16, body: &str, reason: Reason, is_absent: bool) {
    let class = class_of(&Response::of(status, body), None);
    assert_eq!((class.reason, class.is_absent), (reason, is_absent), "{status} {body}");
}

/// The real responses of servers, gateways and frameworks.
const MISSING: &[(u16, &str)] = &[
    // OpenAI, Groq, Together.
    (
        404,
        r#"{"error":{"message":"Invalid URL (POST /v1/v1/chat/completions)","type":"invalid_request_error","param":null,"code":null}}"#,
    ),
    (
        404,
        r#"{"error":{"message":"Unknown request URL: GET /openai/models. Please check the URL for typos","type":"invalid_request_error","code":"unknown_url"}}"#,
    ),
    (
        404,
        r#"{"error":{"message":"Unrecognized request URL (POST: /chat/completions). Please see https://docs.together.ai","type":"invalid_request_error"}}"#,
    ),
    // FastAPI, Starlette, Django REST framework, Flask.
    (404, r#"{"detail":"Not Found"}"#),
    (405, r#"{"detail":"Method Not Allowed"}"#),
    (405, r#"{"detail":"Method \"POST\" not allowed."}"#),
    (404, r#"{"detail":"Not found."}"#),
    (
        404,
        r#"{"error":"404 Not Found: The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."}"#,
    ),
    // Spring, Quarkus, Micronaut.
    (
        404,
        r#"{"timestamp":"2026-01-01T00:00:00.000+00:00","status":404,"error":"Not Found","path":"/v1/models"}"#,
    ),
    (
        404,
        r#"{"timestamp":1,"status":404,"error":"Not Found","message":"No message available","path":"/v1/models"}"#,
    ),
    (
        404,
        r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"No static resource v1/models.","instance":"/v1/models"}"#,
    ),
    (
        405,
        r#"{"status":405,"error":"Method Not Allowed","message":"Request method 'POST' is not supported"}"#,
    ),
    (
        404,
        r#"{"details":"Error id 1, RESTEASY003210: Could not find resource for full path: http://h/v1/models"}"#,
    ),
    (404, r#"{"message":"Not Found","_links":{},"_embedded":{"errors":[{"message":"Page Not Found"}]}}"#),
    // ASP.NET.
    (
        404,
        r#"{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.5","title":"Not Found","status":404,"traceId":"00-1"}"#,
    ),
    // Express, NestJS, Fastify, Fiber, Gin, Echo, Strapi.
    (404, "Cannot POST /v1/chat/completions"),
    (404, r#"{"statusCode":404,"message":"Cannot POST /v1/chat/completions","error":"Not Found"}"#),
    (404, r#"{"message":"Route POST:/v1/chat/completions not found","error":"Not Found","statusCode":404}"#),
    (404, "404 page not found"),
    (404, r#"{"message":"Not Found"}"#),
    (
        404,
        r#"{"data":null,"error":{"status":404,"name":"NotFoundError","message":"Not Found","details":{}}}"#,
    ),
    // Laravel, Symfony, Rails, Phoenix, Rocket, Akka.
    (404, r#"{"message":"The route v1/models could not be found.","exception":"NotFoundHttpException"}"#),
    (404, r#"{"error":{"message":"No route found for \"POST http://h/v1/models\"","code":0}}"#),
    (404, r#"{"status":404,"error":"Not Found"}"#),
    (404, r#"{"errors":{"detail":"Not Found"}}"#),
    (
        404,
        r#"{"error":{"code":404,"reason":"Not Found","description":"The requested resource could not be found."}}"#,
    ),
    // Kong, APISIX, Envoy, AWS, Azure, Google, Cloudflare.
    (404, r#"{"message":"no Route matched with those values"}"#),
    (404, r#"{"error_msg":"404 Route Not Found"}"#),
    (404, ""),
    (403, r#"{"message":"Missing Authentication Token"}"#),
    (404, r#"{"statusCode":404,"message":"Resource not found"}"#),
    (404, r#"{"error":{"code":"404","message":"Resource not found"}}"#),
    (404, r#"{"message":"The current request is not defined by this API.","code":404}"#),
    (
        400,
        r#"{"success":false,"errors":[{"code":7000,"message":"No route for that URI"}],"messages":[],"result":null}"#,
    ),
    (
        404,
        r#"{"result":null,"success":false,"errors":[{"code":7003,"message":"Could not route to /client/v4/accounts/a/ai/v1/chat/completions, perhaps your object identifier is invalid?"}],"messages":[]}"#,
    ),
    // Databricks, DashScope, Moonshot, xAI, Anthropic, GitHub.
    (
        404,
        r#"{"error_code":"ENDPOINT_NOT_FOUND","message":"No API found for 'GET /serving-endpoints/models'"}"#,
    ),
    (400, r#"{"code":"InvalidParameter","message":"url error, please check url！","request_id":"1"}"#),
    (
        404,
        r#"{"code":5,"error":"url.not_found","message":"没找到对象","method":"GET","scode":"0x5","status":false}"#,
    ),
    (404, "The requested resource was not found. Please check the URL and try again."),
    (404, r#"{"type":"error","error":{"type":"not_found_error","message":"Not Found"}}"#),
    (404, r#"{"message":"Not Found","documentation_url":"https://docs.github.com/rest","status":"404"}"#),
    // llama-server, LM Studio, Ollama's clients, LocalAI.
    (404, r#"{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}"#),
    (200, r#"{"error":"Unexpected endpoint or method. (POST /chat)"}"#),
    (404, r#"{"error":{"message":"404 page not found","code":404,"status":"Not Found"}}"#),
];

#[test]
fn classify_of_missing_route_is_wrong_base_path() {
    for (status, body) in MISSING {
        check(*status, body, Reason::WrongBasePath, true);
    }
}

#[test]
fn classify_of_404_that_names_neither_route_nor_model_stays_open() {
    for body in [
        r#"{"error":{"message":"Something is missing","type":"invalid_request_error"}}"#,
        r#"{"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND"}}"#,
        r#"{"code":404,"msg":"资源不存在"}"#,
        r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"Tenant 7 is unknown"}"#,
    ] {
        check(404, body, Reason::UnexpectedAnswer, true);
    }
}

#[test]
fn classify_of_page_is_no_api() {
    check(404, "<html><head><title>404 Not Found</title></head></html>", Reason::NotAnLlmApi, true);
    check(405, "<!DOCTYPE html><h1>405</h1>", Reason::NotAnLlmApi, true);
    check(403, "<html>Blocked</html>", Reason::UnexpectedAnswer, false);
}

#[test]
fn classify_of_named_path_is_missing_whatever_segment_the_model_equals() {
    for model in ["v1", "chat", "completions", "chat/completions", "gpt-x"] {
        let body = r#"{"detail":"POST /v1/chat/completions is gone"}"#;
        let class = class_of(&Response::of(404, body), Some(model));
        assert_eq!((class.reason, class.is_absent), (Reason::WrongBasePath, true), "{model}");
    }
}
