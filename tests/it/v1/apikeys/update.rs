//! `PUT /v1/apikeys/{id}`, and ids of every operation.

use serde_json::{Value, json};

use super::app;

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

#[test]
fn update_key_replaces_or_merges_labels() {
    let app = app();
    let created = app.root().post("/v1/apikeys", &json!({"labels": {"a": "1"}})).json(201);
    let path = format!("/v1/apikeys/{}", created["apiKeyMetadata"]["apiKeyId"].as_str().unwrap());
    let put = |body: Value| app.root().put(&path, &body).json(200)["labels"].clone();
    assert_eq!(put(json!({"mergeLabels": {"b": "2"}})), json!({"a": "1", "b": "2"}));
    assert_eq!(put(json!({"replaceLabels": {"c": "3"}})), json!({"c": "3"}));
    assert_eq!(put(json!({"replaceLabels": {}})), json!({}));
    let both = json!({"replaceLabels": {}, "mergeLabels": {}});
    app.root().put(&path, &both).goodmem_error(400, &["mergeLabels"]);
}

#[test]
fn access_to_key_by_unknown_id_is_404_and_by_malformed_id_400() {
    let app = app();
    for method in ["GET", "PUT", "DELETE"] {
        let body = (method == "PUT").then_some(b"{}".as_slice());
        app.root().send(method, &format!("/v1/apikeys/{ID}"), &[], body).goodmem_error(404, &["API key"]);
        assert_eq!(app.root().send(method, "/v1/apikeys/1", &[], body).error_fields(), ["id"]);
    }
}
