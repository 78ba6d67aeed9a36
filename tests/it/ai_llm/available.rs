//! `GET /ai/llm/available`.

use serde_json::json;

use super::app;
use crate::support::{ai_llm, member_names};

#[test]
fn list_available_before_validation_is_empty() {
    let app = app();
    app.root().create_ai_llm(&ai_llm(app.workspace()));
    for query in ["", "?"] {
        let list = app.root().get(&format!("/ai/llm/available{query}")).json(200);
        assert_eq!(member_names(&list), ["aiLlms", "success"]);
        assert_eq!(list, json!({"success": true, "aiLlms": []}));
    }
}

#[test]
fn available_and_stats_as_ids_are_not_found() {
    let app = app();
    let missing = app.root().delete("/ai/llm/550e8400-e29b-41d4-a716-446655440000").json(404);
    for word in ["available", "stats"] {
        let path = format!("/ai/llm/{word}");
        assert_eq!(app.root().put(&path, &json!({"name": "x"})).json(404), missing);
        assert_eq!(app.root().put(&path, &json!({"name": 7})).json(404), missing);
        assert_eq!(app.root().delete(&path).json(404), missing);
        app.root().post(&path, &json!({})).flashback_error(405, &[]);
        app.anonymous().delete(&path).flashback_error(401, &["access token"]);
    }
}
