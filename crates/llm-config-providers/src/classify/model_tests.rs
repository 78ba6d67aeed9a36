//! Answers of servers for a model that they do not have, or that a key may not use, and neighbours that
//! mean something else.

use super::tests::class_of;
use crate::reason::Reason;
use crate::response::Response;
use crate::stage::Stage;

#[track_caller]
fn check(status: u16, body: &str, expected: Reason) {
    let class = class_of(&Response::of(status, body), Some("acme/gpt-x"));
    assert_eq!(class.reason, expected, "{status} {body}");
    let is_of_model = matches!(expected, Reason::ModelNotFound | Reason::ModelNoAccess);
    assert!(!is_of_model || class.stage == Stage::Model, "{status} {body}");
}

/// The real responses for a model that does not exist.
const MISSING: &[(u16, &str)] = &[
    // OpenAI, Groq, vLLM, Ollama, llama-server, LM Studio, FastChat.
    (
        404,
        r#"{"error":{"message":"The model `acme/gpt-x` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#,
    ),
    (
        400,
        r#"{"error":{"message":"The model `acme/gpt-x` has been decommissioned and is no longer supported.","type":"invalid_request_error","code":"model_decommissioned"}}"#,
    ),
    (
        404,
        r#"{"object":"error","message":"The model `acme/gpt-x` does not exist.","type":"NotFoundError","param":null,"code":404}"#,
    ),
    (404, r#"{"error":"model \"acme/gpt-x\" not found, try pulling it first"}"#),
    (400, r#"{"error":{"code":400,"message":"model not found","type":"invalid_request_error"}}"#),
    (
        404,
        r#"{"error":{"message":"No models loaded. Please load a model in the developer page or use the `lms load` command.","type":"invalid_request_error","param":"model"}}"#,
    ),
    (400, r#"{"object":"error","message":"Only vicuna allowed now, your model acme/gpt-x","code":40301}"#),
    // DeepSeek, SiliconFlow, Zhipu in both forms, MiniMax, Qianfan, Volcengine Ark.
    (
        400,
        r#"{"error":{"message":"Model Not Exist","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}"#,
    ),
    (400, r#"{"code":20012,"message":"Model does not exist. Please check it carefully.","data":null}"#),
    (400, r#"{"error":{"code":"1211","message":"模型不存在，请检查模型代码。"}}"#),
    (
        400,
        r#"{"type":"error","error":{"type":"invalid_request_error","code":"1211","message":"[1211][模型不存在，请检查模型代码。][1]"},"request_id":"1"}"#,
    ),
    (200, r#"{"base_resp":{"status_code":2013,"status_msg":"invalid params, unknown model 'acme/gpt-x'"}}"#),
    (
        404,
        r#"{"error":{"code":"invalid_model","message":"The model does not exist or you do not have access to it.","type":"invalid_request_error"},"id":"as-1"}"#,
    ),
    (
        404,
        r#"{"error":{"code":"InvalidEndpointOrModel.NotFound","message":"The model or endpoint acme/gpt-x does not exist or you do not have access to it.","param":"","type":"NotFound"}}"#,
    ),
    // OpenRouter, Mistral, Fireworks, watsonx, Hugging Face, Copilot, GitHub Models, Kiro, OpenCode Zen.
    (400, r#"{"error":{"message":"acme/gpt-x is not a valid model ID","code":400},"user_id":"u"}"#),
    (404, r#"{"error":{"message":"No endpoints found for acme/gpt-x.","code":404}}"#),
    (
        400,
        r#"{"object":"error","message":"Invalid model: acme/gpt-x","type":"invalid_model","param":null,"code":"1500"}"#,
    ),
    (
        404,
        r#"{"message":"Model not found, inaccessible, and/or not deployed","param":"model","code":"NOT_FOUND","type":"error"}"#,
    ),
    (
        404,
        r#"{"errors":[{"code":"model_not_supported","message":"Model 'acme/gpt-x' is not supported","more_info":"https://cloud.ibm.com/apidocs/watsonx-ai#text-chat"}],"trace":"5d","status_code":404}"#,
    ),
    (
        400,
        r#"{"error":{"message":"The requested model 'acme/gpt-x' is not supported by any provider you have enabled.","type":"invalid_request_error","param":"model"}}"#,
    ),
    (400, r#"{"error":{"message":"Requested model not available for session","code":""}}"#),
    (
        400,
        r#"{"error":{"code":"unknown_model","message":"Unknown model: acme/gpt-x","details":"Unknown model: acme/gpt-x"}}"#,
    ),
    (
        400,
        r#"{"message":"Invalid model. Please select a different model to continue.","reason":"INVALID_MODEL_ID"}"#,
    ),
    (401, r#"{"type":"error","error":{"type":"ModelError","message":"Model acme/gpt-x not supported"}}"#),
    // new-api, LiteLLM, Databricks, a proxy that passes on a body as text.
    (
        503,
        r#"{"error":{"message":"No available channel for model acme/gpt-x under group default (distributor) (request id: 1)","type":"new_api_error","param":"","code":"model_not_found"}}"#,
    ),
    (
        503,
        r#"{"error":{"message":"当前分组 default 下对于模型 acme/gpt-x 无可用渠道 (request id: 1)","type":"one_api_error"}}"#,
    ),
    (
        400,
        r#"{"error":{"message":"/chat/completions: Invalid model name passed in model=acme/gpt-x. Call `/v1/models` to view available models for your key.","type":"None","param":"None","code":"400"}}"#,
    ),
    (
        404,
        r#"{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"The given endpoint does not exist, please retry after checking the specified model and version deployment exists."}"#,
    ),
    (
        400,
        r#"{"error":"{\"error\":{\"message\":\"acme/gpt-x is not a valid model ID\",\"code\":400},\"user_id\":\"u\"}"}"#,
    ),
    // Other languages, and words that only the model's id explains.
    (404, r#"{"error":{"message":"El modelo acme/gpt-x no existe"}}"#),
    (404, r#"{"message":"Le modèle « acme/gpt-x » est introuvable"}"#),
    (404, r#"{"error":{"message":"モデル acme/gpt-x が見つかりません"}}"#),
    (404, r#"{"error":"модель acme/gpt-x не найдена"}"#),
    (404, "unknown model acme/gpt-x"),
];

/// The real responses for a model that the key may not use.
const DENIED: &[(u16, &str)] = &[
    (
        404,
        r#"{"status":404,"title":"Not Found","detail":"Function '11111111-2222-3333-4444-555555555555': Not found for account 'acme'"}"#,
    ),
    (
        404,
        r#"{"error":{"code":"ModelNotOpen","message":"Your account 2100000000 has not activated the model acme/gpt-x.","param":"","type":"NotFound"}}"#,
    ),
    (
        400,
        r#"{"id":"1","error":{"message":"Unable to access non-serverless model acme/gpt-x.","type":"invalid_request_error","param":null,"code":"model_not_available"}}"#,
    ),
    (
        403,
        r#"{"error":{"message":"Project `proj_1` does not have access to model `acme/gpt-x`","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#,
    ),
    (403, r#"{"error":{"message":"该令牌无权访问模型 acme/gpt-x (request id: 1)","type":"new_api_error"}}"#),
    (403, r#"{"error":{"message":"This token has no access to model acme/gpt-x","type":"new_api_error"}}"#),
    (
        403,
        r#"{"success":false,"errors":[{"code":5018,"message":"The account is not allowed to access this model"}]}"#,
    ),
    (403, r#"{"error":{"message":"You do not have permission to use the model acme/gpt-x"}}"#),
    (
        401,
        r#"{"error":{"message":"team not allowed to access model. This team can only access models=['x']","type":"team_model_access_denied","code":"401"}}"#,
    ),
];

#[test]
fn classify_of_missing_model_is_model_not_found() {
    for (status, body) in MISSING {
        check(*status, body, Reason::ModelNotFound);
    }
}

#[test]
fn classify_of_denied_model_is_no_access() {
    for (status, body) in DENIED {
        check(*status, body, Reason::ModelNoAccess);
    }
}

#[test]
fn classify_of_refused_parameter_is_not_about_the_model() {
    for body in [
        r#"{"error":{"message":"Unsupported value: 'logprobs' is not supported with this model.","param":"logprobs","code":"unsupported_value"}}"#,
        r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with acme/gpt-x. Use 'max_completion_tokens' instead.","param":"max_tokens"}}"#,
        r#"{"error":{"message":"This model's maximum context length is 8192 tokens."}}"#,
        r#"{"error":{"message":"acme/gpt-x: enable_thinking must be set to false for non-streaming calls"}}"#,
        r#"{"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required","input":{"model":"acme/gpt-x","max_tokens":1}}]}"#,
    ] {
        check(400, body, Reason::UnexpectedAnswer);
    }
    check(400, r#"{"error":{"message":"acme/gpt-x-turbo?"}}"#, Reason::UnexpectedAnswer);
}

#[test]
fn classify_of_missing_or_blocked_content_is_not_about_the_model() {
    for (status, body) in [
        (
            400,
            r#"{"error":{"code":400,"message":"acme/gpt-x: contents is not specified","status":"INVALID_ARGUMENT"}}"#,
        ),
        (422, r#"{"error":"Validation failed for model 'acme/gpt-x': body must not be empty"}"#),
        (400, r#"{"error":{"message":"Could not find 'input' in the request to model acme/gpt-x"}}"#),
        (400, r#"{"error":{"message":"guardrail blocked the request to acme/gpt-x"}}"#),
        (400, r#"{"error":{"message":"Invalid content for acme/gpt-x"}}"#),
        (400, r#"{"error":{"message":"acme/gpt-x?"}}"#),
        (400, r#"{"error":{"message":"acme/gpt-x: unknown error"}}"#),
        (400, r#"{"error":{"message":"Invalid request to acme/gpt-x: nothing to do"}}"#),
        (400, r#"{"error":{"message":"Unsupported media type for acme/gpt-x"}}"#),
        (400, r#"{"error":{"message":"Text not found in request for model acme/gpt-x"}}"#),
        (400, r#"{"error":{"message":"模型 acme/gpt-x 的输入内容不支持"}}"#),
    ] {
        check(status, body, Reason::UnexpectedAnswer);
    }
    for (status, body) in [
        (400, r#"{"error":{"message":"acme/gpt-x: not supported"}}"#),
        (422, r#"{"error":{"message":"Unbekannt: acme/gpt-x"}}"#),
        (400, r#"{"error":{"message":"acme/gpt-x is not configured on this gateway"}}"#),
        (422, r#"{"detail":[{"loc":["body","model"],"msg":"acme/gpt-x must be one of: a, b"}]}"#),
        (400, r#"{"error":{"message":"No provider for acme/gpt-x"}}"#),
        (400, r#"{"error":{"message":"acme/gpt-x has been removed"}}"#),
        (400, r#"{"error":{"message":"acme/gpt-x は利用できません"}}"#),
        (404, r#"{"error":{"message":"acme/gpt-x?"}}"#),
        (410, r#"{"error":{"message":"acme/gpt-x"}}"#),
    ] {
        check(status, body, Reason::ModelNotFound);
    }
}

#[test]
fn classify_of_loading_model_needs_the_word_and_no_failure() {
    for (status, message) in [
        (503, "Loading model"),
        (503, "The model is loading, wait"),
        (400, "Model m is currently loading"),
        (400, "模型正在加载中"),
        (400, "acme/gpt-x is currently loading"),
        (404, "Model acme/gpt-x is still loading"),
    ] {
        check(status, &format!(r#"{{"error":{{"message":"{message}"}}}}"#), Reason::ServerLoading);
    }
    for message in [
        "Failed while downloading a part",
        "Still uploading the file",
        "Offloading to disk",
        "Error loading model: out of memory",
        "Loading the model failed",
        "Exception: OOM while loading",
        "The model is preloading",
    ] {
        check(500, &format!(r#"{{"error":{{"message":"{message}"}}}}"#), Reason::ProviderDown);
    }
    check(400, r#"{"error":{"message":"The file is loading"}}"#, Reason::UnexpectedAnswer);
}

#[test]
fn classify_of_failing_server_is_not_about_the_model() {
    check(
        503,
        r#"{"error":{"message":"The model is overloaded. Please try again later.","code":503}}"#,
        Reason::ProviderDown,
    );
    check(
        503,
        r#"{"error":{"message":"The model acme/gpt-x is temporarily unavailable"}}"#,
        Reason::ProviderDown,
    );
    check(
        503,
        r#"{"error":"Model acme/gpt-x is currently loading","estimated_time":20.0}"#,
        Reason::ServerLoading,
    );
    check(500, r#"{"error":{"message":"Incorrect API key provided"}}"#, Reason::ProviderDown);
    check(429, r#"{"error":{"message":"Rate limit reached for acme/gpt-x"}}"#, Reason::RateLimited);
}

#[test]
fn classify_of_model_in_parameter_names_needs_a_model() {
    let body =
        r#"{"error":{"message":"you must provide a value","type":"invalid_request_error","param":"model"}}"#;
    check(400, body, Reason::ModelNotFound);
    assert_eq!(class_of(&Response::of(400, body), None).reason, Reason::UnexpectedAnswer);
}
