//! Tokens of other users, and what becomes of one's own when one's role changes.

use llm_config_core::access::OrgRole;
use llm_config_core::caller::Caller;
use serde_json::json;

use super::{app, issue, works};
use crate::support::{Client, llm};

/// The holders of the keys that a list shows.
fn holders(client: &Client, query: &str) -> Vec<String> {
    let list = client.get(&format!("/v1/apikeys{query}")).json(200);
    let keys = list["keys"].as_array().unwrap().iter();
    keys.map(|key| key["userId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_user_has_their_own_keys_only() {
    let app = app();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::Billing));
    let (path, key) = issue(&app, &ada.client, &json!({}));
    for client in [&bob.client, &app.user(OrgRole::Workspaces).client] {
        client.get(&path).refused(404, &["API key"]);
        client.put(&path, &json!({"status": "INACTIVE"})).refused(404, &["API key"]);
        client.delete(&path).refused(404, &["API key"]);
    }
    assert!(works(&key));
    assert_eq!(holders(&ada.client, ""), [ada.id.to_string(), ada.id.to_string()]);
    assert_eq!(holders(&bob.client, ""), [bob.id.to_string()]);
    assert_eq!(holders(&bob.client, &format!("?subject_principal_id={}", ada.id)), Vec::<String>::new());
}

#[test]
fn who_works_with_somebody_sees_them_but_not_their_keys() {
    let app = app();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::User));
    let workspace = app.workspace();
    for user in [ada.id, bob.id] {
        app.member(workspace, user, llm_config_core::access::WorkspaceRole::Admin);
    }
    let path = format!("/v1/apikeys/{}", ada.token);
    bob.client.get(&path).refused(403, &["LIST_TOKENS_ANY"]);
    bob.client.put(&path, &json!({"status": "INACTIVE"})).refused(403, &["UPDATE_TOKEN_ANY"]);
    bob.client.delete(&path).refused(403, &["REVOKE_TOKEN_ANY"]);
    bob.client
        .post("/v1/apikeys", &json!({"subjectPrincipalId": ada.id.to_string()}))
        .refused(403, &["ISSUE_TOKEN_ANY"]);
    assert_eq!(holders(&bob.client, ""), [bob.id.to_string()]);
}

#[test]
fn administrators_have_everybodys_keys_but_owners() {
    let app = app();
    let (ada, admin) = (app.user(OrgRole::User), app.user(OrgRole::Administrators));
    let owner = app.user(OrgRole::Owner);
    let mut seen = holders(&admin.client, "");
    seen.sort();
    let mut expected = [ada.id.to_string(), admin.id.to_string()];
    expected.sort();
    assert_eq!(seen, expected);
    let path = format!("/v1/apikeys/{}", owner.token);
    admin.client.get(&path).refused(403, &["a role not below"]);
    admin.client.delete(&path).refused(403, &["a role not below"]);
    assert_eq!(holders(&owner.client, "").len(), 4);
    admin.client.delete(&format!("/v1/apikeys/{}", ada.token)).empty(204);
    assert!(!works(&ada.client));
}

#[test]
fn a_lowered_role_and_a_deleted_user_are_felt_at_once_everywhere() {
    let app = app();
    let (other, admin) = (app.beside(), app.user(OrgRole::Administrators));
    let path = app.root().created(&llm());
    let there = other.client(admin.client.token.as_deref().unwrap());
    let issued = issue(&app, &admin.client, &json!({})).1;
    there.get(&path).json(200);
    app.change_role(admin.id, OrgRole::User);
    for client in [&admin.client, &there, &issued] {
        client.get(&path).refused(403, &["READ_LLM_ANY"]);
        client.delete(&path).refused(403, &["DELETE_LLM_ANY"]);
        assert_eq!(client.names(""), Vec::<String>::new());
    }
    let delete = app.store.write(move |tx| {
        let user = tx.find_user(admin.id)?.expect("the user");
        tx.delete_user(&user, &Caller::operator())
    });
    app.block_on(delete).unwrap();
    assert!(!works(&admin.client) && !works(&there) && !works(&issued));
}
