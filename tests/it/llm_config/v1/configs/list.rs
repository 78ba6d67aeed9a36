//! `GET /llm-config/v1/configs`: filters and visibility.

use llm_config_core::access::{OrgRole, TokenScope, WorkspaceRole};
use llm_config_core::id::{PrincipalId, WorkspaceId};
use serde_json::{Value, json};

use super::app;
use crate::support::{
    Client, TestApp, TestUser, UNKNOWN_ID, ai_llm, assign, llm_at, llm_with_secret, member_names, merge_patch,
};

pub(super) fn names(list: &Value) -> Vec<&str> {
    let configs = list["configs"].as_array().expect("the list is an array");
    configs.iter().map(|config| config["name"].as_str().expect("the name is a string")).collect()
}

/// Checks the names in the list with this query.
#[track_caller]
fn check(client: &Client, query: &str, expected: &[&str]) {
    let list = client.get(&format!("/llm-config/v1/configs{query}")).json(200);
    assert_eq!(names(&list), expected, "{query}");
    assert_eq!(member_names(&list), ["configs"], "{query}");
}

struct Filled {
    app: TestApp,
    ada: TestUser,
    bob: PrincipalId,
    team: WorkspaceId,
    other: WorkspaceId,
}

/// Configurations of two owners and two workspaces.
fn filled() -> Filled {
    let app = app();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::User).id);
    let (team, other) = (app.workspace(), app.workspace());
    let root = app.root();
    let owned = |owner: PrincipalId, name: &str, changes: Value| {
        let body = llm_at("http://gpu.example:8000/v1", name, None);
        root.create_llm(&merge_patch(merge_patch(body, &json!({"ownerId": owner})), &changes));
    };
    let in_workspace = |workspace: WorkspaceId, changes: Value| {
        root.create_ai_llm(&assign(ai_llm(workspace), &changes));
    };
    owned(ada.id, "Ada 1", json!({"labels": {"team": "a", "tier": "x"}}));
    in_workspace(team, json!({"name": "Team 100%", "endpoint": "https://llm.example.com/v1"}));
    owned(bob, "Bob 1", json!({"labels": {"team": "a"}, "providerType": "OLLAMA"}));
    in_workspace(
        other,
        json!({"name": "other_1", "aiType": "ANTHROPIC", "endpoint": "https://api.anthropic.com"}),
    );
    owned(ada.id, "Stra\u{df}e", json!({}));
    Filled { app, ada, bob, team, other }
}

#[test]
fn list_configs_returns_both_scopes_oldest_first() {
    let Filled { app, .. } = filled();
    check(&app.root(), "", &["Ada 1", "Team 100%", "Bob 1", "other_1", "Stra\u{df}e"]);
}

#[test]
fn list_configs_combines_filters() {
    let Filled { app, ada, bob, team, other } = filled();
    let root = app.root();
    for (query, expected) in [
        ("?text=ADA", &["Ada 1"][..]),
        ("?text=1", &["Ada 1", "Team 100%", "Bob 1", "other_1"]),
        ("?text=%25", &["Team 100%"]),
        ("?text=_", &["other_1"]),
        ("?text=example.com", &["Team 100%"]),
        ("?text=GPU.example", &["Ada 1", "Bob 1", "Stra\u{df}e"]),
        ("?text=STRASSE", &["Stra\u{df}e"]),
        ("?text=8000", &[]),
        ("?text=v1", &[]),
        ("?provider=VLLM", &["Ada 1", "Stra\u{df}e"]),
        ("?provider=anthropic", &["other_1"]),
        ("?label=team=a", &["Ada 1", "Bob 1"]),
        ("?label=team=a&label[tier]=x", &["Ada 1"]),
        ("?label.team=b", &[]),
        ("?label=team=a&provider=OLLAMA&text=bob&usable=unchecked", &["Bob 1"]),
        ("?usable=no", &[]),
        ("?usable=unchecked&limit=500", &["Ada 1", "Team 100%", "Bob 1", "other_1", "Stra\u{df}e"]),
    ] {
        check(&root, query, expected);
    }
    check(&root, &format!("?owner={}", ada.id), &["Ada 1", "Stra\u{df}e"]);
    check(&root, &format!("?owner={bob}&text=bob"), &["Bob 1"]);
    check(&root, &format!("?workspace={team}"), &["Team 100%"]);
    check(&root, &format!("?workspace={other}&provider=ANTHROPIC"), &["other_1"]);
    check(&root, &format!("?workspace={other}&owner={bob}"), &[]);
    check(&root, &format!("?workspace={UNKNOWN_ID}"), &[]);
    check(&root, &format!("?owner={UNKNOWN_ID}"), &[]);
}

#[test]
fn list_configs_returns_only_what_the_caller_may_list() {
    let Filled { app, ada, bob, team, other } = filled();
    let client = &ada.client;
    check(client, "", &["Ada 1", "Stra\u{df}e"]);
    check(client, "?label=team=a", &["Ada 1"]);
    // Filters on hidden scopes are no errors and tell nothing.
    for hidden in [format!("owner={bob}"), format!("workspace={team}"), format!("workspace={UNKNOWN_ID}")] {
        check(client, &format!("?{hidden}"), &[]);
    }
    app.member(team, ada.id, WorkspaceRole::Read);
    check(client, "", &["Ada 1", "Team 100%", "Stra\u{df}e"]);
    check(client, &format!("?workspace={team}"), &["Team 100%"]);
    check(client, &format!("?workspace={other}"), &[]);
    check(&app.user(OrgRole::Workspaces).client, "", &["Team 100%", "other_1"]);
    check(&app.user(OrgRole::Billing).client, "", &[]);
    let of_team = TokenScope { workspaces: Some([team].into()), ..TokenScope::default() };
    let root_in_team = app.token(app.user(OrgRole::Owner).id, of_team).1;
    check(&root_in_team, "", &["Team 100%"]);
    app.anonymous().get("/llm-config/v1/configs").goodmem_error(401, &[]);
}

#[test]
fn list_configs_with_wrong_parameters_names_them_all() {
    let app = app();
    let long = "a".repeat(256);
    let query = format!(
        "?text={long}&provider=ACME&usable=maybe&label=x&workspace=me&owner=me&limit=0&limits=1&cursor="
    );
    let fields = app.root().get(&format!("/llm-config/v1/configs{query}")).error_fields();
    let expected = ["text", "provider", "usable", "label", "workspace", "owner", "limit", "cursor", "limits"];
    assert_eq!(fields, expected);
    for (query, part) in [
        ("text=%20", "must not be blank"),
        ("text=a%00", "control character"),
        ("limit=501", "from 1 to 500"),
        ("usable=YES", "must be one of yes, no, unknown, unchecked"),
        ("usable=yes&usable=no", "twice"),
    ] {
        app.root().get(&format!("/llm-config/v1/configs?{query}")).goodmem_error(400, &[part]);
    }
}

#[test]
fn list_configs_with_corrupt_row_marks_it_on_its_page() {
    let app = app();
    let root = app.root();
    for name in ["first", "corrupt", "last"] {
        root.create_llm(&llm_at("http://gpu.example", name, None));
    }
    app.database.execute("UPDATE llm_configs SET endpoint = 'nonsense' WHERE name = 'corrupt'");
    let id = app.database.texts("SELECT id AS value FROM llm_configs WHERE name = 'corrupt'");
    let list = root.get("/llm-config/v1/configs").json(200);
    assert_eq!((names(&list), &list["unreadable"]), (vec!["first", "last"], &json!(id)));
    let first = root.get("/llm-config/v1/configs?limit=1").json(200);
    let cursor = first["nextCursor"].as_str().expect("a cursor");
    let second = root.get(&format!("/llm-config/v1/configs?limit=1&cursor={cursor}")).json(200);
    assert_eq!((names(&second), &second["unreadable"]), (vec![], &json!(id)));
    let cursor = second["nextCursor"].as_str().expect("a cursor");
    let third = root.get(&format!("/llm-config/v1/configs?limit=1&cursor={cursor}")).json(200);
    assert_eq!((names(&third), third.get("unreadable")), (vec!["last"], None));
    // A secret that cannot be decrypted does not matter to a list.
    root.create_llm(&merge_patch(llm_with_secret("sk-0123456789"), &json!({"displayName": "sealed"})));
    app.database.execute(
        "UPDATE secrets SET kek_id = kek_id, envelope = (SELECT check_envelope FROM key_encryption_keys)",
    );
    assert_eq!(names(&root.get("/llm-config/v1/configs").json(200)), ["first", "last", "sealed"]);
}
