//! What a broken row looks like from outside.

use serde_json::json;

use super::app;
use crate::support::{keyed, with};

#[test]
fn a_row_that_cannot_be_read_is_one_bad_row() {
    let app = app();
    let client = app.root();
    let good = client.created(&with(keyed("sk-0123456789"), &json!({"displayName": "good"})));
    for (n, (column, nonsense)) in [
        ("endpoint", "'nonsense-of-somebody'"),
        ("provider", "'NONSENSE'"),
        ("capabilities", "'nonsense'"),
        ("sampling", "'{\"max_tokens\": -1}'"),
        ("client_config", "'[]'"),
        ("created_by", "'nobody'"),
    ]
    .into_iter()
    .enumerate()
    {
        let made = client.create(&with(keyed("sk-9876543210"), &json!({"modelIdentifier": n.to_string()})));
        let id = made["llmId"].as_str().unwrap();
        app.database.execute(&format!("UPDATE llm_configs SET {column} = {nonsense} WHERE id = '{id}'"));
        let list = client.get("/v1/llms").json(200);
        assert_eq!(list["unreadable"], json!([id]), "{column}");
        assert_eq!(client.names(""), ["good"], "{column}");
        let path = format!("/v1/llms/{id}");
        for answer in [client.get(&path), client.put(&path, &json!({"version": "2"}))] {
            let request_id = answer.header("x-request-id").unwrap().to_owned();
            answer.refused(500, &["internal error", &request_id]);
            assert!(!answer.body.contains("onsense") && !answer.body.contains(column), "{}", answer.body);
        }
        client.get(&good).json(200);
        app.database.execute(&format!("DELETE FROM llm_configs WHERE id = '{id}'"));
    }
    assert_eq!(client.get("/v1/llms").json(200).get("unreadable"), None);
}

#[test]
fn a_secret_that_cannot_be_opened_does_not_show() {
    let app = app();
    let client = app.root();
    let path = client.created(&keyed("sk-0123456789"));
    let before = client.get(&path).json(200);
    app.database.execute("UPDATE secrets SET sealed_at = sealed_at + 1");
    assert_eq!(client.get(&path).json(200), before);
    assert_eq!(client.get("/v1/llms").json(200)["llms"], json!([before]));
}
