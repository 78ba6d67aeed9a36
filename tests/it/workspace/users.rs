//! `/workspace/{id}/users` and `/workspace/{id}/users/{userId}`.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::app;
use crate::support::{UNKNOWN_ID, send_concurrently};

#[test]
fn add_change_and_remove_member_succeeds() {
    let app = app();
    let (workspace, ada) = (app.workspace(), app.user(OrgRole::User));
    let users = format!("/workspace/{workspace}/users");
    let member = format!("{users}/{}", ada.id);
    let roles = || -> Vec<Value> {
        let found = app.root().get(&format!("/workspace/{workspace}")).success();
        found["workspace"]["users"].as_array().unwrap().iter().map(|member| member["role"].clone()).collect()
    };
    for role in ["READ", "WRITE", "ADMIN"] {
        let added = app.root().post(&users, &json!({"userId": ada.id.to_string(), "role": role}));
        assert_eq!(added.json(200), json!({"success": true}));
        assert_eq!(roles(), [role]);
        for other in ["ADMIN", "READ", "READ"] {
            assert_eq!(app.root().put(&member, &json!({"role": other})).json(200), json!({"success": true}));
            assert_eq!(roles(), [other]);
        }
        assert_eq!(app.root().delete(&member).json(200), json!({"success": true}));
        assert!(roles().is_empty());
    }
    app.root().delete(&member).flashback_error(404, &["member does not exist"]);
    app.root().put(&member, &json!({"role": "READ"})).flashback_error(404, &["member does not exist"]);
}

#[test]
fn add_or_change_member_with_invalid_fields_names_them() {
    let app = app();
    let (workspace, ada) = (app.workspace(), app.user(OrgRole::User));
    app.member(workspace, ada.id, WorkspaceRole::Read);
    let (users, id) = (format!("/workspace/{workspace}/users"), ada.id.to_string());
    let before = app.stored_rows();
    for (body, parts) in [
        (json!({}), vec!["userId is required", "role is required"]),
        (json!({"userId": id}), vec!["role is required"]),
        (json!({"role": "READ"}), vec!["userId is required"]),
        (json!({"userId": id, "role": "read"}), vec!["role "]),
        (json!({"userId": id, "role": "OWNER"}), vec!["role "]),
        (json!({"userId": id, "role": 1}), vec!["role "]),
        (json!({"userId": "x", "role": "READ"}), vec!["userId "]),
        (json!({"userId": 7, "role": "READ"}), vec!["userId "]),
        (json!({"userId": UNKNOWN_ID, "role": "READ"}), vec!["userId must be the id of a user"]),
        // POST only adds members; PUT changes their role.
        (json!({"userId": id, "role": "ADMIN"}), vec!["userId is already a member"]),
    ] {
        app.root().post(&users, &body).flashback_error(400, &parts);
    }
    for body in
        [json!({}), json!({"role": null}), json!({"role": ""}), json!({"role": "admin"}), json!({"role": 7})]
    {
        app.root().put(&format!("{users}/{id}"), &body).flashback_error(400, &["role "]);
    }
    for unknown in [UNKNOWN_ID, "x", "%20"] {
        app.root()
            .put(&format!("{users}/{unknown}"), &json!({"role": 7}))
            .flashback_error(404, &["member does not exist"]);
        app.root().delete(&format!("{users}/{unknown}")).flashback_error(404, &["member does not exist"]);
    }
    assert_eq!(app.stored_rows(), before);
}

#[test]
fn manage_members_by_workspace_admin_succeeds_up_to_admin() {
    let app = app();
    let (workspace, admin, ada) = (app.workspace(), app.user(OrgRole::User), app.user(OrgRole::User));
    app.member(workspace, admin.id, WorkspaceRole::Admin);
    let (users, id) = (format!("/workspace/{workspace}/users"), ada.id.to_string());
    admin.client.post(&users, &json!({"userId": id, "role": "READ"})).success();
    admin.client.put(&format!("{users}/{id}"), &json!({"role": "ADMIN"})).success();
    // A new admin may remove the admin who added them.
    ada.client.delete(&format!("{users}/{}", admin.id)).success();
    admin.client.get(&format!("/workspace/{workspace}")).flashback_error(403, &[]);
    // Members may remove themselves.
    ada.client.delete(&format!("{users}/{id}")).success();
    ada.client.delete(&format!("{users}/{id}")).flashback_error(403, &["ADMIN"]);
}

#[test]
fn add_member_concurrently_succeeds_once() {
    let app = app();
    let (workspace, ada) = (app.workspace(), app.user(OrgRole::User));
    let (root, path) = (app.root(), format!("/workspace/{workspace}/users"));
    let body = json!({"userId": ada.id.to_string(), "role": "READ"});
    let responses = send_concurrently(&[(&root, "POST", path.as_str(), &body); 8]);
    let (successes, failures): (Vec<_>, Vec<_>) =
        responses.iter().partition(|response| response.status == 200);
    assert_eq!(successes.len(), 1, "{responses:?}");
    for response in failures {
        response.flashback_error(400, &["member"]);
    }
}

#[test]
fn delete_user_or_workspace_removes_memberships() {
    let app = app();
    let (workspace, ada, bob) = (app.workspace(), app.user(OrgRole::User), app.user(OrgRole::User));
    for id in [ada.id, bob.id] {
        app.member(workspace, id, WorkspaceRole::Read);
    }
    app.root().delete(&format!("/organization/users/{}", ada.id)).success();
    let found = app.root().get(&format!("/workspace/{workspace}")).success();
    let users = found["workspace"]["users"].as_array().unwrap();
    assert_eq!((users.len(), &users[0]["userId"]), (1, &json!(bob.id.to_string())));
    app.root().delete(&format!("/workspace/{workspace}")).success();
    assert_eq!(app.database.texts("SELECT user_id AS value FROM memberships"), Vec::<String>::new());
}
