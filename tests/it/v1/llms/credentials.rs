//! The member `credentials` of `POST` and `PUT`.

use serde_json::{Value, json};

use super::app;
use crate::support::{llm, llm_with_secret, merge_patch};

/// Asserts that a creation and an update with these credentials are rejected for these fields.
#[track_caller]
fn check(app: &crate::support::TestApp, credentials: &Value, fields: &[&str]) {
    let client = app.root();
    let create = client.post("/v1/llms", &merge_patch(llm(), &json!({"credentials": credentials})));
    assert_eq!(create.error_fields(), fields, "{credentials}");
    let created = client.create_llm_path(&llm());
    assert_eq!(
        client.put(&created, &json!({"credentials": credentials})).error_fields(),
        fields,
        "{credentials}"
    );
    client.delete(&created).empty(204);
}

#[test]
fn write_with_credential_of_mismatched_kind_is_rejected() {
    let app = app();
    let api_key = "CREDENTIAL_KIND_API_KEY";
    let adc = "CREDENTIAL_KIND_GCP_ADC";
    let kind = ["credentials.kind"];
    check(&app, &json!({}), &kind);
    check(&app, &json!([]), &["credentials"]);
    check(&app, &json!("sk-secret"), &["credentials"]);
    check(&app, &json!({"kind": "CREDENTIAL_KIND_UNSPECIFIED"}), &kind);
    check(&app, &json!({"kind": "API_KEY", "apiKey": {"inlineSecret": "s"}}), &kind);
    check(&app, &json!({"kind": api_key}), &["credentials.apiKey"]);
    check(&app, &json!({"kind": api_key, "apiKey": {}}), &["credentials.apiKey"]);
    check(&app, &json!({"kind": api_key, "gcpAdc": {}}), &["credentials.gcpAdc"]);
    check(&app, &json!({"kind": adc}), &["credentials.gcpAdc"]);
    check(
        &app,
        &json!({"kind": adc, "gcpAdc": {}, "apiKey": {"inlineSecret": "s"}}),
        &["credentials.apiKey"],
    );
    check(&app, &json!({"kind": adc, "gcpAdc": {"scopes": "all"}}), &["credentials.gcpAdc.scopes"]);
    check(&app, &json!({"kind": adc, "gcpAdc": {"scope": []}}), &["credentials.gcpAdc.scope"]);
}

#[test]
fn write_with_invalid_api_key_is_rejected() {
    let app = app();
    let check = |api_key: Value, fields: &[&str]| {
        check(&app, &json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": api_key}), fields);
    };
    let reference = json!({"uri": "vault://team/key"});
    check(json!({"inlineSecret": "s", "secretRef": reference}), &["credentials.apiKey"]);
    check(json!({"inlineSecret": ""}), &["credentials.apiKey.inlineSecret"]);
    check(json!({"inlineSecret": 1}), &["credentials.apiKey.inlineSecret"]);
    check(json!({"inlineSecret": "sk-a\u{0}b"}), &["credentials.apiKey.inlineSecret"]);
    check(json!({"secretRef": {}}), &["credentials.apiKey.secretRef.uri"]);
    check(json!({"secretRef": {"uri": "https://h/"}}), &["credentials.apiKey.secretRef.uri"]);
    check(json!({"secretRef": "env://KEY"}), &["credentials.apiKey.secretRef"]);
    check(json!({"secretRef": {"uri": "env://KEY", "hint": {}}}), &["credentials.apiKey.secretRef.hint"]);
    check(json!({"inlineSecret": "s", "headerName": "a b"}), &["credentials.apiKey.headerName"]);
    check(json!({"inlineSecret": "s", "prefix": "a\r\nb"}), &["credentials.apiKey.prefix"]);
    check(json!({"inlineSecret": "s", "key": "s"}), &["credentials.apiKey.key"]);
}

#[test]
fn create_with_every_credential_form_never_returns_it() {
    let app = app();
    let reference = |uri: &str| json!({"secretRef": {"uri": uri, "hints": {"encoding": "base64"}}});
    let mut forms: Vec<Value> = ["vault://team/key", "file:///run/key", "env://KEY", "gcp-sm://p/s"]
        .into_iter()
        .map(|uri| json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": reference(uri)}))
        .collect();
    forms.push(json!({"kind": "CREDENTIAL_KIND_API_KEY", "gcpAdc": null,
        "apiKey": {"inlineSecret": "sk-1", "secretRef": null, "headerName": "x-key", "prefix": "Key "}}));
    forms.push(json!({"kind": "CREDENTIAL_KIND_GCP_ADC", "gcpAdc": {}}));
    forms.push(json!({"kind": "CREDENTIAL_KIND_GCP_ADC", "labels": {"k": "v"},
        "gcpAdc": {"scopes": ["https://www.googleapis.com/auth/cloud-platform"], "quotaProjectId": "p"}}));
    let client = app.root();
    for form in forms {
        let created = client.create_llm(&merge_patch(llm(), &json!({"credentials": form})));
        assert_eq!(created.get("credentials"), None);
    }
    let list = client.get("/v1/llms").json(200);
    let llms = list["llms"].as_array().unwrap();
    assert_eq!(llms.len(), 7);
    assert!(llms.iter().all(|llm| llm.get("credentials").is_none()));
}

#[test]
fn update_of_origin_without_secret_is_rejected() {
    let app = app();
    let client = app.root();
    let created = client.create_llm_path(&llm_with_secret("sk-0123456789"));
    let elsewhere = json!({"endpointUrl": "http://elsewhere.example:8000/v1"});
    client.put(&created, &elsewhere).goodmem_error(400, &["endpointUrl", "send the secret again"]);
    let by_reference =
        json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"secretRef": {"uri": "env://KEY"}}});
    client
        .put(&created, &merge_patch(elsewhere.clone(), &json!({"credentials": by_reference})))
        .goodmem_error(400, &["endpointUrl", "send the secret again"]);
    assert_eq!(client.get(&created).json(200)["endpointUrl"], "http://gpu.example:8000/v1");
    let path = json!({"endpointUrl": "http://GPU.example:8000/v2"});
    assert_eq!(client.put(&created, &path).json(200)["endpointUrl"], "http://GPU.example:8000/v2");
    let again =
        merge_patch(elsewhere, &json!({"credentials": llm_with_secret("sk-0123456789")["credentials"]}));
    assert_eq!(client.put(&created, &again).json(200)["endpointUrl"], "http://elsewhere.example:8000/v1");
}

#[test]
fn update_of_origin_without_stored_secret_succeeds() {
    let app = app();
    let client = app.root();
    let created = client.create_llm_path(&llm());
    let elsewhere = json!({"endpointUrl": "https://elsewhere.example/v1"});
    assert_eq!(client.put(&created, &elsewhere).json(200)["endpointUrl"], "https://elsewhere.example/v1");
}

#[test]
fn create_with_mask_as_secret_is_rejected() {
    let app = app();
    assert_eq!(
        app.root().post("/v1/llms", &llm_with_secret("****6789")).error_fields(),
        ["credentials.apiKey.inlineSecret"]
    );
}
