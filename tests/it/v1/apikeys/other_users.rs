//! Access to tokens of other users, and tokens after a change of their user.

use llm_config_core::access::OrgRole;
use llm_config_core::caller::Caller;
use serde_json::json;

use super::{app, is_accepted, issue};
use crate::support::{Client, llm, wait_for_coherence};

/// The users of the keys in a list.
fn holders(client: &Client, query: &str) -> Vec<String> {
    let list = client.get(&format!("/v1/apikeys{query}")).json(200);
    let keys = list["keys"].as_array().unwrap().iter();
    keys.map(|key| key["userId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn access_to_key_of_other_user_is_not_found() {
    let app = app();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::Billing));
    let (path, key) = issue(&app, &ada.client, &json!({}));
    for client in [&bob.client, &app.user(OrgRole::Workspaces).client] {
        client.get(&path).goodmem_error(404, &["API key"]);
        client.put(&path, &json!({"status": "INACTIVE"})).goodmem_error(404, &["API key"]);
        client.delete(&path).goodmem_error(404, &["API key"]);
    }
    assert!(is_accepted(&key));
    assert_eq!(holders(&ada.client, ""), [ada.id.to_string(), ada.id.to_string()]);
    assert_eq!(holders(&bob.client, ""), [bob.id.to_string()]);
    assert_eq!(holders(&bob.client, &format!("?subject_principal_id={}", ada.id)), Vec::<String>::new());
}

#[test]
fn access_to_key_of_colleague_is_forbidden() {
    let app = app();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::User));
    let workspace = app.workspace();
    for user in [ada.id, bob.id] {
        app.member(workspace, user, llm_config_core::access::WorkspaceRole::Admin);
    }
    let path = format!("/v1/apikeys/{}", ada.token);
    bob.client.get(&path).goodmem_error(403, &["LIST_TOKENS_ANY"]);
    bob.client.put(&path, &json!({"status": "INACTIVE"})).goodmem_error(403, &["UPDATE_TOKEN_ANY"]);
    bob.client.delete(&path).goodmem_error(403, &["REVOKE_TOKEN_ANY"]);
    bob.client
        .post("/v1/apikeys", &json!({"subjectPrincipalId": ada.id.to_string()}))
        .goodmem_error(403, &["ISSUE_TOKEN_ANY"]);
    assert_eq!(holders(&bob.client, ""), [bob.id.to_string()]);
}

#[test]
fn access_to_keys_by_administrator_excludes_owners() {
    let app = app();
    let (ada, admin) = (app.user(OrgRole::User), app.user(OrgRole::Administrators));
    let owner = app.user(OrgRole::Owner);
    let mut visible_holders = holders(&admin.client, "");
    visible_holders.sort();
    let mut expected = [ada.id.to_string(), admin.id.to_string()];
    expected.sort();
    assert_eq!(visible_holders, expected);
    let path = format!("/v1/apikeys/{}", owner.token);
    admin.client.get(&path).goodmem_error(403, &["a role not below"]);
    admin.client.delete(&path).goodmem_error(403, &["a role not below"]);
    assert_eq!(holders(&owner.client, "").len(), 4);
    admin.client.delete(&format!("/v1/apikeys/{}", ada.token)).empty(204);
    assert!(!is_accepted(&ada.client));
}

#[test]
fn lower_role_or_delete_user_takes_effect_on_both_servers_within_a_second() {
    let app = app();
    let (second_server, admin) = (app.second_server(), app.user(OrgRole::Administrators));
    let path = app.root().create_llm_path(&llm());
    let client_of_second_server = second_server.client(admin.client.token.as_deref().unwrap());
    let issued = issue(&app, &admin.client, &json!({})).1;
    client_of_second_server.get(&path).json(200);
    app.change_role(admin.id, OrgRole::User);
    wait_for_coherence();
    for client in [&admin.client, &client_of_second_server, &issued] {
        client.get(&path).goodmem_error(403, &["READ_LLM_ANY"]);
        client.delete(&path).goodmem_error(403, &["DELETE_LLM_ANY"]);
        assert_eq!(client.llm_names(""), Vec::<String>::new());
    }
    let delete = app.store.write(move |tx| {
        let user = tx.find_user(admin.id)?.expect("the user exists");
        tx.delete_user(&user, &Caller::operator())
    });
    app.block_on(delete).unwrap();
    wait_for_coherence();
    assert!(!is_accepted(&admin.client) && !is_accepted(&client_of_second_server) && !is_accepted(&issued));
}
