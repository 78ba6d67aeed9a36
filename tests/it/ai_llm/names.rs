//! Names are unique within a workspace.

use serde_json::json;

use super::app;
use crate::support::{ai_llm, assign, send_concurrently};

#[test]
fn create_with_equivalent_name_is_rejected_as_duplicate() {
    let app = app();
    let workspace = app.workspace();
    let with_name = |name: &str| assign(ai_llm(workspace), &json!({"name": name}));
    app.root().create_ai_llm(&with_name("Caf\u{e9}"));
    for equivalent_name in ["Caf\u{e9}", "Cafe\u{301}", " Caf\u{e9}\t", "\u{a0}Cafe\u{301} "] {
        app.root()
            .post("/ai/llm", &with_name(equivalent_name))
            .flashback_error(400, &["name", "already exists"]);
    }
    for other in ["caf\u{e9}", "CAF\u{c9}", "Cafe", "Caf\u{e9}s", "Caf \u{e9}"] {
        app.root().create_ai_llm(&with_name(other));
    }
    // Another workspace may have the same name.
    let other_workspace = app.workspace();
    app.root().create_ai_llm(&assign(ai_llm(other_workspace), &json!({"name": "Caf\u{e9}"})));
}

#[test]
fn create_returns_name_trimmed_but_not_normalized() {
    let app = app();
    let id = app
        .root()
        .create_ai_llm(&assign(ai_llm(app.workspace()), &json!({"name": "  Cafe\u{301} 東京 😀 "})));
    assert_eq!(app.root().find_ai_llm(id)["name"], "Cafe\u{301} 東京 😀");
}

#[test]
fn create_with_name_of_deleted_or_renamed_configuration_succeeds() {
    let app = app();
    let body = ai_llm(app.workspace());
    let first = app.root().create_ai_llm(&body);
    app.root().delete(&format!("/ai/llm/{first}")).success();
    let second = app.root().create_ai_llm(&body);
    app.root().put(&format!("/ai/llm/{second}"), &json!({"name": "renamed"})).success();
    app.root().create_ai_llm(&body);
}

#[test]
fn update_to_current_name_succeeds() {
    let app = app();
    let id = app.root().create_ai_llm(&assign(ai_llm(app.workspace()), &json!({"name": "Caf\u{e9}"})));
    for name in ["Caf\u{e9}", "Cafe\u{301}", " Caf\u{e9} ", "caf\u{e9}", "Caf\u{e9}"] {
        app.root().put(&format!("/ai/llm/{id}"), &json!({"name": name})).success();
    }
}

#[test]
fn update_to_name_of_other_configuration_is_rejected() {
    let app = app();
    let workspace = app.workspace();
    app.root().create_ai_llm(&assign(ai_llm(workspace), &json!({"name": "Caf\u{e9}"})));
    let id = app.root().create_ai_llm(&assign(ai_llm(workspace), &json!({"name": "other"})));
    let before = app.stored_rows();
    for name in ["Caf\u{e9}", "Cafe\u{301}", " Caf\u{e9}"] {
        let change = json!({"name": name, "secret": "sk-other", "endpoint": "https://api.openai.com/v9"});
        app.root().put(&format!("/ai/llm/{id}"), &change).flashback_error(400, &["name", "already exists"]);
    }
    assert_eq!(app.stored_rows(), before);
}

#[test]
fn create_with_same_name_concurrently_succeeds_once() {
    let app = app();
    let (second_server, workspace) = (app.second_server(), app.workspace());
    let clients = [app.root(), second_server.root()];
    // One name in two Unicode normal forms.
    let forms = ["Caf\u{e9}", "Cafe\u{301}"].map(|name| assign(ai_llm(workspace), &json!({"name": name})));
    let requests: Vec<_> = (0..8).map(|n| (&clients[n % 2], "POST", "/ai/llm", &forms[n / 4])).collect();
    let responses = send_concurrently(&requests);
    let (successes, failures): (Vec<_>, Vec<_>) =
        responses.iter().partition(|response| response.status == 200);
    assert_eq!(successes.len(), 1, "{responses:?}");
    for response in failures {
        response.flashback_error(400, &["already exists"]);
    }
    assert_eq!(app.root().ai_llms("").len(), 1);
}

#[test]
fn rename_to_same_name_concurrently_succeeds_once() {
    let app = app();
    let workspace = app.workspace();
    let create =
        |n: usize| app.root().create_ai_llm(&assign(ai_llm(workspace), &json!({"name": n.to_string()})));
    let paths: Vec<_> = (0..8).map(|n| format!("/ai/llm/{}", create(n))).collect();
    let (client, change) = (app.root(), json!({"name": "new"}));
    let requests: Vec<_> = paths.iter().map(|path| (&client, "PUT", path.as_str(), &change)).collect();
    let responses = send_concurrently(&requests);
    let (successes, failures): (Vec<_>, Vec<_>) =
        responses.iter().partition(|response| response.status == 200);
    assert_eq!(successes.len(), 1, "{responses:?}");
    for response in failures {
        response.flashback_error(400, &["already exists"]);
    }
    let names = app.root().ai_llm_names("");
    assert_eq!((names.len(), names.iter().filter(|name| *name == "new").count()), (8, 1));
}
