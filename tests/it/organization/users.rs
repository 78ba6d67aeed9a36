//! `/organization/users` and `/organization/users/{id}`.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::app;
use crate::support::{
    Client, UNKNOWN_ID, assign, llm, member_names, merge_patch, new_user, send_concurrently,
};

fn grace() -> Value {
    assign(new_user("Grace@Example.com"), &json!({"firstName": "Grace", "lastName": "Hopper"}))
}

#[test]
fn create_user_returns_documented_members() {
    let app = app();
    let created = app.root().post("/organization/users", &grace()).json(200);
    assert_eq!(member_names(&created), ["data", "message", "success"]);
    assert!(created["message"].as_str().is_some_and(|message| !message.is_empty()));
    let id = created["data"]["id"].as_str().unwrap().to_owned();
    let expected = json!({
        "id": id, "email": "Grace@Example.com", "name": "Grace", "lastName": "Hopper",
        "orgId": app.store.organization().to_string(), "orgRole": 0, "validated": true, "deletedAt": null,
        "orgRoleDescription": created["data"]["orgRoleDescription"], "orgRoles": [0],
    });
    assert_eq!(created["data"], expected);
    assert!(expected["orgRoleDescription"].is_string());
    // A single user is returned without an envelope.
    let path = format!("/organization/users/{id}");
    assert_eq!(app.root().get(&path).json(200), expected);
    let list = app.root().get("/organization/users").json(200);
    assert_eq!(member_names(&list), ["data", "success", "total"]);
    assert_eq!((&list["total"], list["data"].as_array().unwrap().len()), (&json!(2), 2));
    assert!(list["data"].as_array().unwrap().contains(&expected));
    let changed = app.root().put(&path, &json!({"name": "G", "lastName": "H", "orgRole": 1})).json(200);
    assert_eq!(member_names(&changed), ["data", "message", "success"]);
    let expected = assign(expected, &json!({"name": "G", "lastName": "H", "orgRole": 1, "orgRoles": [1]}));
    let description = json!({"orgRoleDescription": changed["data"]["orgRoleDescription"]});
    assert_eq!(changed["data"], assign(expected, &description));
    let deleted = app.root().delete(&path).json(200);
    assert_eq!(member_names(&deleted), ["message", "success"]);
    app.root().get(&path).flashback_error(404, &["user does not exist"]);
    app.root().delete(&path).flashback_error(404, &["user does not exist"]);
}

#[test]
fn create_and_update_user_take_roles_as_numbers() {
    let app = app();
    for (n, role) in [0, 1, 2, 254, 255].into_iter().enumerate() {
        let body = assign(grace(), &json!({"email": format!("{n}@example.com"), "orgRole": role}));
        let created = app.root().post("/organization/users", &body).success();
        assert_eq!(
            (&created["data"]["orgRole"], &created["data"]["orgRoles"]),
            (&json!(role), &json!([role]))
        );
    }
    let root = app.root().get("/v1/users/me").json(200)["userId"].as_str().unwrap().to_owned();
    let before = app.stored_rows();
    for role in
        [json!(3), json!(253), json!(256), json!(-1), json!(1.5), json!("255"), json!("OWNER"), json!([0])]
    {
        let body = assign(grace(), &json!({"orgRole": role}));
        app.root().post("/organization/users", &body).flashback_error(400, &["orgRole "]);
        let path = format!("/organization/users/{root}");
        app.root().put(&path, &json!({"orgRole": role, "name": "x"})).flashback_error(400, &["orgRole "]);
    }
    assert_eq!(app.stored_rows(), before);
    app.root().post("/organization/users", &assign(grace(), &json!({"orgRole": null}))).success();
}

#[test]
fn create_user_with_password_is_rejected() {
    let app = app();
    let before = app.stored_rows();
    for password in [json!("hunter2"), json!(" "), json!(7), json!({})] {
        let response =
            app.root().post("/organization/users", &assign(grace(), &json!({"password": password})));
        response.flashback_error(400, &["password "]);
        assert!(!response.body.contains("hunter2"));
    }
    assert_eq!(app.stored_rows(), before);
    app.root().post("/organization/users", &assign(grace(), &json!({"password": null}))).success();
    let other = json!({"password": "", "email": "other@example.com", "unknown": [1]});
    app.root().post("/organization/users", &assign(grace(), &other)).success();
}

#[test]
fn create_user_with_invalid_fields_names_each_of_them() {
    let app = app();
    let required = ["email is required", "firstName is required", "lastName is required"];
    app.root().post("/organization/users", &json!({})).flashback_error(400, &required);
    for field in ["email", "firstName", "lastName"] {
        app.root()
            .post("/organization/users", &merge_patch(grace(), &json!({field: null})))
            .flashback_error(400, &[field]);
        for value in [json!(""), json!(" "), json!(7), json!("é".repeat(256)), json!("a\u{0}b@example.com")]
        {
            let body = assign(grace(), &json!({field: value}));
            app.root().post("/organization/users", &body).flashback_error(400, &[&format!("{field} ")]);
        }
    }
    for email in ["grace", "@example.com", "grace@", "a b@example.com", "a@b@c"] {
        let body = assign(grace(), &json!({"email": email}));
        app.root().post("/organization/users", &body).flashback_error(400, &["email "]);
    }
    let bad = json!({"email": "x", "firstName": "", "lastName": 7, "orgRole": 9, "password": "p"});
    app.root()
        .post("/organization/users", &bad)
        .flashback_error(400, &["email ", "firstName ", "lastName ", "orgRole ", "password "]);
}

#[test]
fn create_user_with_taken_email_in_any_case_is_rejected() {
    let app = app();
    app.root().post("/organization/users", &grace()).success();
    for email in ["grace@example.com", "GRACE@EXAMPLE.COM", " Grace@Example.com "] {
        let body = assign(grace(), &json!({"email": email}));
        app.root().post("/organization/users", &body).flashback_error(400, &["email", "already exists"]);
    }
    let racing = assign(grace(), &json!({"email": "race@example.com"}));
    let root = app.root();
    let responses = send_concurrently(&[(&root, "POST", "/organization/users", &racing); 8]);
    assert_eq!(responses.iter().filter(|response| response.status == 200).count(), 1, "{responses:?}");
    assert_eq!(responses.iter().filter(|response| response.status == 400).count(), 7, "{responses:?}");
}

#[test]
fn update_user_without_changes_writes_nothing() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let path = format!("/organization/users/{}", ada.id);
    let (rows, audited) = (app.stored_rows(), app.audit_events());
    for body in [
        json!({}),
        json!({"name": null, "orgRole": null}),
        json!({"email": "x", "id": 7, "validated": false}),
    ] {
        assert_eq!(app.root().put(&path, &body).success()["data"]["name"], "Ada");
        assert_eq!((app.stored_rows(), app.audit_events()), (rows.clone(), audited.clone()), "{body}");
    }
    for body in [json!({"name": ""}), json!({"lastName": 7}), json!({"name": "x", "lastName": " "})] {
        app.root().put(&path, &body).flashback_error(400, &["ame "]);
        assert_eq!(app.stored_rows(), rows);
    }
    // Users may rename themselves.
    assert_eq!(ada.client.put(&path, &json!({"name": "A."})).success()["data"]["name"], "A.");
}

/// The ids of the users in a list, sorted.
fn listed_ids(client: &Client) -> Vec<String> {
    let list = client.get("/organization/users").success();
    let users = list["data"].as_array().unwrap();
    assert_eq!(list["total"], users.len());
    let mut ids: Vec<_> = users.iter().map(|user| user["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn list_users_returns_only_oneself_and_colleagues() {
    let app = app();
    let workspace = app.workspace();
    let people: Vec<_> = OrgRole::ALL.iter().map(|role| app.user(*role)).collect();
    let [user, billing, manager, administrator, owner] = people.as_slice() else { panic!("five roles") };
    let stranger = app.user(OrgRole::User);
    for member in [user, billing] {
        app.member(workspace, member.id, WorkspaceRole::Read);
    }
    let sorted = |ids: &[&crate::support::TestUser]| {
        let mut ids: Vec<_> = ids.iter().map(|user| user.id.to_string()).collect();
        ids.sort();
        ids
    };
    for person in [administrator, owner] {
        assert_eq!(listed_ids(&person.client).len(), 7);
    }
    assert_eq!(listed_ids(&user.client), sorted(&[user, billing]));
    assert_eq!(listed_ids(&billing.client), sorted(&[billing]));
    assert_eq!(listed_ids(&manager.client), sorted(&[manager, user, billing]));
    assert_eq!(listed_ids(&stranger.client), sorted(&[&stranger]));
    let path = |user: &crate::support::TestUser| format!("/organization/users/{}", user.id);
    user.client.get(&path(billing)).json(200);
    let missing = stranger.client.get(&format!("/organization/users/{UNKNOWN_ID}")).json(404);
    for unseen in [user, owner, administrator] {
        assert_eq!(stranger.client.get(&path(unseen)).json(404), missing);
        assert_eq!(stranger.client.put(&path(unseen), &json!({"name": 7})).json(404), missing);
        assert_eq!(stranger.client.delete(&path(unseen)).json(404), missing);
    }
    for id in ["x", "1", "me", "%20"] {
        app.root().get(&format!("/organization/users/{id}")).flashback_error(404, &["user does not exist"]);
    }
}

#[test]
fn delete_user_with_configurations_is_rejected_and_names_them() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let created = ada.client.create_llm_path(&merge_patch(llm(), &json!({"displayName": "ada's first"})));
    ada.client
        .create_llm_path(&merge_patch(llm(), &json!({"displayName": "second", "modelIdentifier": "other"})));
    let path = format!("/organization/users/{}", ada.id);
    let before = app.stored_rows();
    app.root().delete(&path).flashback_error(400, &["ada's first", "second"]);
    assert_eq!(app.stored_rows(), before);
    ada.client.get(&created).json(200);
    for llm in ada.client.get("/v1/llms").json(200)["llms"].as_array().unwrap() {
        app.root().delete(&format!("/v1/llms/{}", llm["llmId"].as_str().unwrap())).empty(204);
    }
    app.root().delete(&path).success();
    ada.client.get("/ai/llm").flashback_error(401, &["access token"]);
    // Configurations that a user created in a workspace stay and keep their `userId`.
    let bob = app.user(OrgRole::Workspaces);
    let id = bob.client.create_ai_llm(&crate::support::ai_llm(app.workspace()));
    app.root().delete(&format!("/organization/users/{}", bob.id)).success();
    assert_eq!(app.root().find_ai_llm(id)["userId"], bob.id.to_string());
}
