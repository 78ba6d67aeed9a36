//! Names are unique in their workspace.

use serde_json::json;

use super::app;
use crate::support::{ai_llm, at_once, set};

#[test]
fn names_are_compared_in_one_normal_form_trimmed_and_with_case() {
    let app = app();
    let workspace = app.workspace();
    let named = |name: &str| set(ai_llm(workspace), &json!({"name": name}));
    app.root().add(&named("Caf\u{e9}"));
    for equal in ["Caf\u{e9}", "Cafe\u{301}", " Caf\u{e9}\t", "\u{a0}Cafe\u{301} "] {
        app.root().post("/ai/llm", &named(equal)).failed(400, &["name", "already exists"]);
    }
    for other in ["caf\u{e9}", "CAF\u{c9}", "Cafe", "Caf\u{e9}s", "Caf \u{e9}"] {
        app.root().add(&named(other));
    }
    // Another workspace has its own names.
    let elsewhere = app.workspace();
    app.root().add(&set(ai_llm(elsewhere), &json!({"name": "Caf\u{e9}"})));
}

#[test]
fn a_name_is_trimmed_and_otherwise_returned_as_it_was_sent() {
    let app = app();
    let id = app.root().add(&set(ai_llm(app.workspace()), &json!({"name": "  Cafe\u{301} 東京 😀 "})));
    assert_eq!(app.root().listed(id)["name"], "Cafe\u{301} 東京 😀");
}

#[test]
fn a_name_is_free_again_after_a_deletion_and_a_renaming() {
    let app = app();
    let body = ai_llm(app.workspace());
    let first = app.root().add(&body);
    app.root().delete(&format!("/ai/llm/{first}")).success();
    let second = app.root().add(&body);
    app.root().put(&format!("/ai/llm/{second}"), &json!({"name": "renamed"})).success();
    app.root().add(&body);
}

#[test]
fn a_change_may_keep_its_own_name_but_not_take_anothers() {
    let app = app();
    let workspace = app.workspace();
    let caf = app.root().add(&set(ai_llm(workspace), &json!({"name": "Caf\u{e9}"})));
    let other = app.root().add(&set(ai_llm(workspace), &json!({"name": "other"})));
    for own in ["Caf\u{e9}", "Cafe\u{301}", " Caf\u{e9} ", "caf\u{e9}", "Caf\u{e9}"] {
        app.root().put(&format!("/ai/llm/{caf}"), &json!({"name": own})).success();
    }
    let before = app.rows();
    for taken in ["Caf\u{e9}", "Cafe\u{301}", " Caf\u{e9}"] {
        let change = json!({"name": taken, "secret": "sk-other", "endpoint": "https://api.openai.com/v9"});
        app.root().put(&format!("/ai/llm/{other}"), &change).failed(400, &["name", "already exists"]);
    }
    assert_eq!(app.rows(), before);
}

#[test]
fn of_eight_creations_at_once_one_wins() {
    let app = app();
    let (other, workspace) = (app.beside(), app.workspace());
    let (here, there) = (app.root(), other.root());
    // One name in two forms.
    let forms = ["Caf\u{e9}", "Cafe\u{301}"].map(|it| set(ai_llm(workspace), &json!({"name": it})));
    let requests: Vec<_> =
        (0..8).map(|n| (if n % 2 == 0 { &here } else { &there }, "POST", "/ai/llm", &forms[n / 4])).collect();
    let answers = at_once(&requests);
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|it| it.status == 200);
    assert_eq!(won.len(), 1, "{answers:?}");
    for it in lost {
        it.failed(400, &["already exists"]);
    }
    assert_eq!(app.root().ai_llms("").len(), 1);
}

#[test]
fn of_eight_renamings_at_once_one_wins() {
    let app = app();
    let workspace = app.workspace();
    let made = |n: usize| app.root().add(&set(ai_llm(workspace), &json!({"name": n.to_string()})));
    let paths: Vec<_> = (0..8).map(|n| format!("/ai/llm/{}", made(n))).collect();
    let (client, wanted) = (app.root(), json!({"name": "wanted"}));
    let requests: Vec<_> = paths.iter().map(|path| (&client, "PUT", path.as_str(), &wanted)).collect();
    let answers = at_once(&requests);
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|it| it.status == 200);
    assert_eq!(won.len(), 1, "{answers:?}");
    for it in lost {
        it.failed(400, &["already exists"]);
    }
    let names = app.root().ai_llm_names("");
    assert_eq!((names.len(), names.iter().filter(|it| *it == "wanted").count()), (8, 1));
}
