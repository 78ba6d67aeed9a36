//! The scope of a configuration determines its API and the users that have access.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::json;

use super::app;
use crate::support::{llm, llm_with_secret, merge_patch};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

#[test]
fn workspace_configuration_in_v1_llms_is_404_for_every_role() {
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
        assert_eq!(client.llm_names(""), Vec::<String>::new());
        assert_eq!(client.llm_names(&format!("?ownerId={workspace}")), Vec::<String>::new());
    }
    // Ids are unique across both kinds of scope.
    app.root()
        .post("/v1/llms", &merge_patch(llm(), &json!({"llmId": id.to_string()})))
        .goodmem_error(409, &["llmId"]);
}

#[test]
fn access_to_other_owners_llm_is_403_and_to_missing_404() {
    let app = app();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::User));
    let path = ada.client.create_llm_path(&llm_with_secret("sk-0123456789"));
    bob.client.get(&path).goodmem_error(403, &["READ_LLM_ANY"]);
    bob.client.get(&format!("{path}?includeCredentials=true")).goodmem_error(403, &["READ_LLM_ANY"]);
    bob.client.put(&path, &json!({"displayName": "x"})).goodmem_error(403, &["UPDATE_LLM_ANY"]);
    bob.client.delete(&path).goodmem_error(403, &["DELETE_LLM_ANY"]);
    for response in [
        bob.client.get(&format!("/v1/llms/{ID}")),
        bob.client.put(&format!("/v1/llms/{ID}"), &json!({"displayName": "x"})),
        bob.client.delete(&format!("/v1/llms/{ID}")),
    ] {
        response.goodmem_error(404, &["LLM"]);
    }
    assert_eq!(ada.client.llm_names(""), ["local"]);
}

#[test]
fn list_of_other_owner_by_user_returns_own_llms() {
    let app = app();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::User));
    ada.client.create_llm(&merge_patch(llm(), &json!({"displayName": "ada's"})));
    bob.client.create_llm(&merge_patch(llm(), &json!({"displayName": "bob's"})));
    assert_eq!(bob.client.llm_names(&format!("?ownerId={}", ada.id)), ["bob's"]);
    assert_eq!(bob.client.llm_names(&format!("?owner_id={ID}")), ["bob's"]);
    assert_eq!(app.root().llm_names(&format!("?ownerId={}", ada.id)), ["ada's"]);
    assert_eq!(app.root().llm_names(""), ["ada's", "bob's"]);
}

#[test]
fn create_same_llm_for_different_owners_succeeds() {
    let app = app();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::User));
    ada.client.create_llm(&llm_with_secret("sk-0123456789"));
    bob.client.create_llm(&llm_with_secret("sk-0123456789"));
    let for_ada = merge_patch(llm_with_secret("sk-0123456789"), &json!({"ownerId": ada.id.to_string()}));
    app.root().post("/v1/llms", &for_ada).goodmem_error(409, &["already"]);
    ada.client.post("/v1/llms", &for_ada).goodmem_error(409, &["already"]);
}

#[test]
fn role_grants_documented_llm_rights() {
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
        let theirs = merge_patch(llm(), &json!({"modelIdentifier": model, "ownerId": ada.id.to_string()}));
        let mine = merge_patch(llm(), &json!({"modelIdentifier": model, "ownerId": person.id.to_string()}));
        let client = &person.client;
        let expected = |allowed: bool, status: u16| if allowed { status } else { 403 };
        assert_eq!(client.post("/v1/llms", &theirs).status, expected(any, 201), "{role} creates another's");
        assert_eq!(client.post("/v1/llms", &mine).status, expected(own, 201), "{role} creates their own");
        for (body, allowed) in [(theirs, any), (mine, own)] {
            let body =
                merge_patch(body, &json!({"modelIdentifier": format!("{model}-2"), "displayName": model}));
            let path = app.root().create_llm_path(&body);
            assert_eq!(client.llm_names("").contains(&model.to_owned()), allowed, "{role} lists");
            assert_eq!(client.get(&path).status, expected(allowed, 200), "{role} reads");
            assert_eq!(
                client.put(&path, &json!({"version": "2"})).status,
                expected(allowed, 200),
                "{role} changes"
            );
            assert_eq!(client.delete(&path).status, expected(allowed, 204), "{role} deletes");
            if !allowed {
                app.root().delete(&path).empty(204);
            }
        }
    }
}
