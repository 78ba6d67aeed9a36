//! `DELETE /v1/llms/{id}`

use serde_json::json;

use super::app;
use crate::support::llm_with_secret;

#[test]
fn delete_removes_llm_and_secret_and_frees_its_fingerprint() {
    let app = app();
    let client = app.root();
    let path = client.create_llm_path(&llm_with_secret("sk-0123456789"));
    client.delete(&path).empty(204);
    client.delete(&path).goodmem_error(404, &["LLM"]);
    client.get(&path).goodmem_error(404, &["LLM"]);
    client.put(&path, &json!({"displayName": "x"})).goodmem_error(404, &["LLM"]);
    assert_eq!(client.llm_names(""), Vec::<String>::new());
    assert_eq!(app.database.texts("SELECT config_id AS value FROM secrets"), Vec::<String>::new());
    client.create_llm(&llm_with_secret("sk-0123456789"));
}

#[test]
fn delete_with_body_ignores_it() {
    let app = app();
    let path = app.root().create_llm_path(&llm_with_secret("sk-0123456789"));
    app.root().send("DELETE", &path, &[("content-type", "application/json")], Some(b"{}")).empty(204);
}
