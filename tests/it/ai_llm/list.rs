//! `GET /ai/llm`.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::app;
use crate::support::{Client, SECRET, ai_llm, assign, llm, member_names};

#[test]
fn list_returns_documented_members_with_their_types() {
    let app = app();
    let (workspace, creator) = (app.workspace(), app.user(OrgRole::Workspaces));
    let body = assign(ai_llm(workspace), &json!({"key": "AKIA0123456789"}));
    let id = creator.client.create_ai_llm(&body);
    let list = app.root().get("/ai/llm").json(200);
    assert_eq!(member_names(&list), ["aiLlms", "success"]);
    assert_eq!(list["success"], true);
    let listed = &list["aiLlms"][0];
    let names = [
        "aiType",
        "createdAt",
        "endpoint",
        "id",
        "key",
        "name",
        "orgId",
        "repos",
        "revision",
        "userId",
        "workspaceId",
    ];
    assert_eq!(member_names(listed), names);
    let organization = app.store.organization().to_string();
    for (name, value) in [
        ("id", json!(id.to_string())),
        ("orgId", json!(organization)),
        ("workspaceId", json!(workspace.to_string())),
        ("userId", json!(creator.id.to_string())),
        ("name", json!("GPT")),
        ("aiType", json!("OPENAI")),
        ("endpoint", json!("https://api.openai.com/v1")),
        ("key", json!("****6789")),
        ("repos", json!([])),
    ] {
        assert_eq!(listed[name], value, "{name}");
    }
    let at = listed["createdAt"].as_str().unwrap();
    // As in 2024-01-15T10:30:00.000Z.
    let form: String = at.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(form, "0000-00-00T00:00:00.000Z");
    // An update by another user keeps the creator and the time of creation.
    app.root().put(&format!("/ai/llm/{id}"), &json!({"name": "GPT", "key": null})).success();
    let now = app.root().find_ai_llm(id);
    assert_ne!(now["revision"], listed["revision"]);
    assert_eq!(now, assign(listed.clone(), &json!({"key": null, "revision": now["revision"]})));
    assert!(!app.root().get("/ai/llm").body.contains(SECRET));
}

#[test]
fn list_is_ordered_newest_first() {
    let app = app();
    let (one, other) = (app.workspace(), app.workspace());
    for n in 0..6 {
        let workspace = if n % 2 == 0 { one } else { other };
        app.root().create_ai_llm(&assign(ai_llm(workspace), &json!({"name": n.to_string()})));
    }
    assert_eq!(app.root().ai_llm_names(""), ["5", "4", "3", "2", "1", "0"]);
    assert_eq!(app.root().ai_llm_names(&format!("?workspaceId={one}")), ["4", "2", "0"]);
    // An update does not change the order.
    let oldest = app.root().ai_llms("")[5]["id"].as_str().unwrap().to_owned();
    app.root().put(&format!("/ai/llm/{oldest}"), &json!({"name": "zero"})).success();
    assert_eq!(app.root().ai_llm_names(""), ["5", "4", "3", "2", "1", "zero"]);
}

#[test]
fn list_returns_only_configurations_of_visible_workspaces() {
    let app = app();
    let (one, other) = (app.workspace(), app.workspace());
    app.root().create_ai_llm(&assign(ai_llm(one), &json!({"name": "one's"})));
    app.root().create_ai_llm(&assign(ai_llm(other), &json!({"name": "other's"})));
    let check = |client: &Client, expected: &[&str]| {
        assert_eq!(client.ai_llm_names(""), expected);
        let of = |name: &&&str| usize::from(expected.contains(*name));
        for (workspace, name) in [(one, "one's"), (other, "other's")] {
            let narrowed = client.ai_llm_names(&format!("?workspaceId={workspace}"));
            assert_eq!(narrowed.len(), of(&&name));
        }
        let stats = client.get("/ai/llm/stats").success();
        assert_eq!(stats["stats"].as_array().unwrap().len(), expected.len());
        assert_eq!(client.get("/ai/llm/available").success()["aiLlms"], json!([]));
    };
    for role in [OrgRole::Owner, OrgRole::Administrators, OrgRole::Workspaces] {
        check(&app.user(role).client, &["other's", "one's"]);
    }
    for role in [OrgRole::User, OrgRole::Billing] {
        check(&app.user(role).client, &[]);
    }
    for role in WorkspaceRole::ALL {
        let member = app.user(OrgRole::User);
        app.member(one, member.id, *role);
        check(&member.client, &["one's"]);
        let paid = app.user(OrgRole::Billing);
        app.member(one, paid.id, *role);
        check(&paid.client, &[]);
    }
}

#[test]
fn list_of_missing_or_hidden_workspace_is_empty() {
    let app = app();
    let workspace = app.workspace();
    app.root().create_ai_llm(&ai_llm(workspace));
    for id in ["550e8400-e29b-41d4-a716-446655440000", "no+id", "a+b%26c%2F%C3%A9", "%00", "%FF"] {
        assert_eq!(app.root().ai_llm_names(&format!("?workspaceId={id}")), Vec::<String>::new(), "{id}");
    }
    // An empty id means none.
    for query in ["?workspaceId=", "?", &format!("?workspaceId={workspace}&workspaceId=x")] {
        assert_eq!(app.root().ai_llm_names(query), ["GPT"], "{query}");
    }
    let outsider = app.user(OrgRole::User);
    let hidden = outsider.client.get(&format!("/ai/llm?workspaceId={workspace}")).success();
    assert_eq!(hidden["aiLlms"], json!([]));
}

#[test]
fn llm_of_owner_is_not_found_for_any_caller() {
    let app = app();
    let (ada, workspace) = (app.user(OrgRole::User), app.workspace());
    let id = ada.client.create_llm(&llm())["llmId"].as_str().unwrap().to_owned();
    app.member(workspace, ada.id, WorkspaceRole::Admin);
    let path = format!("/ai/llm/{id}");
    let missing = app.root().delete("/ai/llm/550e8400-e29b-41d4-a716-446655440000").json(404);
    let administrator = app.user(OrgRole::Administrators);
    for client in [&ada.client, &administrator.client, &app.root()] {
        assert_eq!(client.ai_llm_names(""), Vec::<String>::new());
        assert_eq!(client.ai_llm_names(&format!("?workspaceId={}", ada.id)), Vec::<String>::new());
        let stats = client.get(&format!("/ai/llm/stats?aiLlmId={id}")).success();
        assert_eq!(stats["stats"], json!([]));
        assert_eq!(client.put(&path, &json!({"name": "x"})).json(404), missing);
        assert_eq!(client.delete(&path).json(404), missing);
    }
    assert_eq!(ada.client.llm_names(""), ["local"]);
}

#[test]
fn configuration_of_workspace_is_not_found_in_v1_llms() {
    let app = app();
    let (workspace, creator) = (app.workspace(), app.user(OrgRole::Workspaces));
    let id = creator.client.create_ai_llm(&ai_llm(workspace));
    for client in [&creator.client, &app.root()] {
        assert_eq!(client.llm_names(""), Vec::<String>::new());
        for response in [
            client.get(&format!("/v1/llms/{id}")),
            client.put(&format!("/v1/llms/{id}"), &json!({"displayName": "x"})),
            client.delete(&format!("/v1/llms/{id}")),
        ] {
            response.goodmem_error(404, &["LLM"]);
        }
    }
    assert_eq!(creator.client.ai_llm_names(""), ["GPT"]);
}

#[test]
fn list_with_corrupt_row_omits_it_and_names_its_id() {
    let app = app();
    let workspace = app.workspace();
    let bad = app.root().create_ai_llm(&ai_llm(workspace));
    app.root().create_ai_llm(&assign(ai_llm(workspace), &json!({"name": "good"})));
    app.database.execute(&format!("UPDATE llm_configs SET endpoint = 'broken' WHERE id = '{bad}'"));
    let list = app.root().get("/ai/llm").success();
    assert_eq!(list["unreadable"], json!([bad.to_string()]));
    let names: Vec<&Value> =
        list["aiLlms"].as_array().unwrap().iter().map(|config| &config["name"]).collect();
    assert_eq!(names, ["good"]);
}
