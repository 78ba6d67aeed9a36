//! The example request of the vendor's documentation, with its numbers and booleans as strings.

use serde_json::{Value, json};

use super::app;
use crate::support::{TestApp, api_key_credentials, merge_patch};

/// The body of the example, without its shell escapes.
fn documented() -> Value {
    json!({
        "displayName": "GPT-4 Turbo",
        "description": "OpenAI's GPT-4 Turbo model for chat completions",
        "providerType": "OPENAI",
        "endpointUrl": "https://api.openai.com/v1",
        "apiPath": "/chat/completions",
        "modelIdentifier": "gpt-4-turbo-preview",
        "supportedModalities": ["TEXT"],
        "credentials": api_key_credentials("sk-your-api-key-here"),
        "capabilities": {
            "supportsChat": "true",
            "supportsCompletion": "true",
            "supportsFunctionCalling": "true",
            "supportsSystemMessages": "true",
            "supportsStreaming": "true",
            "supportsSamplingParameters": "true",
        },
        "defaultSamplingParams": {"maxTokens": "2048", "temperature": "0.7", "topP": "0.9"},
        "maxContextLength": "32768",
        "labels": {"environment": "production", "team": "ai"},
    })
}

/// Creates with each change of the documented body, and asserts the status.
#[track_caller]
fn check(app: &TestApp, changes: &[Value], status: u16) {
    for change in changes {
        let response = app.root().post("/v1/llms", &merge_patch(documented(), change));
        assert_eq!(response.status, status, "{change}: {}", response.body);
    }
}

#[test]
fn create_with_documented_body_succeeds_once() {
    let app = app();
    let response = app.root().post("/v1/llms", &documented()).json(201);
    let llm = &response["llm"];
    // Numbers and booleans have JSON types in the response.
    assert_eq!(llm["defaultSamplingParams"], json!({"maxTokens": 2048, "temperature": 0.7, "topP": 0.9}));
    assert_eq!(llm["maxContextLength"], json!(32768));
    assert_eq!(llm["capabilities"]["supportsChat"], json!(true));
    assert_eq!(llm["labels"], json!({"environment": "production", "team": "ai"}));
    assert_eq!(llm["description"], "OpenAI's GPT-4 Turbo model for chat completions");
    // All six capabilities were given, so none was inferred.
    assert_eq!(response["statuses"], Value::Null);
    app.root().post("/v1/llms", &documented()).goodmem_error(409, &["already"]);
}

#[test]
fn create_with_equivalent_connection_is_rejected_as_duplicate() {
    let app = app();
    check(&app, &[json!({})], 201);
    check(
        &app,
        &[
            json!({"endpointUrl": "https://api.openai.com/v1/"}),
            json!({"endpointUrl": "https://API.OpenAI.COM/v1"}),
            json!({"endpointUrl": "HTTPS://api.openai.com/v1"}),
            json!({"endpointUrl": "https://api.openai.com:443/v1"}),
            json!({"endpointUrl": "https://api.openai.com/v1?"}),
            json!({"endpointUrl": "https://api.openai.com/%76%31"}),
            json!({"endpointUrl": "https://api.openai.com/./x/../v1"}),
            json!({"apiPath": "/%63hat/completions?"}),
            json!({"apiPath": null}),
            json!({"apiPath": ""}),
            json!({"displayName": "another name"}),
            json!({"labels": {"environment": "test"}}),
            json!({"labels": null}),
            json!({"description": null, "version": "2", "maxContextLength": 1}),
            json!({"capabilities": null, "defaultSamplingParams": null}),
            json!({"credentials": {
                "kind": "CREDENTIAL_KIND_API_KEY",
                "apiKey": {"inlineSecret": "sk-your-api-key-here", "headerName": "Authorization"},
            }}),
            json!({"credentials": {
                "kind": "CREDENTIAL_KIND_API_KEY",
                "apiKey": {
                    "inlineSecret": "sk-your-api-key-here", "headerName": "authorization", "prefix": "",
                },
                "labels": {"annotation": "only"},
            }}),
        ],
        409,
    );
    assert_eq!(app.root().llm_names("").len(), 1);
}

#[test]
fn create_with_different_connection_succeeds() {
    let app = app();
    check(&app, &[json!({})], 201);
    check(
        &app,
        &[
            json!({"endpointUrl": "https://api.openai.com/V1"}),
            json!({"endpointUrl": "http://api.openai.com/v1"}),
            json!({"endpointUrl": "https://api.openai.com:8443/v1"}),
            json!({"apiPath": "/Chat/completions"}),
            json!({"modelIdentifier": "GPT-4-turbo-preview"}),
            json!({"providerType": "CUSTOM_OPENAI_COMPATIBLE"}),
            json!({"credentials": {
                "kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": "sk-another-key"},
            }}),
            json!({"credentials": {
                "kind": "CREDENTIAL_KIND_API_KEY",
                "apiKey": {"inlineSecret": "sk-your-api-key-here", "headerName": "api-key"},
            }}),
            json!({"credentials": null}),
        ],
        201,
    );
}

#[test]
fn create_with_strings_for_numbers_is_accepted_only_in_documented_fields() {
    let app = app();
    let wrong =
        |params: Value| app.root().post("/v1/llms", &merge_patch(documented(), &params)).error_fields();
    for (name, value) in [
        ("topK", json!("50")),
        ("frequencyPenalty", json!("0.0")),
        ("presencePenalty", json!("0.0")),
        ("stopSequences", json!("[\"END\"]")),
        ("maxTokens", json!("two")),
        ("maxTokens", json!("2048.5")),
        ("temperature", json!("")),
        ("temperature", json!("\"0.7\"")),
        ("topP", json!(true)),
    ] {
        let fields = wrong(json!({"defaultSamplingParams": {name: value}}));
        assert_eq!(fields, [format!("defaultSamplingParams.{name}")], "{value}");
    }
    for value in [json!("True"), json!("1"), json!(1), json!("yes")] {
        let fields = wrong(json!({"capabilities": {"supportsChat": value}}));
        assert_eq!(fields, ["capabilities.supportsChat"], "{value}");
    }
    assert_eq!(wrong(json!({"labels": "{\"team\": \"ai\"}"})), ["labels"]);
    assert_eq!(wrong(json!({"supportedModalities": "[\"TEXT\"]"})), ["supportedModalities"]);
    assert_eq!(wrong(json!({"maxContextLength": "32k"})), ["maxContextLength"]);
}

#[test]
fn create_with_integral_floats_reads_integers() {
    let app = app();
    let llm = app.root().create_llm(&merge_patch(
        documented(),
        &json!({
            "maxContextLength": 32768.0,
            "defaultSamplingParams": {"maxTokens": 2.048e3, "topK": 50.0, "temperature": 1},
        }),
    ));
    assert_eq!(llm["maxContextLength"], json!(32768));
    assert_eq!(llm["defaultSamplingParams"], json!({"maxTokens": 2048, "topK": 50, "temperature": 1.0}));
}
