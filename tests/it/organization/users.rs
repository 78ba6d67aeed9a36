//! `/organization/users` and `/organization/users/{id}`.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::app;
use crate::support::{Client, at_once, llm, members, set, with};

const NOBODY: &str = "550e8400-e29b-41d4-a716-446655440000";

fn grace() -> Value {
    json!({"email": "Grace@Example.com", "firstName": "Grace", "lastName": "Hopper"})
}

#[test]
fn a_user_has_these_members_of_these_types() {
    let app = app();
    let made = app.root().post("/organization/users", &grace()).json(200);
    assert_eq!(members(&made), ["data", "message", "success"]);
    assert!(made["message"].as_str().is_some_and(|it| !it.is_empty()));
    let id = made["data"]["id"].as_str().unwrap().to_owned();
    let expected = json!({
        "id": id, "email": "Grace@Example.com", "name": "Grace", "lastName": "Hopper",
        "orgId": app.store.organization().to_string(), "orgRole": 0, "validated": true, "deletedAt": null,
        "orgRoleDescription": made["data"]["orgRoleDescription"], "orgRoles": [0],
    });
    assert_eq!(made["data"], expected);
    assert!(expected["orgRoleDescription"].is_string());
    // One user comes without an envelope.
    let path = format!("/organization/users/{id}");
    assert_eq!(app.root().get(&path).json(200), expected);
    let list = app.root().get("/organization/users").json(200);
    assert_eq!(members(&list), ["data", "success", "total"]);
    assert_eq!((&list["total"], list["data"].as_array().unwrap().len()), (&json!(2), 2));
    assert!(list["data"].as_array().unwrap().contains(&expected));
    let changed = app.root().put(&path, &json!({"name": "G", "lastName": "H", "orgRole": 1})).json(200);
    assert_eq!(members(&changed), ["data", "message", "success"]);
    let was = set(expected, &json!({"name": "G", "lastName": "H", "orgRole": 1, "orgRoles": [1]}));
    let description = json!({"orgRoleDescription": changed["data"]["orgRoleDescription"]});
    assert_eq!(changed["data"], set(was, &description));
    let deleted = app.root().delete(&path).json(200);
    assert_eq!(members(&deleted), ["message", "success"]);
    app.root().get(&path).failed(404, &["no such user"]);
    app.root().delete(&path).failed(404, &["no such user"]);
}

#[test]
fn roles_are_numbers() {
    let app = app();
    for (n, role) in [0, 1, 2, 254, 255].into_iter().enumerate() {
        let body = set(grace(), &json!({"email": format!("{n}@example.com"), "orgRole": role}));
        let made = app.root().post("/organization/users", &body).success();
        assert_eq!((&made["data"]["orgRole"], &made["data"]["orgRoles"]), (&json!(role), &json!([role])));
    }
    let root = app.root().get("/v1/users/me").json(200)["userId"].as_str().unwrap().to_owned();
    let before = app.rows();
    for role in
        [json!(3), json!(253), json!(256), json!(-1), json!(1.5), json!("255"), json!("OWNER"), json!([0])]
    {
        let body = set(grace(), &json!({"orgRole": role}));
        app.root().post("/organization/users", &body).failed(400, &["orgRole "]);
        let path = format!("/organization/users/{root}");
        app.root().put(&path, &json!({"orgRole": role, "name": "x"})).failed(400, &["orgRole "]);
    }
    assert_eq!(app.rows(), before);
    app.root().post("/organization/users", &set(grace(), &json!({"orgRole": null}))).success();
}

#[test]
fn a_password_is_refused_because_nobody_logs_in() {
    let app = app();
    let before = app.rows();
    for password in [json!("hunter2"), json!(" "), json!(7), json!({})] {
        let answer = app.root().post("/organization/users", &set(grace(), &json!({"password": password})));
        answer.failed(400, &["password "]);
        assert!(!answer.body.contains("hunter2"));
    }
    assert_eq!(app.rows(), before);
    app.root().post("/organization/users", &set(grace(), &json!({"password": null}))).success();
    let other = json!({"password": "", "email": "other@example.com", "unknown": [1]});
    app.root().post("/organization/users", &set(grace(), &other)).success();
}

#[test]
fn what_is_wrong_with_a_user_is_named_all_at_once() {
    let app = app();
    let required = ["email is required", "firstName is required", "lastName is required"];
    app.root().post("/organization/users", &json!({})).failed(400, &required);
    for field in ["email", "firstName", "lastName"] {
        app.root().post("/organization/users", &with(grace(), &json!({field: null}))).failed(400, &[field]);
        for value in [json!(""), json!(" "), json!(7), json!("é".repeat(256)), json!("a\u{0}b@example.com")]
        {
            let body = set(grace(), &json!({field: value}));
            app.root().post("/organization/users", &body).failed(400, &[&format!("{field} ")]);
        }
    }
    for email in ["grace", "@example.com", "grace@", "a b@example.com", "a@b@c"] {
        let body = set(grace(), &json!({"email": email}));
        app.root().post("/organization/users", &body).failed(400, &["email "]);
    }
    let bad = json!({"email": "x", "firstName": "", "lastName": 7, "orgRole": 9, "password": "p"});
    app.root()
        .post("/organization/users", &bad)
        .failed(400, &["email ", "firstName ", "lastName ", "orgRole ", "password "]);
}

#[test]
fn an_address_is_one_users_without_regard_to_case() {
    let app = app();
    app.root().post("/organization/users", &grace()).success();
    for email in ["grace@example.com", "GRACE@EXAMPLE.COM", " Grace@Example.com "] {
        let body = set(grace(), &json!({"email": email}));
        app.root().post("/organization/users", &body).failed(400, &["email", "already exists"]);
    }
    let racing = set(grace(), &json!({"email": "race@example.com"}));
    let root = app.root();
    let answers = at_once(&[(&root, "POST", "/organization/users", &racing); 8]);
    assert_eq!(answers.iter().filter(|it| it.status == 200).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|it| it.status == 400).count(), 7, "{answers:?}");
}

#[test]
fn a_change_of_nothing_leaves_no_trace() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let path = format!("/organization/users/{}", ada.id);
    let (rows, audited) = (app.rows(), app.audited());
    for body in [
        json!({}),
        json!({"name": null, "orgRole": null}),
        json!({"email": "x", "id": 7, "validated": false}),
    ] {
        assert_eq!(app.root().put(&path, &body).success()["data"]["name"], "Ada");
        assert_eq!((app.rows(), app.audited()), (rows.clone(), audited.clone()), "{body}");
    }
    for body in [json!({"name": ""}), json!({"lastName": 7}), json!({"name": "x", "lastName": " "})] {
        app.root().put(&path, &body).failed(400, &["ame "]);
        assert_eq!(app.rows(), rows);
    }
    // Users may rename themselves.
    assert_eq!(ada.client.put(&path, &json!({"name": "A."})).success()["data"]["name"], "A.");
}

/// The ids of the users that a list shows, sorted.
fn seen(client: &Client) -> Vec<String> {
    let list = client.get("/organization/users").success();
    let users = list["data"].as_array().unwrap();
    assert_eq!(list["total"], users.len());
    let mut ids: Vec<_> = users.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn everybody_sees_themselves_and_those_they_work_with() {
    let app = app();
    let workspace = app.workspace();
    let people: Vec<_> = OrgRole::ALL.iter().map(|role| app.user(*role)).collect();
    let [user, billing, manager, administrator, owner] = people.as_slice() else { panic!("five roles") };
    let stranger = app.user(OrgRole::User);
    for member in [user, billing] {
        app.member(workspace, member.id, WorkspaceRole::Read);
    }
    let sorted = |ids: &[&crate::support::Person]| {
        let mut ids: Vec<_> = ids.iter().map(|it| it.id.to_string()).collect();
        ids.sort();
        ids
    };
    for person in [administrator, owner] {
        assert_eq!(seen(&person.client).len(), 7);
    }
    assert_eq!(seen(&user.client), sorted(&[user, billing]));
    assert_eq!(seen(&billing.client), sorted(&[billing]));
    assert_eq!(seen(&manager.client), sorted(&[manager, user, billing]));
    assert_eq!(seen(&stranger.client), sorted(&[&stranger]));
    let path = |it: &crate::support::Person| format!("/organization/users/{}", it.id);
    user.client.get(&path(billing)).json(200);
    let missing = stranger.client.get(&format!("/organization/users/{NOBODY}")).json(404);
    for unseen in [user, owner, administrator] {
        assert_eq!(stranger.client.get(&path(unseen)).json(404), missing);
        assert_eq!(stranger.client.put(&path(unseen), &json!({"name": 7})).json(404), missing);
        assert_eq!(stranger.client.delete(&path(unseen)).json(404), missing);
    }
    for id in ["x", "1", "me", "%20"] {
        app.root().get(&format!("/organization/users/{id}")).failed(404, &["no such user"]);
    }
}

#[test]
fn a_user_with_configurations_is_not_deleted_and_they_are_named() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let made = ada.client.created(&with(llm(), &json!({"displayName": "ada's first"})));
    ada.client.created(&with(llm(), &json!({"displayName": "second", "modelIdentifier": "other"})));
    let path = format!("/organization/users/{}", ada.id);
    let before = app.rows();
    app.root().delete(&path).failed(400, &["ada's first", "second"]);
    assert_eq!(app.rows(), before);
    ada.client.get(&made).json(200);
    for llm in ada.client.get("/v1/llms").json(200)["llms"].as_array().unwrap() {
        app.root().delete(&format!("/v1/llms/{}", llm["llmId"].as_str().unwrap())).empty(204);
    }
    app.root().delete(&path).success();
    ada.client.get("/ai/llm").failed(401, &["access token"]);
    // What they made for a workspace stays, and names them still.
    let bob = app.user(OrgRole::Workspaces);
    let id = bob.client.add(&crate::support::ai_llm(app.workspace()));
    app.root().delete(&format!("/organization/users/{}", bob.id)).success();
    assert_eq!(app.root().listed(id)["userId"], bob.id.to_string());
}
