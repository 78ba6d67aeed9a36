//! `/v1/users`

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::app;
use crate::support::email;

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

#[test]
fn get_me_returns_members_of_both_client_versions() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let mut me = ada.client.get("/v1/users/me").json(200);
    for name in ["createdAt", "updatedAt"] {
        assert!(me.as_object_mut().unwrap().remove(name).unwrap().is_i64());
    }
    let operator = "00000000-0000-0000-0000-000000000000";
    for name in ["createdById", "updatedById"] {
        let by = me.as_object_mut().unwrap().remove(name).unwrap();
        assert_eq!(by.as_str().map(str::len), Some(operator.len()), "{by}");
    }
    let expected = json!({
        "userId": ada.id.to_string(),
        "email": email(ada.id),
        "displayName": "Ada Lovelace",
        "username": "ada",
        "labels": {},
    });
    assert_eq!(me, expected);
}

#[test]
fn get_me_of_root_returns_its_names() {
    let app = app();
    let me = app.root().get("/v1/users/me").json(200);
    assert_eq!((&me["email"], &me["username"]), (&json!("root@localhost"), &json!("root")));
    assert!(me["displayName"].as_str().is_some_and(|name| name.trim() == name && !name.is_empty()));
}

#[test]
fn get_user_by_id_or_email_returns_user() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let me = ada.client.get("/v1/users/me").json(200);
    let address = email(ada.id);
    for path in [
        format!("/v1/users/{}", ada.id),
        format!("/v1/users/email/{address}"),
        format!("/v1/users/email/{}", address.replace('@', "%40")),
        format!("/v1/users/email/{}", address.to_uppercase()),
    ] {
        assert_eq!(app.root().get(&path).json(200), me, "{path}");
        assert_eq!(ada.client.get(&path).json(200), me, "{path}");
    }
    app.root().get(&format!("/v1/users/{ID}")).goodmem_error(404, &["user"]);
    app.root().get("/v1/users/email/unknown@example.com").goodmem_error(404, &["user"]);
    assert_eq!(app.root().get("/v1/users/1").error_fields(), ["id"]);
    assert_eq!(app.root().get("/v1/users/email/unknown").error_fields(), ["email"]);
    assert_eq!(app.root().get("/v1/users/email/a%0Ab@c").error_fields(), ["email"]);
}

#[test]
fn get_user_by_email_with_plus_succeeds_in_both_encodings() {
    let app = app();
    let id = app.store.new_principal_id();
    let new = llm_config_store::NewUser {
        email: "ada+llm@example.com".parse().unwrap(),
        username: None,
        first_name: "Ada".parse().unwrap(),
        last_name: "Lovelace".parse().unwrap(),
        role: OrgRole::User,
    };
    let operator = llm_config_core::caller::Caller::operator();
    app.block_on(app.store.write(move |tx| tx.create_user(id, &new, &operator))).unwrap();
    for path in ["/v1/users/email/ada+llm@example.com", "/v1/users/email/ada%2Bllm%40example.com"] {
        let user = app.root().get(path).json(200);
        assert_eq!((&user["userId"], &user["username"]), (&json!(id.to_string()), &Value::Null), "{path}");
    }
}

#[test]
fn get_user_returns_only_colleagues() {
    let app = app();
    let (ada, bob, eve) = (app.user(OrgRole::User), app.user(OrgRole::User), app.user(OrgRole::Billing));
    let workspace = app.workspace();
    app.member(workspace, ada.id, WorkspaceRole::Read);
    app.member(workspace, bob.id, WorkspaceRole::Read);
    let path = |id| format!("/v1/users/{id}");
    ada.client.get(&path(bob.id)).json(200);
    ada.client.get(&format!("/v1/users/email/{}", email(bob.id))).json(200);
    // A user outside one's workspaces looks like one that does not exist.
    let stranger = ada.client.get(&path(eve.id)).json(404);
    assert_eq!(stranger, ada.client.get(&path(ID.parse().unwrap())).json(404));
    ada.client.get(&format!("/v1/users/email/{}", email(eve.id))).goodmem_error(404, &["user"]);
    eve.client.get(&path(ada.id)).goodmem_error(404, &["user"]);
    eve.client.get(&path(eve.id)).json(200);
    app.user(OrgRole::Administrators).client.get(&path(eve.id)).json(200);
}
