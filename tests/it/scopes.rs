//! Whose LLM it is decides who sees it, and in which API.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::json;

use super::app;
use crate::support::{keyed, llm, with};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

#[test]
fn a_configuration_of_a_workspace_is_not_in_this_api_for_anybody() {
    let app = app();
    let workspace = app.workspace();
    let id = app.workspace_config(workspace);
    let member = app.user(OrgRole::User);
    app.member(workspace, member.id, WorkspaceRole::Admin);
    let manager = app.user(OrgRole::Workspaces);
    let path = format!("/v1/llms/{id}");
    for client in [app.root(), app.user(OrgRole::Administrators).client, manager.client, member.client] {
        let missing = client.get(&format!("/v1/llms/{ID}")).json(404);
        assert_eq!(client.get(&path).json(404), missing);
        assert_eq!(client.get(&format!("{path}?includeCredentials=true")).json(404), missing);
        assert_eq!(client.put(&path, &json!({"displayName": "x"})).json(404), missing);
        assert_eq!(client.delete(&path).json(404), missing);
        assert_eq!(client.names(""), Vec::<String>::new());
        assert_eq!(client.names(&format!("?ownerId={workspace}")), Vec::<String>::new());
    }
    // Ids are unique over both scopes.
    app.root().post("/v1/llms", &with(llm(), &json!({"llmId": id.to_string()}))).refused(409, &["llmId"]);
}

#[test]
fn a_foreign_llm_is_403_and_a_missing_one_404() {
    let app = app();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::User));
    let path = ada.client.created(&keyed("sk-0123456789"));
    bob.client.get(&path).refused(403, &["READ_LLM_ANY"]);
    bob.client.get(&format!("{path}?includeCredentials=true")).refused(403, &["READ_LLM_ANY"]);
    bob.client.put(&path, &json!({"displayName": "x"})).refused(403, &["UPDATE_LLM_ANY"]);
    bob.client.delete(&path).refused(403, &["DELETE_LLM_ANY"]);
    for answer in [
        bob.client.get(&format!("/v1/llms/{ID}")),
        bob.client.put(&format!("/v1/llms/{ID}"), &json!({"displayName": "x"})),
        bob.client.delete(&format!("/v1/llms/{ID}")),
    ] {
        answer.refused(404, &["LLM"]);
    }
    assert_eq!(ada.client.names(""), ["local"]);
}

#[test]
fn a_user_who_asks_for_anothers_list_gets_their_own() {
    let app = app();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::User));
    ada.client.create(&with(llm(), &json!({"displayName": "ada's"})));
    bob.client.create(&with(llm(), &json!({"displayName": "bob's"})));
    assert_eq!(bob.client.names(&format!("?ownerId={}", ada.id)), ["bob's"]);
    assert_eq!(bob.client.names(&format!("?owner_id={ID}")), ["bob's"]);
    assert_eq!(app.root().names(&format!("?ownerId={}", ada.id)), ["ada's"]);
    assert_eq!(app.root().names(""), ["ada's", "bob's"]);
}

#[test]
fn owners_do_not_collide() {
    let app = app();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::User));
    ada.client.create(&keyed("sk-0123456789"));
    bob.client.create(&keyed("sk-0123456789"));
    let for_ada = with(keyed("sk-0123456789"), &json!({"ownerId": ada.id.to_string()}));
    app.root().post("/v1/llms", &for_ada).refused(409, &["already"]);
    ada.client.post("/v1/llms", &for_ada).refused(409, &["already"]);
}

#[test]
fn roles_bring_the_documented_rights() {
    let app = app();
    let ada = app.user(OrgRole::User);
    for role in OrgRole::ALL {
        let person = app.user(*role);
        let (own, any) = match role {
            OrgRole::Owner | OrgRole::Administrators => (true, true),
            OrgRole::Workspaces | OrgRole::User => (true, false),
            OrgRole::Billing => (false, false),
        };
        let model = role.as_str();
        let theirs = with(llm(), &json!({"modelIdentifier": model, "ownerId": ada.id.to_string()}));
        let mine = with(llm(), &json!({"modelIdentifier": model, "ownerId": person.id.to_string()}));
        let client = &person.client;
        let is = |allowed: bool, status: u16| if allowed { status } else { 403 };
        assert_eq!(client.post("/v1/llms", &theirs).status, is(any, 201), "{role} creates another's");
        assert_eq!(client.post("/v1/llms", &mine).status, is(own, 201), "{role} creates their own");
        for (body, allowed) in [(theirs, any), (mine, own)] {
            let body = with(body, &json!({"modelIdentifier": format!("{model}-2"), "displayName": model}));
            let path = app.root().created(&body);
            assert_eq!(client.names("").contains(&model.to_owned()), allowed, "{role} lists");
            assert_eq!(client.get(&path).status, is(allowed, 200), "{role} reads");
            assert_eq!(
                client.put(&path, &json!({"version": "2"})).status,
                is(allowed, 200),
                "{role} changes"
            );
            assert_eq!(client.delete(&path).status, is(allowed, 204), "{role} deletes");
            if !allowed {
                app.root().delete(&path).empty(204);
            }
        }
    }
}
