//! `POST /v1/apikeys`.

use serde_json::{Value, json};

use super::app;

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

#[test]
fn create_key_returns_members_of_both_client_versions() {
    let app = app();
    let response = app.root().post("/v1/apikeys", &json!({"labels": {"a": "b"}})).json(201);
    assert_eq!(response.as_object().unwrap().keys().collect::<Vec<_>>(), ["apiKeyMetadata", "rawApiKey"]);
    let raw = response["rawApiKey"].as_str().unwrap();
    let mut key = response["apiKeyMetadata"].clone();
    let listed = app.root().get("/v1/apikeys").json(200);
    assert_eq!(listed["nextToken"], Value::Null);
    assert_eq!(listed["keys"].as_array().unwrap().len(), 2);
    assert_eq!(listed["keys"][1], key);
    let path = format!("/v1/apikeys/{}", key["apiKeyId"].as_str().unwrap());
    assert_eq!(app.root().get(&path).json(200), key);
    let me = app.client(raw).get("/v1/users/me").json(200)["userId"].clone();
    let mut take = |name: &str| key.as_object_mut().unwrap().remove(name).unwrap();
    assert!(raw.starts_with(take("keyPrefix").as_str().unwrap()));
    assert_eq!(take("apiKeyId").as_str().unwrap().len(), 36);
    let created = take("createdAt");
    assert!(created.is_i64());
    assert_eq!((take("updatedAt"), take("validFrom")), (created.clone(), created));
    let expected = json!({
        "userId": me,
        "subjectPrincipalId": me,
        "ownerPrincipalId": me,
        "authorityMode": "INHERIT_SUBJECT",
        "ceiling": null,
        "ceilingOmitted": false,
        "status": "ACTIVE",
        "lifecycleState": "USABLE",
        "labels": {"a": "b"},
        "expiresAt": null,
        "revokedAt": null,
        "revokedById": null,
        "createdById": me,
        "updatedById": me,
    });
    assert_eq!(key, expected);
}

#[test]
fn create_key_with_invalid_fields_names_them() {
    let app = app();
    let check = |body: Value, fields: &[&str]| {
        assert_eq!(app.root().post("/v1/apikeys", &body).error_fields(), fields, "{body}");
    };
    check(json!({"expiresAt": 1}), &["expiresAt"]);
    check(json!({"expiresAt": "tomorrow"}), &["expiresAt"]);
    check(json!({"expiresAt": 1e300}), &["expiresAt"]);
    check(json!({"validFrom": 99_999_999_999_999_i64}), &["validFrom"]);
    check(json!({"apiKeyId": "1"}), &["apiKeyId"]);
    check(json!({"labels": {"A": "b"}}), &["labels"]);
    check(json!({"subjectPrincipalId": "me"}), &["subjectPrincipalId"]);
    check(json!({"authorityMode": "FULL"}), &["authorityMode"]);
    check(json!({"authorityMode": "SCOPED"}), &["ceiling"]);
    check(json!({"authorityMode": "SCOPED", "ceiling": []}), &["ceiling"]);
    check(
        json!({"authorityMode": "SCOPED", "ceiling": [{"operation": "READ_SPACE", "selector": "OWN"}]}),
        &["ceiling[0].operation"],
    );
    check(
        json!({"authorityMode": "SCOPED", "ceiling": [{"operation": "READ_LLM"}]}),
        &["ceiling[0].selector"],
    );
    check(json!({"authorityMode": "SCOPED", "ceiling": ["READ_LLM"]}), &["ceiling[0]"]);
    check(json!({"ceiling": [{"operation": "READ_LLM", "selector": "OWN"}]}), &["ceiling"]);
    check(json!({"rights": ["FLY"]}), &["rights[0]"]);
    check(json!({"workspaces": ["1"]}), &["workspaces[0]"]);
    check(json!({"name": "x", "labls": {}}), &["labls", "name"]);
    check(json!({"subjectPrincipalId": ID}), &["subjectPrincipalId"]);
    let created = app.root().post("/v1/apikeys", &json!({})).json(201);
    let path = format!("/v1/apikeys/{}", created["apiKeyMetadata"]["apiKeyId"].as_str().unwrap());
    assert_eq!(app.root().put(&path, &json!({"status": "GONE"})).error_fields(), ["status"]);
    assert_eq!(app.root().put(&path, &json!({"expiresAt": 1})).error_fields(), ["expiresAt"]);
    app.root().put(&path, &json!({})).goodmem_error(400, &["at least one field"]);
}

#[test]
fn create_key_with_taken_id_is_rejected() {
    let app = app();
    let body = json!({"apiKeyId": ID});
    assert_eq!(app.root().post("/v1/apikeys", &body).json(201)["apiKeyMetadata"]["apiKeyId"], ID);
    app.root().post("/v1/apikeys", &body).goodmem_error(409, &["apiKeyId"]);
}
