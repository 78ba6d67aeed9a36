//! `/workspace` and `/workspace/{id}`.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::app;
use crate::support::{Client, ai_llm, assign, email, member_names};

#[test]
fn create_get_rename_and_delete_workspace_succeeds() {
    let app = app();
    let organization = app.store.organization().to_string();
    let created = app.root().post("/workspace", &json!({"name": " Équipe "})).json(200);
    assert_eq!(
        (member_names(&created), member_names(&created["workspace"])),
        (vec!["success", "workspace"], vec!["id", "name", "orgId"])
    );
    assert_eq!((&created["success"], &created["workspace"]["name"]), (&json!(true), &json!("Équipe")));
    assert_eq!(created["workspace"]["orgId"], organization);
    let id = created["workspace"]["id"].as_str().unwrap().to_owned();
    let path = format!("/workspace/{id}");
    let found = app.root().get(&path).json(200);
    // The creator does not become a member.
    let workspace = json!({"id": id, "name": "Équipe", "orgId": organization, "users": []});
    assert_eq!(found, json!({"success": true, "workspace": workspace}));
    assert_eq!(app.root().get("/workspace").json(200), json!({"success": true, "workspaces": [workspace]}));
    let renamed = app.root().put(&path, &json!({"name": "Team"})).json(200);
    assert_eq!(
        renamed,
        json!({"success": true, "workspace": {"id": id, "name": "Team", "orgId": organization}})
    );
    assert_eq!(app.root().delete(&path).json(200), json!({"success": true}));
    app.root().get(&path).flashback_error(404, &["workspace does not exist"]);
    app.root().delete(&path).flashback_error(404, &["workspace does not exist"]);
}

#[test]
fn rename_workspace_without_name_changes_nothing() {
    let app = app();
    let path = format!("/workspace/{}", app.workspace());
    let (rows, audited) = (app.stored_rows(), app.audit_events());
    for body in [json!({}), json!({"name": null}), json!({"orgId": "x", "id": 7})] {
        assert_eq!(app.root().put(&path, &body).success()["workspace"]["name"], "team", "{body}");
    }
    for body in [json!({"name": ""}), json!({"name": " "}), json!({"name": 7}), json!({"name": "a\u{0}"})] {
        app.root().put(&path, &body).flashback_error(400, &["name "]);
        app.root().post("/workspace", &body).flashback_error(400, &["name "]);
    }
    app.root().post("/workspace", &json!({})).flashback_error(400, &["name is required"]);
    app.root().post("/workspace", &json!({"name": "é".repeat(256)})).flashback_error(400, &["name "]);
    assert_eq!((app.stored_rows(), app.audit_events()), (rows, audited));
    // Names of workspaces need not be unique.
    app.root().post("/workspace", &json!({"name": "team"})).success();
    app.root().post("/workspace", &json!({"name": "é".repeat(255)})).success();
}

/// The names of the workspaces in a list.
fn names(client: &Client) -> Vec<String> {
    let list = client.get("/workspace").success();
    let workspaces = list["workspaces"].as_array().unwrap().iter();
    workspaces.map(|workspace| workspace["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn list_workspaces_returns_own_ones_with_members() {
    let app = app();
    let (one, other) = (app.workspace(), app.workspace());
    app.root().put(&format!("/workspace/{one}"), &json!({"name": "one"})).success();
    app.root().put(&format!("/workspace/{other}"), &json!({"name": "other"})).success();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::Billing));
    app.member(one, ada.id, WorkspaceRole::Read);
    app.member(one, bob.id, WorkspaceRole::Write);
    for role in [OrgRole::Owner, OrgRole::Administrators, OrgRole::Workspaces] {
        assert_eq!(names(&app.user(role).client), ["one", "other"], "{role}");
    }
    assert_eq!(names(&ada.client), ["one"]);
    assert_eq!(names(&bob.client), Vec::<String>::new());
    assert_eq!(names(&app.user(OrgRole::User).client), Vec::<String>::new());
    let found = ada.client.get(&format!("/workspace/{one}")).success();
    let users = found["workspace"]["users"].as_array().unwrap();
    let member = |id: llm_config_core::id::PrincipalId, role: &str, org_role: u8| {
        json!({"userId": id.to_string(), "role": role, "user": {
            "id": id.to_string(), "name": "Ada", "lastName": "Lovelace", "email": email(id),
            "orgRole": org_role,
        }})
    };
    let mut expected = [member(ada.id, "READ", 0), member(bob.id, "WRITE", 1)];
    expected.sort_by_key(|member| member["user"]["email"].as_str().unwrap().to_owned());
    assert_eq!(users, &expected);
    ada.client.get(&format!("/workspace/{other}")).flashback_error(403, &["role"]);
}

#[test]
fn access_to_workspace_by_invalid_id_is_not_found() {
    let app = app();
    for id in ["550e8400-e29b-41d4-a716-446655440000", "x", "1", "%20", "a%2Fb"] {
        let path = format!("/workspace/{id}");
        app.root().get(&path).flashback_error(404, &["workspace does not exist"]);
        app.root().put(&path, &json!({"name": 7})).flashback_error(404, &["workspace does not exist"]);
        app.root().delete(&path).flashback_error(404, &["workspace does not exist"]);
        app.root()
            .post(&format!("{path}/users"), &json!({}))
            .flashback_error(404, &["workspace does not exist"]);
    }
}

#[test]
fn delete_workspace_with_configurations_is_rejected_and_names_them() {
    let app = app();
    let workspace = app.workspace();
    let path = format!("/workspace/{workspace}");
    let ids: Vec<_> = ["first", "second"]
        .map(|name| app.root().create_ai_llm(&assign(ai_llm(workspace), &json!({"name": name}))))
        .to_vec();
    let before = app.stored_rows();
    app.root().delete(&path).flashback_error(400, &["first", "second"]);
    assert_eq!(app.stored_rows(), before);
    app.root().delete(&format!("/ai/llm/{}", ids[0])).success();
    app.root().delete(&path).flashback_error(400, &["second"]);
    app.root().delete(&format!("/ai/llm/{}", ids[1])).success();
    app.root().delete(&path).success();
    app.root().post("/ai/llm", &ai_llm(workspace)).flashback_error(403, &["WRITE"]);
}

#[test]
fn delete_workspace_while_creating_leaves_no_orphan() {
    let app = app();
    let root = app.root();
    for _ in 0..15 {
        let workspace = app.workspace();
        let (path, none, body) = (format!("/workspace/{workspace}"), Value::Null, ai_llm(workspace));
        let responses = crate::support::send_concurrently(&[
            (&root, "DELETE", &path, &none),
            (&root, "POST", "/ai/llm", &body),
        ]);
        match (responses[0].status, responses[1].status) {
            (200, 403) => root.get(&path).flashback_error(404, &[]),
            (400, 200) => assert_eq!(root.ai_llm_names(&format!("?workspaceId={workspace}")), ["GPT"]),
            other => panic!("{other:?}: {responses:?}"),
        }
    }
}
