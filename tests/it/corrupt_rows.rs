//! Rows that the server cannot read.

use serde_json::json;

use super::app;
use crate::support::{llm_with_secret, merge_patch};

#[test]
fn list_and_get_with_corrupt_row_affect_only_that_row() {
    let app = app();
    let client = app.root();
    let good = client
        .create_llm_path(&merge_patch(llm_with_secret("sk-0123456789"), &json!({"displayName": "good"})));
    for (n, (column, nonsense)) in [
        ("endpoint", "'nonsense-endpoint'"),
        ("provider", "'NONSENSE'"),
        ("capabilities", "'nonsense'"),
        ("sampling", "'{\"max_tokens\": -1}'"),
        ("client_config", "'[]'"),
        ("created_by", "'nonsense-user'"),
    ]
    .into_iter()
    .enumerate()
    {
        let created = client.create_llm(&merge_patch(
            llm_with_secret("sk-9876543210"),
            &json!({"modelIdentifier": n.to_string()}),
        ));
        let id = created["llmId"].as_str().unwrap();
        app.database.execute(&format!("UPDATE llm_configs SET {column} = {nonsense} WHERE id = '{id}'"));
        let list = client.get("/v1/llms").json(200);
        assert_eq!(list["unreadable"], json!([id]), "{column}");
        assert_eq!(client.llm_names(""), ["good"], "{column}");
        let path = format!("/v1/llms/{id}");
        for response in [client.get(&path), client.put(&path, &json!({"version": "2"}))] {
            let request_id = response.header("x-request-id").unwrap().to_owned();
            response.goodmem_error(500, &["internal error", &request_id]);
            assert!(
                !response.body.contains("onsense") && !response.body.contains(column),
                "{}",
                response.body
            );
        }
        client.get(&good).json(200);
        app.database.execute(&format!("DELETE FROM llm_configs WHERE id = '{id}'"));
    }
    assert_eq!(client.get("/v1/llms").json(200).get("unreadable"), None);
}

#[test]
fn get_with_undecryptable_secret_is_unchanged() {
    let app = app();
    let client = app.root();
    let path = client.create_llm_path(&llm_with_secret("sk-0123456789"));
    let before = client.get(&path).json(200);
    app.database.execute("UPDATE secrets SET sealed_at = sealed_at + 1");
    assert_eq!(client.get(&path).json(200), before);
    assert_eq!(client.get("/v1/llms").json(200)["llms"], json!([before]));
}
