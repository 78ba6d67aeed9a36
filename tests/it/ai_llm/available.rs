//! `GET /ai/llm/available`.

use serde_json::json;

use super::app;
use crate::support::{ai_llm, members};

#[test]
fn nothing_is_available_before_it_is_validated() {
    let app = app();
    app.root().add(&ai_llm(app.workspace()));
    for query in ["", "?workspaceId=x", "?x=y"] {
        let list = app.root().get(&format!("/ai/llm/available{query}")).json(200);
        assert_eq!(members(&list), ["aiLlms", "success"]);
        assert_eq!(list, json!({"success": true, "aiLlms": []}));
    }
}

#[test]
fn the_words_are_no_ids() {
    let app = app();
    let missing = app.root().delete("/ai/llm/550e8400-e29b-41d4-a716-446655440000").json(404);
    for word in ["available", "stats"] {
        let path = format!("/ai/llm/{word}");
        assert_eq!(app.root().put(&path, &json!({"name": "x"})).json(404), missing);
        assert_eq!(app.root().put(&path, &json!({"name": 7})).json(404), missing);
        assert_eq!(app.root().delete(&path).json(404), missing);
        app.root().post(&path, &json!({})).failed(405, &[]);
        app.anonymous().delete(&path).failed(401, &["access token"]);
    }
}
