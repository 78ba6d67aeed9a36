//! `DELETE /v1/llms/{id}`

use serde_json::json;

use super::app;
use crate::support::keyed;

#[test]
fn a_deleted_llm_is_gone_with_its_secret_and_its_place_is_free() {
    let app = app();
    let client = app.root();
    let path = client.created(&keyed("sk-0123456789"));
    client.delete(&path).empty(204);
    client.delete(&path).refused(404, &["LLM"]);
    client.get(&path).refused(404, &["LLM"]);
    client.put(&path, &json!({"displayName": "x"})).refused(404, &["LLM"]);
    assert_eq!(client.names(""), Vec::<String>::new());
    assert_eq!(app.database.texts("SELECT config_id AS value FROM secrets"), Vec::<String>::new());
    client.create(&keyed("sk-0123456789"));
}

#[test]
fn a_body_of_a_deletion_says_nothing() {
    let app = app();
    let path = app.root().created(&keyed("sk-0123456789"));
    app.root().send("DELETE", &path, &[("content-type", "application/json")], Some(b"{}")).empty(204);
}
