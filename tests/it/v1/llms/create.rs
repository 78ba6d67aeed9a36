//! `POST /v1/llms`

use serde_json::{Value, json};

use super::app;
use crate::support::{TestApp, api_key_credentials, llm, merge_patch};

/// Asserts the id, the times and the users of an LLM, and returns the other members.
#[track_caller]
fn redacted(llm: &Value, owner: &str) -> Value {
    let mut llm = llm.clone();
    let mut take = |name: &str| llm.as_object_mut().unwrap().remove(name).unwrap();
    let id = take("llmId");
    let id = id.as_str().unwrap();
    assert_eq!((id.len(), &id[14..15]), (36, "7"), "{id} is a UUIDv7");
    let (created, updated) = (take("createdAt"), take("updatedAt"));
    assert_eq!(created, updated);
    let millis = created.as_i64().expect("an integer");
    assert!((1_600_000_000_000..10_000_000_000_000).contains(&millis), "{millis}");
    for name in ["ownerId", "createdById", "updatedById"] {
        assert_eq!(take(name), owner, "{name}");
    }
    llm
}

fn me(app: &TestApp) -> String {
    app.root().get("/v1/users/me").json(200)["userId"].as_str().unwrap().to_owned()
}

#[test]
fn create_with_smallest_body_returns_defaults() {
    let app = app();
    let response = app.root().post("/v1/llms", &llm()).json(201);
    let expected = json!({
        "displayName": "local",
        "description": null,
        "providerType": "VLLM",
        "endpointUrl": "http://gpu.example:8000/v1",
        "apiPath": "/chat/completions",
        "modelIdentifier": "qwen3",
        "supportedModalities": ["TEXT"],
        "labels": {},
        "version": null,
        "monitoringEndpoint": null,
        "capabilities": {
            "supportsChat": true,
            "supportsCompletion": true,
            "supportsFunctionCalling": true,
            "supportsSystemMessages": true,
            "supportsStreaming": true,
            "supportsSamplingParameters": true,
        },
        "defaultSamplingParams": null,
        "maxContextLength": null,
        "clientConfig": null,
    });
    assert_eq!(redacted(&response["llm"], &me(&app)), expected);
    assert_eq!(response.as_object().unwrap().keys().collect::<Vec<_>>(), ["llm", "statuses"]);
}

#[test]
fn create_with_every_field_returns_them_without_credential() {
    let app = app();
    let sent = json!({
        "displayName": " trimmed ",
        "description": "two\nlines",
        "providerType": "OPENAI",
        "endpointUrl": "HTTPS://API.example.com:443/v1/",
        "apiPath": "/v2/chat",
        "modelIdentifier": "gpt-4o",
        "supportedModalities": ["IMAGE", "TEXT", "AUDIO", "VIDEO"],
        "labels": {"team": "ai", "a.b": "c"},
        "version": "1.0.0",
        "monitoringEndpoint": "https://status.example.com/llm",
        "capabilities": {"supportsChat": true, "supportsCompletion": false, "supportsFunctionCalling": true,
            "supportsSystemMessages": false, "supportsStreaming": true, "supportsSamplingParameters": false},
        "defaultSamplingParams": {"maxTokens": 1, "temperature": 2, "topP": 0, "topK": 1,
            "frequencyPenalty": -2, "presencePenalty": 2.0, "stopSequences": ["\n\n", "END"]},
        "maxContextLength": 2_147_483_647,
        "clientConfig": {"organization": {"id": 1}},
        "credentials": api_key_credentials("sk-0123456789"),
    });
    let response = app.root().post("/v1/llms", &sent).json(201);
    let expected = merge_patch(
        sent,
        &json!({
            "displayName": "trimmed",
            "defaultSamplingParams": {"maxTokens": 1, "temperature": 2.0, "topP": 0.0, "topK": 1,
                "frequencyPenalty": -2.0, "presencePenalty": 2.0, "stopSequences": ["\n\n", "END"]},
            "credentials": null,
        }),
    );
    assert_eq!(redacted(&response["llm"], &me(&app)), expected);
    assert_eq!(response["statuses"], Value::Null);
}

#[test]
fn create_with_null_members_treats_them_as_absent() {
    let app = app();
    let mut body = llm();
    for name in [
        "description",
        "apiPath",
        "supportedModalities",
        "credentials",
        "labels",
        "version",
        "monitoringEndpoint",
        "capabilities",
        "defaultSamplingParams",
        "maxContextLength",
        "clientConfig",
        "ownerId",
        "llmId",
        "dashscopeApiDialect",
    ] {
        body[name] = Value::Null;
    }
    let created = app.root().create_llm(&body);
    assert_eq!(created["supportedModalities"], json!(["TEXT"]));
    body["displayName"] = Value::Null;
    assert_eq!(app.root().post("/v1/llms", &body).error_fields(), ["displayName"]);
}

#[test]
fn create_reports_inferred_capabilities_and_keeps_given_ones() {
    let app = app();
    let create = |capabilities: Value| {
        // The API path makes each body another LLM.
        let api_path = format!("/{capabilities}").replace(['"', ' '], "");
        let body = json!({
            "modelIdentifier": "gpt-5-nano", "capabilities": capabilities, "apiPath": api_path,
        });
        app.root().post("/v1/llms", &merge_patch(llm(), &body)).json(201)
    };
    let inferred = create(Value::Null);
    let statuses = inferred["statuses"].as_array().unwrap();
    assert_eq!(statuses.len(), 6);
    assert_eq!(
        statuses[0],
        json!({
            "code": "LLM_CAPABILITY_INFERRED",
            "message": "LLM capability 'supports_chat' was automatically inferred as 'true' \
                        for model family 'gpt-5'",
        })
    );
    assert_eq!(inferred["llm"]["capabilities"]["supportsSamplingParameters"], json!(false));
    let partly_given = create(json!({"supportsChat": false, "supportsSamplingParameters": true}));
    assert_eq!(partly_given["statuses"].as_array().unwrap().len(), 4);
    assert_eq!(partly_given["llm"]["capabilities"]["supportsChat"], json!(false));
    assert_eq!(partly_given["llm"]["capabilities"]["supportsSamplingParameters"], json!(true));
}

#[test]
fn create_with_empty_modalities_defaults_to_text() {
    let app = app();
    let created = app.root().create_llm(&merge_patch(llm(), &json!({"supportedModalities": []})));
    assert_eq!(created["supportedModalities"], json!(["TEXT"]));
}

#[test]
fn create_with_many_invalid_fields_names_twenty() {
    let app = app();
    let body = json!({
        "displayName": " ",
        "description": 1,
        "providerType": "DASHSCOPE",
        "endpointUrl": "ftp://h/",
        "apiPath": "https://elsewhere/",
        "supportedModalities": ["SMELL"],
        "labels": {"Team": "x"},
        "version": "v".repeat(65),
        "monitoringEndpoint": "nowhere",
        "capabilities": {"supportsChat": 1, "supportsMagic": true},
        "defaultSamplingParams": {"maxTokens": 0, "temperature": 2.1, "topP": -0.1, "topK": 0,
            "frequencyPenalty": 3, "presencePenalty": -3, "stopSequences": ["x", ""]},
        "maxContextLength": 2_147_483_648_u64,
        "clientConfig": [],
        "llmId": "1",
        "ownerId": "me",
        "dashscopeApiDialect": "LLM_NATIVE_TEXT",
        "labls": {},
    });
    let mut fields = app.root().post("/v1/llms", &body).error_fields();
    fields.sort();
    let expected = [
        "apiPath",
        "capabilities.supportsChat",
        "capabilities.supportsMagic",
        "clientConfig",
        "dashscopeApiDialect",
        "defaultSamplingParams.frequencyPenalty",
        "defaultSamplingParams.maxTokens",
        "defaultSamplingParams.presencePenalty",
        "defaultSamplingParams.stopSequences[1]",
        "defaultSamplingParams.temperature",
        "defaultSamplingParams.topK",
        "defaultSamplingParams.topP",
        "description",
        "displayName",
        "endpointUrl",
        "labels",
        "labls",
        "llmId",
        "maxContextLength",
        "modelIdentifier",
    ];
    // At most twenty fields are listed; the rest is counted.
    assert_eq!(fields.len(), 20);
    for name in fields {
        let known = ["monitoringEndpoint", "ownerId", "providerType", "supportedModalities[0]", "version"];
        assert!(expected.contains(&name.as_str()) || known.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn create_at_documented_limits_succeeds_and_beyond_is_rejected() {
    let app = app();
    let check = |change: Value, field: Option<&str>| {
        let response =
            app.root().post("/v1/llms", &merge_patch(llm(), &merge_patch(json!({"apiPath": "/x"}), &change)));
        match field {
            None => {
                let created = response.json(201);
                app.root()
                    .delete(&format!("/v1/llms/{}", created["llm"]["llmId"].as_str().unwrap()))
                    .empty(204);
            }
            Some(field) => assert_eq!(response.error_fields(), [field], "{change}"),
        }
    };
    check(json!({"displayName": "é".repeat(255)}), None);
    check(json!({"displayName": "é".repeat(256)}), Some("displayName"));
    check(json!({"displayName": ""}), Some("displayName"));
    check(json!({"modelIdentifier": ""}), Some("modelIdentifier"));
    check(json!({"version": "v".repeat(64)}), None);
    check(json!({"maxContextLength": 1}), None);
    check(json!({"maxContextLength": 0}), Some("maxContextLength"));
    check(json!({"maxContextLength": -1}), Some("maxContextLength"));
    check(json!({"maxContextLength": 1e300}), Some("maxContextLength"));
    let stops = |count: usize, length: usize| {
        let sequences = vec!["é".repeat(length); count];
        json!({"defaultSamplingParams": {"stopSequences": sequences}})
    };
    check(stops(10, 100), None);
    check(stops(11, 1), Some("defaultSamplingParams.stopSequences"));
    check(stops(1, 101), Some("defaultSamplingParams.stopSequences[0]"));
    for bad in ["https://user:pass@h/", "https://h/#f", "/v1", "h", "", "https://", "https://h/?api_key=x"] {
        check(json!({"endpointUrl": bad}), Some("endpointUrl"));
    }
}

#[test]
fn create_with_chosen_id_succeeds_once() {
    let app = app();
    let id = "0198f4e5-7a31-7cc1-b2a9-3f1d2e4c5b6a";
    let created = app.root().create_llm(&merge_patch(llm(), &json!({"llmId": id.to_uppercase()})));
    assert_eq!(created["llmId"], id);
    let other = merge_patch(llm(), &json!({"llmId": id, "modelIdentifier": "other"}));
    app.root().post("/v1/llms", &other).goodmem_error(409, &["llmId"]);
    assert_eq!(app.root().llm_names("").len(), 1);
}

#[test]
fn create_with_same_body_concurrently_succeeds_once() {
    let app = app();
    let client = app.root();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let posts: Vec<_> = (0..8).map(|_| scope.spawn(|| client.post("/v1/llms", &llm()).status)).collect();
        posts.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 7, "{statuses:?}");
}

#[test]
fn create_with_client_config_returns_its_bytes() {
    let app = app();
    let sent =
        r#"{ "b":1.50,"a" : [1E2, null, 123456789012345678901234567890, -0.0], "a":"\u00e9\/", "s": true}"#;
    let mut body = llm().to_string();
    body.truncate(body.len() - 1);
    let body = format!(r#"{body}, "clientConfig": {sent}}}"#);
    let response = app.root().text("POST", "/v1/llms", &body);
    assert!(response.body.contains(&format!(r#""clientConfig":{sent}"#)), "{}", response.body);
    let path = format!("/v1/llms/{}", response.json(201)["llm"]["llmId"].as_str().unwrap());
    for read in
        [app.root().get(&path), app.root().get("/v1/llms"), app.root().put(&path, &json!({"version": "2"}))]
    {
        assert!(read.body.contains(&format!(r#""clientConfig":{sent}"#)), "{}", read.body);
    }
}

#[test]
fn create_with_client_config_beyond_16_kib_is_rejected() {
    let app = app();
    let check =
        |config: Value| app.root().post("/v1/llms", &merge_patch(llm(), &json!({"clientConfig": config})));
    for bad in [json!(1), json!("{}"), json!([]), json!(true), json!({"a": "x".repeat(16 * 1024)})] {
        assert_eq!(check(bad).error_fields(), ["clientConfig"]);
    }
    assert_eq!(
        check(json!({"a": "x".repeat(16 * 1024 - 8)})).json(201)["llm"]["clientConfig"]["a"]
            .as_str()
            .unwrap()
            .len(),
        16 * 1024 - 8
    );
}
