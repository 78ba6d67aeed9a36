//! `GET /v1/llms/{id}`

use serde_json::json;

use super::app;
use crate::support::llm_with_secret;

#[test]
fn get_returns_llm_without_envelope() {
    let app = app();
    let created = app.root().create_llm(&llm_with_secret("sk-0123456789"));
    let path = format!("/v1/llms/{}", created["llmId"].as_str().unwrap());
    assert_eq!(app.root().get(&path).json(200), created);
    assert_eq!(app.root().get(&path.to_uppercase().replace("/V1/LLMS", "/v1/llms")).json(200), created);
    assert_eq!(app.root().get(&format!("{path}?includeCredentials=false")).json(200), created);
}

#[test]
fn get_with_credentials_is_forbidden() {
    let app = app();
    let created = app.root().create_llm_path(&llm_with_secret("sk-0123456789"));
    for path in [&created, "/v1/llms"] {
        for query in ["includeCredentials=true", "include_credentials=true"] {
            let response = app.root().get(&format!("{path}?{query}"));
            response.goodmem_error(403, &["write-only"]);
            assert!(!response.body.contains("sk-"));
        }
        for query in ["includeCredentials=yes", "include_credentials=1"] {
            assert_eq!(app.root().get(&format!("{path}?{query}")).error_fields(), ["includeCredentials"]);
        }
        app.root().get(&format!("{path}?includeCredentials=false")).json(200);
    }
    // Every invalid parameter is named.
    let fields = app.root().get("/v1/llms?includeCredentials=yes&ownerId=me").error_fields();
    assert_eq!(fields, ["ownerId", "includeCredentials"]);
}

#[test]
fn access_by_unknown_id_is_404_and_by_malformed_id_400() {
    let app = app();
    let unknown = "/v1/llms/550e8400-e29b-41d4-a716-446655440000";
    app.root().get(unknown).goodmem_error(404, &["LLM"]);
    app.root().get(&format!("{unknown}?includeCredentials=true")).goodmem_error(404, &["LLM"]);
    app.root().delete(unknown).goodmem_error(404, &["LLM"]);
    app.root().put(unknown, &json!({"displayName": "x"})).goodmem_error(404, &["LLM"]);
    for malformed in ["1", "me", "550e8400-e29b-41d4-a716-44665544000", "%20", "%FF", "a%2Fb", "{id}"] {
        let path = format!("/v1/llms/{}", malformed.replace('{', "%7B").replace('}', "%7D"));
        assert_eq!(app.root().get(&path).error_fields(), ["id"], "{path}");
        assert_eq!(app.root().delete(&path).error_fields(), ["id"], "{path}");
        assert_eq!(app.root().put(&path, &json!({})).error_fields(), ["id"], "{path}");
    }
}
