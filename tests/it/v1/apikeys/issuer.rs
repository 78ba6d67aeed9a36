//! `POST /v1/apikeys`: the rights that issuing a token to a user requires.

use llm_config_core::access::{OrgRole, Right};
use serde_json::{Value, json};

use super::{app, is_accepted, issue};
use crate::support::{llm, merge_patch, rights_scope};

/// 3000-01-01T00:00:00Z, in milliseconds since the Unix epoch.
const YEAR_3000_MS: i64 = 32_503_680_000_000;

#[test]
fn create_key_beyond_issuing_tokens_scope_is_refused() {
    let app = app();
    let rights = ["ISSUE_TOKEN_OWN", "READ_LLM_OWN", "LIST_TOKENS_OWN"];
    let (_, parent) = issue(&app, &app.root(), &json!({"rights": rights, "expiresAt": YEAR_3000_MS}));
    for body in [
        json!({"rights": ["READ_LLM_OWN", "DELETE_LLM_OWN"]}),
        json!({"rights": ["READ_LLM_ANY"]}),
        json!({"authorityMode": "SCOPED", "ceiling": [{"operation": "LIST_LLM", "selector": "OWN"}]}),
        json!({"expiresAt": YEAR_3000_MS + 1}),
    ] {
        parent.post("/v1/apikeys", &body).goodmem_error(403, &["more rights"]);
    }
    // A token without its own scope inherits the scope of the issuing token.
    for body in [json!({}), json!({"authorityMode": "INHERIT_SUBJECT"})] {
        let (path, child) = issue(&app, &parent, &body);
        let found = app.root().get(&path).json(200);
        assert_eq!(found["rights"], json!(["READ_LLM_OWN", "ISSUE_TOKEN_OWN", "LIST_TOKENS_OWN"]));
        assert_eq!(found["expiresAt"], json!(YEAR_3000_MS));
        child.post("/v1/llms", &llm()).goodmem_error(403, &["CREATE_LLM_OWN"]);
        let (path, _) =
            issue(&app, &child, &json!({"rights": ["READ_LLM_OWN"], "expiresAt": YEAR_3000_MS - 1}));
        let found = app.root().get(&path).json(200);
        assert_eq!(
            (&found["rights"], &found["expiresAt"]),
            (&json!(["READ_LLM_OWN"]), &json!(YEAR_3000_MS - 1))
        );
    }
    let (_, reader) = issue(&app, &parent, &json!({"rights": ["READ_LLM_OWN"]}));
    reader.post("/v1/apikeys", &json!({})).goodmem_error(403, &[]);
}

#[test]
fn create_key_for_other_user_by_administrator_succeeds() {
    let app = app();
    let ada = app.user(OrgRole::User);
    for role in [OrgRole::Administrators, OrgRole::Owner] {
        let admin = app.user(role);
        let body = json!({"subjectPrincipalId": ada.id.to_string(), "labels": {"for": "ada"}});
        let (path, client) = issue(&app, &admin.client, &body);
        assert_eq!(client.get("/v1/users/me").json(200)["userId"], ada.id.to_string());
        let found = ada.client.get(&path).json(200);
        assert_eq!(
            (&found["userId"], &found["createdById"]),
            (&json!(ada.id.to_string()), &json!(admin.id.to_string()))
        );
        let created = client.create_llm(&merge_patch(llm(), &json!({"modelIdentifier": role.as_str()})));
        assert_eq!(created["ownerId"], ada.id.to_string());
    }
}

#[test]
fn create_key_for_user_of_higher_role_is_refused() {
    let app = app();
    let people: Vec<_> = OrgRole::ALL.iter().map(|role| (*role, app.user(*role))).collect();
    for (role, issuer) in &people {
        for (other, holder) in &people {
            let response =
                issuer.client.post("/v1/apikeys", &json!({"subjectPrincipalId": holder.id.to_string()}));
            let is_self = role == other;
            let manages = *role >= OrgRole::Administrators;
            match (is_self, manages) {
                (true, _) => drop(response.json(201)),
                (false, true) if other <= role => drop(response.json(201)),
                (false, true) => response.goodmem_error(403, &[]),
                // The existence of that user is hidden from this caller.
                (false, false) => response.goodmem_error(400, &["subjectPrincipalId"]),
            }
        }
    }
}

#[test]
fn create_key_for_other_user_requires_rights_to_any() {
    let app = app();
    let (ada, admin) = (app.user(OrgRole::User), app.user(OrgRole::Administrators));
    let path = ada.client.create_llm_path(&llm());
    let rights = [Right::IssueTokenAny, Right::ReadLlmOwn, Right::UpdateTokenAny];
    let (_, client) = app.token(admin.id, rights_scope(&rights));
    client.get(&path).goodmem_error(403, &["READ_LLM_ANY"]);
    // A token for Ada would give access that the issuing token does not have.
    let subject = ada.id.to_string();
    for body in [json!({}), json!({"rights": ["READ_LLM_OWN"]})] {
        let body = merge_patch(body, &json!({"subjectPrincipalId": subject}));
        client.post("/v1/apikeys", &body).goodmem_error(403, &["more rights"]);
    }
    let (theirs, _) = issue(&app, &ada.client, &json!({"rights": ["READ_LLM_OWN"]}));
    client.put(&theirs, &json!({"status": "INACTIVE"})).json(200);
    client.put(&theirs, &json!({"status": "ACTIVE"})).goodmem_error(403, &["more rights"]);
    let (_, reader) = app.token(admin.id, rights_scope(&[Right::IssueTokenAny, Right::ReadLlmAny]));
    let body = json!({"subjectPrincipalId": subject, "rights": ["READ_LLM_ANY"]});
    issue(&app, &reader, &body).1.get(&path).json(200);
}

#[test]
fn activate_wider_key_by_narrower_token_is_refused() {
    let app = app();
    let (wide_path, wide) = issue(&app, &app.root(), &json!({}));
    app.root().put(&wide_path, &json!({"status": "INACTIVE"})).json(200);
    let rights = json!({"rights": ["UPDATE_TOKEN_OWN", "READ_LLM_OWN"]});
    let (_, narrow) = issue(&app, &app.root(), &rights);
    narrow.put(&wide_path, &json!({"status": "ACTIVE"})).goodmem_error(403, &["more rights"]);
    assert!(!is_accepted(&wide));
    // The right to update tokens includes their labels and deactivation.
    narrow.put(&wide_path, &json!({"mergeLabels": {"a": "b"}})).json(200);
    let (path, reader) = issue(&app, &app.root(), &json!({"rights": ["READ_LLM_OWN"]}));
    narrow.put(&path, &json!({"status": "INACTIVE"})).json(200);
    assert!(!is_accepted(&reader));
    narrow.put(&path, &json!({"status": "ACTIVE"})).json(200);
    assert!(is_accepted(&reader));
    app.root().put(&wide_path, &json!({"status": "ACTIVE"})).json(200);
    assert!(is_accepted(&wide));
}

#[test]
fn create_key_beyond_longest_chain_is_refused() {
    let app = app();
    let mut client = app.root();
    let mut length = 0;
    let refused = loop {
        let response = client.post("/v1/apikeys", &json!({}));
        if response.status != 201 {
            break response;
        }
        client = app.client(response.json(201)["rawApiKey"].as_str().unwrap());
        length += 1;
        assert!(length < 100, "the chain has no limit");
    };
    refused.goodmem_error(403, &["chain of tokens", "too long"]);
    assert!(is_accepted(&client) && length >= 3, "{length}");
    assert_ne!(app.root().get("/v1/apikeys").json(200)["keys"], Value::Null);
}
