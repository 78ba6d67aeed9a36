//! `GET /llm-config/v1/attention`

use llm_config_core::access::{OrgRole, TokenScope, WorkspaceRole};
use llm_config_core::caller::Caller;
use llm_config_core::check::Usable;
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::scope::Scope;
use llm_config_core::time::Timestamp;
use llm_config_store::{Store, StoreError};
use serde_json::{Value, json};

use super::app;
use crate::support::{Client, TestApp, ai_llm, assign, email, llm_with_secret, member_names, merge_patch};

const HOUR: i64 = 3_600_000_000;

/// A keyring with another current key than that of the server.
const TWO_KEYS: &str = "new-key AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n\
                        test-key AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn attention(client: &Client) -> Value {
    client.get("/llm-config/v1/attention").json(200)
}

/// A member of the entries of a list.
fn members(attention: &Value, list: &str, member: &str) -> Vec<String> {
    let first = attention[list]["first"].as_array().expect("the list is an array");
    first.iter().map(|entry| entry[member].as_str().expect("a text").to_owned()).collect()
}

fn names(client: &Client, list: &str) -> Vec<String> {
    members(&attention(client), list, "name")
}

/// The time `hours` from now.
fn from_now(app: &TestApp, hours: i64) -> Timestamp {
    Timestamp::from_micros(app.store.now().as_micros() + hours * HOUR)
}

fn owned(app: &TestApp, owner: PrincipalId, name: &str) -> ConfigId {
    let changes = json!({"displayName": name, "modelIdentifier": name, "ownerId": owner.to_string()});
    let created = app.root().create_llm(&merge_patch(llm_with_secret("sk-0123456789abcdef"), &changes));
    created["llmId"].as_str().expect("the id is a string").parse().expect("an id")
}

#[test]
fn attention_lists_failing_configs_of_the_caller() {
    let app = app();
    let (ada, team) = (app.user(OrgRole::User), app.workspace());
    let fails = owned(&app, ada.id, "fails");
    let of_team = app.root().create_ai_llm(&assign(ai_llm(team), &json!({"name": "of the team"})));
    let (long, short) = (owned(&app, ada.id, "long unknown"), owned(&app, ada.id, "short unknown"));
    let works = owned(&app, ada.id, "works");
    for (id, usable, reason, at) in [
        (fails, Usable::No, "bad_key", -2),
        (of_team, Usable::No, "quota_exhausted", -1),
        (long, Usable::Unknown, "timeout", -25),
        // The state is not known since the first of both.
        (long, Usable::Unknown, "unreachable", -1),
        (short, Usable::Unknown, "timeout", -23),
        (works, Usable::Yes, "ok", -1),
    ] {
        app.record_verdict(id, usable, reason, from_now(&app, at));
    }
    let found = attention(&ada.client);
    assert_eq!(member_names(&found), ["expiringApiKeys", "rejected", "undetermined", "unreadable"]);
    assert_eq!(
        (names(&ada.client, "rejected"), names(&ada.client, "undetermined")),
        (vec!["fails".to_owned()], vec!["long unknown".to_owned()])
    );
    let entry = &found["rejected"]["first"][0];
    let expected = [
        ("id", json!(fails.to_string())),
        ("reason", json!("bad_key")),
        ("scope", json!({"kind": "owner", "id": ada.id.to_string(), "name": email(ada.id)})),
    ];
    for (member, value) in expected {
        assert_eq!(entry[member], value);
    }
    assert!(entry["hint"].as_str().expect("a hint").contains("rejects the key"), "{entry}");
    let entry = &found["undetermined"]["first"][0];
    assert_eq!(entry["reason"], "unreachable");
    assert!(entry["since"].as_str() < entry["checkedAt"].as_str(), "{entry}");
    assert_eq!(found["rejected"]["hasMore"], false);
    app.member(team, ada.id, WorkspaceRole::Read);
    assert_eq!(names(&ada.client, "rejected"), ["of the team", "fails"]);
    let narrowed = TokenScope { configs: Some([of_team].into()), ..TokenScope::default() };
    assert_eq!(names(&app.token(ada.id, narrowed).1, "rejected"), ["of the team"]);
    // A changed configuration is not judged yet.
    let path = format!("/v1/llms/{fails}");
    app.root().put(&path, &json!({"modelIdentifier": "other"})).json(200);
    assert_eq!(names(&ada.client, "rejected"), ["of the team"]);
}

#[test]
fn attention_shows_nothing_of_other_tenants() {
    let app = app();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::User));
    let failing = owned(&app, ada.id, "fails");
    let corrupt = owned(&app, ada.id, "corrupt");
    app.record_verdict(failing, Usable::No, "bad_key", from_now(&app, -1));
    app.database.execute(&format!("UPDATE llm_configs SET endpoint = '' WHERE id = '{corrupt}'"));
    let token_scope = TokenScope { expires_at: Some(from_now(&app, 1)), ..TokenScope::default() };
    let (token, _) = app.token(ada.id, token_scope);
    let ids = [failing.to_string(), corrupt.to_string(), token.to_string(), ada.id.to_string()];
    for client in [&bob.client, &app.user(OrgRole::Billing).client, &app.user(OrgRole::Workspaces).client] {
        let body = client.get("/llm-config/v1/attention").json(200).to_string();
        assert!(ids.iter().all(|id| !body.contains(id)), "{body}");
    }
    for client in [&ada.client, &app.root()] {
        let body = client.get("/llm-config/v1/attention").json(200).to_string();
        assert!(ids.iter().all(|id| body.contains(id)), "{body}");
    }
    app.anonymous().get("/llm-config/v1/attention").goodmem_error(401, &[]);
}

#[test]
fn attention_lists_api_keys_that_expire_within_two_weeks() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let expiring = |hours| TokenScope { expires_at: Some(from_now(&app, hours)), ..TokenScope::default() };
    let [later, next] = [13 * 24, 1].map(|hours| app.token(ada.id, expiring(hours)).0.to_string());
    app.token(ada.id, expiring(15 * 24));
    app.token(ada.id, expiring(-1));
    let (revoked, _) = app.token(ada.id, expiring(2));
    app.root().delete(&format!("/v1/apikeys/{revoked}"));
    let found = attention(&ada.client);
    assert_eq!(members(&found, "expiringApiKeys", "id"), [next, later]);
    let entry = &found["expiringApiKeys"]["first"][0];
    assert_eq!((&entry["userId"], &entry["userEmail"]), (&json!(ada.id.to_string()), &json!(email(ada.id))));
    // An administrator does not see the keys of an owner.
    let (owner, admin) = (app.user(OrgRole::Owner).id, app.user(OrgRole::Administrators));
    for _ in 0..25 {
        app.token(owner, expiring(1));
    }
    let of_admin = attention(&admin.client);
    assert_eq!(members(&of_admin, "expiringApiKeys", "id").len(), 2);
    assert_eq!(of_admin["expiringApiKeys"]["hasMore"], false);
    let of_root = attention(&app.root());
    assert_eq!(members(&of_root, "expiringApiKeys", "id").len(), 20);
    assert_eq!(of_root["expiringApiKeys"]["hasMore"], true);
}

#[test]
fn attention_lists_corrupt_rows_until_they_are_repaired() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let id = owned(&app, ada.id, "corrupt");
    assert_eq!(attention(&ada.client)["unreadable"], json!({"first": [], "hasMore": false}));
    app.database.execute("UPDATE llm_configs SET provider = 'NONSENSE'");
    let found = attention(&ada.client);
    let entry = &found["unreadable"]["first"][0];
    assert_eq!((&entry["id"], &entry["name"]), (&json!(id.to_string()), &json!("corrupt")));
    assert_eq!((&entry["problem"], &entry["encryptionKey"]), (&json!("corrupt_row"), &Value::Null));
    assert_eq!(entry["scope"]["name"], email(ada.id));
    assert!(!found.to_string().contains("NONSENSE"), "{found}");
    app.database.execute("UPDATE llm_configs SET provider = 'VLLM'");
    assert_eq!(names(&ada.client, "unreadable"), [""; 0]);
}

#[test]
fn attention_finds_corrupt_rows_behind_many_others() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let ids: Vec<_> = (0..450).map(|_| app.store.new_config_id()).collect();
    let fill = app.store.write(move |tx| {
        for (n, id) in ids.iter().enumerate() {
            let new = json!({"settings": {
                "name": format!("n{n}"), "model": format!("m{n}"),
                "provider": "VLLM", "endpoint": "http://gpu:8000",
            }, "credential": null});
            let new = serde_json::from_value(new).expect("a configuration");
            tx.create_config(*id, Scope::Owner(ada.id), &new, &Caller::operator())?;
        }
        Ok::<_, StoreError>(())
    });
    app.block_on(fill).expect("configurations");
    app.database.execute("UPDATE llm_configs SET endpoint = '' WHERE name = 'n449'");
    let found: Vec<_> = (0..4).map(|_| names(&ada.client, "unreadable").len()).collect();
    assert_eq!(found, [0, 0, 1, 1]);
}

#[test]
fn attention_lists_configs_under_a_lost_key_until_their_credential_is_replaced() {
    let app = app();
    let ada = app.user(OrgRole::User);
    owned(&app, ada.id, "opens");
    // Another server of this database has a key that this one lacks.
    let other = app.block_on(Store::open(app.database.options_with(TWO_KEYS))).expect("another server");
    let (id, scope) = (other.new_config_id(), Scope::Owner(ada.id));
    let new = json!({
        "settings": {"name": "lost", "provider": "VLLM", "endpoint": "http://gpu:8000", "model": "m"},
        "credential": {"kind": "API_KEY", "secret": "sk-0123456789abcdef"},
    });
    let new = serde_json::from_value(new).expect("a configuration");
    app.block_on(other.write(move |tx| tx.create_config(id, scope, &new, &Caller::operator())))
        .expect("stored");
    for (client, key) in [(&ada.client, Value::Null), (&app.root(), json!("new-key"))] {
        let found = attention(client);
        let entry = &found["unreadable"]["first"][0];
        assert_eq!((&entry["id"], &entry["name"]), (&json!(id.to_string()), &json!("lost")));
        assert_eq!((&entry["problem"], &entry["encryptionKey"]), (&json!("lost_key"), &key));
        assert_eq!(members(&found, "unreadable", "name").len(), 1);
    }
    assert_eq!(names(&app.user(OrgRole::User).client, "unreadable"), [""; 0]);
    let credentials = json!({"credentials": {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {
        "inlineSecret": "sk-9876543210fedcba", "headerName": "Authorization", "prefix": "Bearer "
    }}, "endpointUrl": "http://gpu:8000"});
    ada.client.put(&format!("/v1/llms/{id}"), &credentials).json(200);
    assert_eq!(names(&ada.client, "unreadable"), [""; 0]);
}
