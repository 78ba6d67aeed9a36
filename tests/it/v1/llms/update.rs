//! `PUT /v1/llms/{id}`

use serde_json::{Value, json};

use super::app;
use crate::support::{llm, llm_with_secret, merge_patch};

#[test]
fn update_changes_only_given_fields_and_returns_llm() {
    let app = app();
    let client = app.root();
    let created = client.create_llm(&merge_patch(
        llm_with_secret("sk-0123456789"),
        &json!({"description": "d", "maxContextLength": 5, "labels": {"a": "b"}}),
    ));
    let path = format!("/v1/llms/{}", created["llmId"].as_str().unwrap());
    let updated = client.put(&path, &json!({"displayName": "new"})).json(200);
    let mut expected = merge_patch(created, &json!({"displayName": "new"}));
    expected["updatedAt"] = updated["updatedAt"].clone();
    for name in ["description", "maxContextLength", "createdAt"] {
        assert_eq!(updated[name], expected[name]);
    }
    assert_eq!(updated, expected);
    assert!(updated["updatedAt"].as_i64() >= updated["createdAt"].as_i64());
    assert_eq!(client.get(&path).json(200), updated);
}

#[test]
fn update_of_every_mutable_field_succeeds() {
    let app = app();
    let client = app.root();
    let path = client.create_llm_path(&llm());
    let change = json!({
        "displayName": "new", "description": "d", "endpointUrl": "https://h.example/", "apiPath": "/p",
        "modelIdentifier": "m", "supportedModalities": ["AUDIO"], "version": "2",
        "monitoringEndpoint": "https://m.example/", "capabilities": {"supportsChat": true},
        "defaultSamplingParams": {"topK": 3}, "maxContextLength": 7, "clientConfig": {"a": 1},
        "replaceLabels": {"k": "v"}, "credentials": llm_with_secret("sk-0123456789")["credentials"],
    });
    let updated = client.put(&path, &change).json(200);
    let expected = merge_patch(
        change,
        &json!({
            "replaceLabels": null, "credentials": null, "labels": {"k": "v"},
            "capabilities": {
                "supportsChat": true, "supportsCompletion": false, "supportsFunctionCalling": false,
                "supportsSystemMessages": false, "supportsStreaming": false,
                "supportsSamplingParameters": false,
            },
        }),
    );
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&updated[name], value, "{name}");
    }
    let params = json!({"defaultSamplingParams": {"temperature": 1}});
    assert_eq!(client.put(&path, &params).json(200)["defaultSamplingParams"], json!({"temperature": 1.0}));
}

#[test]
fn update_without_fields_is_rejected() {
    let app = app();
    let client = app.root();
    let path = client.create_llm_path(&llm());
    let before = client.get(&path).json(200);
    for body in
        [json!({}), json!({"supportedModalities": []}), json!({"displayName": null, "mergeLabels": null})]
    {
        client.put(&path, &body).goodmem_error(400, &["at least one field"]);
    }
    assert_eq!(client.get(&path).json(200), before);
}

#[test]
fn update_with_empty_modalities_keeps_them() {
    let app = app();
    let path = app.root().create_llm_path(&merge_patch(llm(), &json!({"supportedModalities": ["IMAGE"]})));
    let updated = app.root().put(&path, &json!({"supportedModalities": [], "version": "2"})).json(200);
    assert_eq!(updated["supportedModalities"], json!(["IMAGE"]));
}

#[test]
fn update_with_null_keeps_and_with_empty_text_clears() {
    let app = app();
    let client = app.root();
    let sent = json!({
        "description": "d", "version": "1", "monitoringEndpoint": "https://m.example/", "apiPath": "/p",
    });
    let path = client.create_llm_path(&merge_patch(llm(), &sent));
    let nulls = json!({"description": null, "version": null, "monitoringEndpoint": null, "apiPath": null,
        "displayName": "n"});
    let kept = client.put(&path, &nulls).json(200);
    for (name, value) in sent.as_object().unwrap() {
        assert_eq!(&kept[name], value, "{name}");
    }
    let empty = json!({"description": "", "version": "", "monitoringEndpoint": "", "apiPath": ""});
    let cleared = client.put(&path, &empty).json(200);
    for name in ["description", "version", "monitoringEndpoint"] {
        assert_eq!(cleared[name], Value::Null, "{name}");
    }
    assert_eq!(cleared["apiPath"], "/chat/completions");
    for name in ["displayName", "modelIdentifier", "endpointUrl"] {
        assert_eq!(client.put(&path, &json!({name: ""})).error_fields(), [name]);
    }
}

#[test]
fn update_of_immutable_or_unknown_field_is_rejected() {
    let app = app();
    let path = app.root().create_llm_path(&llm());
    for name in ["providerType", "ownerId", "llmId", "labels", "createdAt", "statuses", "dashscopeApiDialect"]
    {
        let body = json!({name: "x", "displayName": "n"});
        assert_eq!(app.root().put(&path, &body).error_fields(), [name]);
    }
    let all = json!({"displayName": "", "maxContextLength": 0, "nonsense": 1});
    let mut fields = app.root().put(&path, &all).error_fields();
    fields.sort();
    assert_eq!(fields, ["displayName", "maxContextLength", "nonsense"]);
}

#[test]
fn update_into_duplicate_changes_nothing() {
    let app = app();
    let client = app.root();
    client.create_llm(&llm_with_secret("sk-one-0123456789"));
    let path = client.create_llm_path(&merge_patch(
        llm_with_secret("sk-two-0123456789"),
        &json!({"displayName": "second"}),
    ));
    let before = client.get(&path).json(200);
    let into =
        json!({"displayName": "new", "credentials": llm_with_secret("sk-one-0123456789")["credentials"]});
    client.put(&path, &into).goodmem_error(409, &["already"]);
    assert_eq!(client.get(&path).json(200), before);
    // An LLM is not its own duplicate, and a change of model frees its former fingerprint.
    let itself = json!({"credentials": llm_with_secret("sk-two-0123456789")["credentials"]});
    client.put(&path, &itself).json(200);
    client.put(&path, &json!({"modelIdentifier": "other"})).json(200);
    client.create_llm(&llm_with_secret("sk-two-0123456789"));
}

#[test]
fn update_of_model_keeps_capabilities() {
    let app = app();
    let created = app.root().create_llm(&llm());
    let path = format!("/v1/llms/{}", created["llmId"].as_str().unwrap());
    let updated = app.root().put(&path, &json!({"modelIdentifier": "gpt-5"})).json(200);
    assert_eq!(updated["capabilities"], created["capabilities"]);
}

#[test]
fn update_records_time_and_user() {
    let app = app();
    let created = app.root().create_llm(&llm());
    let path = format!("/v1/llms/{}", created["llmId"].as_str().unwrap());
    let other = app.user(llm_config_core::access::OrgRole::Owner);
    let updated = other.client.put(&path, &json!({"version": "2"})).json(200);
    assert_eq!(updated["updatedById"], other.id.to_string());
    assert_eq!(updated["createdById"], created["createdById"]);
    assert_eq!(updated["ownerId"], created["ownerId"]);
    assert!(updated["updatedAt"].is_i64());
}
