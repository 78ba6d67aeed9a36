//! Requests without `limit` and `cursor`, as official clients send them.

use llm_config_core::scope::Scope;
use serde_json::Value;

use super::{LARGE, PART, app, fill, large, numbers, root_scope, texts};
use crate::support::llm_at;
use crate::support::{Body, Response, SlowResponse};

/// Whether the body has a length or is chunked.
fn is_chunked(response: &Response) -> bool {
    let is_chunked = response.header("transfer-encoding") == Some("chunked");
    assert_eq!(response.header("content-length").is_none(), is_chunked);
    is_chunked
}

#[test]
fn list_of_owners_with_several_parts_is_complete_and_oldest_first() {
    let app = app();
    let ids = fill(&app, root_scope(&app), 2 * PART + 1, &Value::Null);
    let response = app.root().get("/v1/llms");
    assert!(is_chunked(&response));
    assert!(response.body.starts_with("{\"llms\":[{\"llmId\":"));
    let list = response.json(200);
    assert_eq!(texts(&list, "llms", "displayName"), numbers(0..=2 * PART));
    assert_eq!(list.as_object().expect("an object").len(), 1);
    // The rows that cannot be read are listed once, at the end, whatever part they are in.
    for id in [ids[0], ids[PART], ids[2 * PART]] {
        app.database.execute(&format!("UPDATE llm_configs SET provider = 'NONSENSE' WHERE id = '{id}'"));
    }
    let response = app.root().get("/v1/llms");
    let end = format!("],\"unreadable\":[\"{}\",\"{}\",\"{}\"]}}", ids[0], ids[PART], ids[2 * PART]);
    assert!(response.body.ends_with(&end));
    let readable = (0..=2 * PART).filter(|n| n % PART != 0);
    assert_eq!(texts(&response.json(200), "llms", "displayName"), numbers(readable));
}

#[test]
fn list_of_workspaces_with_several_parts_is_complete_and_newest_first() {
    let app = app();
    let (one, other) = (app.workspace(), app.workspace());
    fill(&app, Scope::Workspace(one), PART + 3, &Value::Null);
    fill(&app, Scope::Workspace(other), PART, &Value::Null);
    let response = app.root().get("/ai/llm");
    assert!(is_chunked(&response));
    assert!(response.body.starts_with("{\"success\":true,\"aiLlms\":[{\"id\":"));
    let newest_first = numbers((0..PART).rev().chain((0..PART + 3).rev()));
    assert_eq!(texts(&response.success(), "aiLlms", "name"), newest_first);
    let stats = app.root().get("/ai/llm/stats");
    assert!(is_chunked(&stats));
    let listed = response.success();
    assert_eq!(texts(&stats.success(), "stats", "aiLlmId"), texts(&listed, "aiLlms", "id"));
}

#[test]
fn list_of_one_part_has_a_length() {
    let app = app();
    let scope = root_scope(&app);
    assert!(!is_chunked(&app.root().get("/v1/llms")));
    fill(&app, scope, PART, &Value::Null);
    for query in ["", "?limit=500", "?limit=100"] {
        assert!(!is_chunked(&app.root().get(&format!("/v1/llms{query}"))), "{query}");
    }
    app.root().create_llm(&llm_at("http://gpu.example", "last", None));
    assert!(is_chunked(&app.root().get("/v1/llms")));
    let head = app.root().send("HEAD", "/v1/llms", &[], None);
    assert!(is_chunked(&head));
    assert_eq!(head.body, "");
}

#[test]
fn list_with_changes_between_parts_has_each_lasting_row_once() {
    let app = app();
    let ids = fill(&app, root_scope(&app), LARGE, &large());
    let response = SlowResponse::get(&app.root(), "/v1/llms");
    for deleted in [0, PART, LARGE - 1] {
        app.root().delete(&format!("/v1/llms/{}", ids[deleted])).empty(204);
    }
    app.root().create_llm(&llm_at("http://gpu.example", "new", None));
    let Body::Complete(json) = response.finish() else { panic!("a broken list") };
    let list: Value = serde_json::from_str(&json).expect("valid JSON");
    let mut expected = numbers((0..PART).chain(PART + 1..LARGE - 1));
    expected.push("new".to_owned());
    assert_eq!(texts(&list, "llms", "displayName"), expected);
}
