//! `GET /llm-config/v1/configs`: pages and cursors.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::Value;

use super::app;
use super::list::names;
use crate::support::{Client, TestApp, llm_at};

fn filled(count: usize) -> TestApp {
    let app = app();
    for n in 0..count {
        app.root().create_llm(&llm_at("http://gpu.example", &n.to_string(), None));
    }
    app
}

fn page(client: &Client, query: &str) -> Value {
    client.get(&format!("/llm-config/v1/configs?{query}")).json(200)
}

fn cursor(page: &Value) -> &str {
    page["nextCursor"].as_str().expect("a cursor")
}

/// The names on each page.
fn pages(client: &Client, query: &str) -> Vec<Vec<String>> {
    let (mut pages, mut after) = (Vec::new(), String::new());
    loop {
        let page = page(client, &format!("{query}{after}"));
        pages.push(names(&page).into_iter().map(str::to_owned).collect());
        match page.get("nextCursor") {
            Some(cursor) => after = format!("&cursor={}", cursor.as_str().expect("the cursor is a string")),
            None => return pages,
        }
    }
}

#[test]
fn list_all_pages_contains_each_config_once_and_ends_without_cursor() {
    let app = filled(5);
    let root = app.root();
    assert_eq!(pages(&root, "limit=2"), [vec!["0", "1"], vec!["2", "3"], vec!["4"]]);
    assert_eq!(pages(&root, "limit=5"), [["0", "1", "2", "3", "4"]]);
    assert_eq!(pages(&root, "limit=1&text=3"), [["3"]]);
    // The limit may change from page to page.
    let first = page(&root, "limit=1");
    assert_eq!(names(&page(&root, &format!("limit=3&cursor={}", cursor(&first)))), ["1", "2", "3"]);
}

#[test]
fn list_page_after_deletion_and_creation_neither_repeats_nor_skips() {
    let app = filled(4);
    let root = app.root();
    let first = page(&root, "limit=2");
    let last_listed = first["configs"][1]["id"].as_str().expect("the id is a string");
    root.delete(&format!("/v1/llms/{last_listed}")).empty(204);
    root.create_llm(&llm_at("http://gpu.example", "new", None));
    assert_eq!(names(&page(&root, &format!("cursor={}", cursor(&first)))), ["2", "3", "new"]);
}

#[test]
fn list_with_cursor_of_another_server_continues() {
    let app = filled(2);
    let first = page(&app.root(), "limit=1");
    let second = app.second_server();
    assert_eq!(names(&page(&second.root(), &format!("cursor={}", cursor(&first)))), ["1"]);
}

#[test]
fn list_with_damaged_or_foreign_cursor_is_400() {
    let app = filled(3);
    let root = app.root();
    let first = page(&root, "limit=1&text=gpu");
    let valid = cursor(&first);
    assert_eq!(names(&page(&root, &format!("text=GPU&cursor={valid}"))), ["1", "2"], "the same filter");
    let mut damaged = valid.to_owned();
    damaged.replace_range(10..11, if &valid[10..11] == "A" { "B" } else { "A" });
    let keys = root.get("/v1/apikeys?maxResults=1").json(200);
    assert!(keys["nextToken"].is_null());
    app.user(OrgRole::User);
    let of_keys = root.get("/v1/apikeys?maxResults=1").json(200)["nextToken"].as_str().unwrap().to_owned();
    for query in [
        format!("text=gpu&cursor={damaged}"),
        format!("text=gpu&cursor={}", &valid[1..]),
        "text=gpu&cursor=".to_owned(),
        "text=gpu&cursor=1".to_owned(),
        format!("text=gpu&cursor={of_keys}"),
        format!("cursor={valid}"),
        format!("text=gp&cursor={valid}"),
        format!("text=gpu&provider=VLLM&cursor={valid}"),
        format!("text=gpu&usable=unchecked&cursor={valid}"),
        format!("text=gpu&label=a=b&cursor={valid}"),
        format!("text=gpu&owner={}&cursor={valid}", first["configs"][0]["scope"]["id"].as_str().unwrap()),
    ] {
        let response = root.get(&format!("/llm-config/v1/configs?{query}"));
        assert_eq!(response.error_fields(), ["cursor"], "{query}");
        response.goodmem_error(400, &["is not a cursor of this list"]);
    }
    assert_eq!(root.get(&format!("/v1/apikeys?nextToken={valid}")).error_fields(), ["nextToken"]);
}

#[test]
fn list_with_cursor_returns_what_the_caller_may_list_now() {
    let app = filled(2);
    let (ada, team) = (app.user(OrgRole::User), app.workspace());
    app.member(team, ada.id, WorkspaceRole::Read);
    for _ in 0..3 {
        app.workspace_config(app.workspace());
    }
    app.workspace_config(team);
    ada.client.create_llm(&llm_at("http://gpu.example", "ada's", None));
    let first = page(&ada.client, "limit=1");
    assert_eq!(first["configs"].as_array().map(Vec::len), Some(1));
    // Another caller with the same cursor gets what that caller may list after the same position.
    let bob = app.user(OrgRole::User);
    bob.client.create_llm(&llm_at("http://gpu.example", "bob's", None));
    let rest = format!("cursor={}", cursor(&first));
    assert_eq!(names(&page(&bob.client, &rest)), ["bob's"]);
    assert_eq!(names(&page(&app.root(), &rest)), ["ada's", "bob's"]);
    app.change_role(ada.id, OrgRole::Billing);
    assert!(names(&page(&ada.client, &rest)).is_empty());
}
