//! `PUT /ai/llm/{id}`, which is a partial update.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use llm_config_core::id::ConfigId;
use serde_json::{Value, json};

use super::app;
use crate::support::{SECRET, TestApp, ai_llm, assign, member_names};

const KEY: &str = "AKIA0123456789";

/// An app with a configuration that has a key; the configuration's id and path.
fn app_with_config() -> (TestApp, ConfigId, String) {
    let app = app();
    let id = app.root().create_ai_llm(&assign(ai_llm(app.workspace()), &json!({"key": KEY})));
    (app, id, format!("/ai/llm/{id}"))
}

#[test]
fn update_returns_id_and_message() {
    let (app, id, path) = app_with_config();
    let updated = app.root().put(&path, &json!({"name": "new"})).json(200);
    assert_eq!(member_names(&updated), ["aiLlmId", "message", "success"]);
    assert_eq!(updated["aiLlmId"], id.to_string());
    assert_eq!(updated["message"], "AI LLM configuration updated successfully");
}

#[test]
fn update_changes_only_given_members() {
    let (app, id, path) = app_with_config();
    let (first, root) = (app.root().find_ai_llm(id), app.root());
    let pair = |key: &str, secret: &str| format!("{key} : {secret}");
    for (change, returned, stored) in [
        (json!({"name": "new"}), json!({"name": "new"}), pair(KEY, SECRET)),
        (json!({"aiType": "OTHER"}), json!({"name": "new", "aiType": "OTHER"}), pair(KEY, SECRET)),
        (
            json!({"aiType": "OPENAI", "name": "GPT", "endpoint": "https://api.openai.com/v2/"}),
            json!({"endpoint": "https://api.openai.com/v2/"}),
            pair(KEY, SECRET),
        ),
        (json!({"endpoint": "https://api.openai.com/v1", "secret": "sk-2"}), json!({}), pair(KEY, "sk-2")),
        (json!({"key": "BKIA9876543210"}), json!({"key": "****3210"}), pair("BKIA9876543210", "sk-2")),
        (json!({"key": "short"}), json!({"key": "****"}), pair("short", "sk-2")),
        (json!({"key": null}), json!({"key": null}), "sk-2".to_owned()),
        (json!({"key": null}), json!({"key": null}), "sk-2".to_owned()),
        (json!({"key": KEY}), json!({}), pair(KEY, "sk-2")),
        (json!({"key": ""}), json!({"key": null}), "sk-2".to_owned()),
        (json!({"key": KEY, "secret": SECRET}), json!({}), pair(KEY, SECRET)),
    ] {
        root.put(&path, &change).success();
        let listed = app.root().find_ai_llm(id);
        let revision = json!({"revision": listed["revision"]});
        assert_eq!(listed, assign(assign(first.clone(), &returned), &revision), "{change}");
        assert_eq!(app.open_credential(id).1, stored, "{change}");
    }
}

#[test]
fn update_without_changes_writes_nothing() {
    let (app, id, path) = app_with_config();
    let (rows, audited) = (app.stored_rows(), app.audit_events());
    for change in [
        json!({}),
        json!({"name": null, "aiType": null, "endpoint": null, "secret": null}),
        json!({"apiKeyUuid": null}),
        json!({"apiKeyUuid": ""}),
        json!({"id": "x", "workspaceId": 7, "orgId": [], "userId": null, "createdAt": {}}),
        json!({"workspaceId": app.workspace().to_string()}),
        json!({"unknown": 1, "repos": [], "updatedAt": "2000-01-01"}),
    ] {
        let response = app.root().put(&path, &change).success();
        assert_eq!(response["aiLlmId"], id.to_string());
        let is_llm = |config: &&String| config.starts_with("llm_configs") || config.starts_with("secrets");
        let of_llms = |rows: &[String]| rows.iter().filter(is_llm).cloned().collect::<Vec<_>>();
        assert_eq!(of_llms(&app.stored_rows()), of_llms(&rows), "{change}");
    }
    // The only event is the creation of the workspace above.
    assert_eq!(app.audit_events().len(), audited.len() + 1);
}

#[test]
fn update_with_stored_mask_keeps_key() {
    let (app, id, path) = app_with_config();
    let stored = format!("{KEY} : {SECRET}");
    // An edit form sends back the values it received.
    let form = app.root().find_ai_llm(id);
    assert_eq!(form["key"], "****6789");
    for change in [json!({"key": "****6789"}), form] {
        app.root().put(&path, &change).success();
        assert_eq!(
            (app.open_credential(id).1, app.root().find_ai_llm(id)["key"].clone()),
            (stored.clone(), json!("****6789"))
        );
    }
    app.root().put(&path, &json!({"key": "****6789", "secret": "sk-2"})).success();
    assert_eq!(app.open_credential(id).1, format!("{KEY} : sk-2"));
    let before = app.stored_rows();
    for other in ["****6788", "****", "****AKIA", " ****6789", "********", "••••••"] {
        app.root().put(&path, &json!({"key": other})).flashback_error(400, &["key ", "mask"]);
        app.root()
            .put(&path, &json!({"key": other, "secret": "sk-3", "name": "x"}))
            .flashback_error(400, &["key "]);
    }
    assert_eq!(app.stored_rows(), before);
    // Without a stored key no mask is accepted.
    app.root().put(&path, &json!({"key": null})).success();
    app.root().put(&path, &json!({"key": "****6789"})).flashback_error(400, &["key ", "mask"]);
    app.root().put(&path, &json!({"secret": "****6789"})).flashback_error(400, &["secret "]);
    assert_eq!(app.open_credential(id).1, "sk-2");
}

#[test]
fn update_with_one_invalid_member_changes_nothing() {
    let (app, id, path) = app_with_config();
    let (rows, audited) = (app.stored_rows(), app.audit_events());
    for (change, mut fields) in [
        (json!({"name": ""}), vec!["name"]),
        (json!({"name": "  "}), vec!["name"]),
        (json!({"aiType": ""}), vec!["aiType"]),
        (json!({"endpoint": ""}), vec!["endpoint"]),
        (json!({"secret": ""}), vec!["secret"]),
        (json!({"secret": "   "}), vec!["secret"]),
        (json!({"aiType": "openai"}), vec!["aiType"]),
        (json!({"aiType": "VLLM"}), vec!["aiType"]),
        (json!({"endpoint": "https://u:p@api.openai.com/v1"}), vec!["endpoint"]),
        (
            json!({"name": 1, "aiType": [], "endpoint": {}, "key": true, "secret": 0}),
            vec!["name", "aiType", "endpoint", "key", "secret"],
        ),
        (json!({"apiKeyUuid": "550e8400-e29b-41d4-a716-446655440000"}), vec!["apiKeyUuid"]),
        (json!({"name": "x", "secret": "sk-2", "endpoint": "nowhere"}), vec!["endpoint"]),
        (json!({"secret": "sk-2", "key": "id", "name": "é".repeat(256)}), vec!["name"]),
        (json!({"secret": "sk-2", "endpoint": "https://h", "key": 3, "aiType": "X"}), vec!["key", "aiType"]),
    ] {
        let mut named = app.root().put(&path, &change).flashback_error_fields();
        named.sort_unstable();
        fields.sort_unstable();
        assert_eq!(named, fields, "{change}");
        assert_eq!((app.stored_rows(), app.audit_events()), (rows.clone(), audited.clone()), "{change}");
    }
    assert_eq!(app.open_credential(id).1, format!("{KEY} : {SECRET}"));
}

#[test]
fn update_of_secret_replaces_stored_one() {
    let (app, id, path) = app_with_config();
    let sealed = || app.database.texts("SELECT CAST(sealed_at AS TEXT) AS value FROM secrets");
    let before = sealed();
    app.root().put(&path, &json!({"secret": "sk-2"})).success();
    // It replaced the row.
    assert_eq!(sealed().len(), 1);
    assert_ne!(sealed(), before);
    assert_eq!(app.open_credential(id).1, format!("{KEY} : sk-2"));
    // A change of other members does not seal the secret anew.
    let before = sealed();
    app.root().put(&path, &json!({"name": "x", "endpoint": "https://api.openai.com/v7"})).success();
    assert_eq!(sealed(), before);
}

#[test]
fn update_is_audited_by_field_names_without_values() {
    let (app, id, path) = app_with_config();
    app.root().put(&path, &json!({"secret": "sk-2", "name": "x"})).success();
    let updates: Vec<_> =
        app.audit_events().into_iter().filter(|event| event.to_lowercase().contains("updated")).collect();
    assert_eq!(updates.len(), 1, "{updates:?}");
    assert!(updates[0].contains(&id.to_string()) && updates[0].contains("name"), "{updates:?}");
    assert!(!updates[0].contains("sk-2"), "{updates:?}");
}

#[test]
fn update_reports_404_before_403_before_400() {
    let (app, id, path) = app_with_config();
    let (outsider, member) = (app.user(OrgRole::User), app.user(OrgRole::User));
    let workspace = app.root().find_ai_llm(id)["workspaceId"].as_str().unwrap().parse().unwrap();
    app.member(workspace, member.id, WorkspaceRole::Read);
    let bodies: [Value; 4] = [json!({"name": "x"}), json!({"name": 7}), json!({}), json!([])];
    for body in &bodies {
        for other in ["550e8400-e29b-41d4-a716-446655440000", "x", "1", "%20", "a%2Fb", "..%2F..", "null"] {
            let path = format!("/ai/llm/{other}");
            app.root().put(&path, body).flashback_error(404, &["configuration does not exist"]);
            outsider.client.put(&path, body).flashback_error(404, &["configuration does not exist"]);
            app.anonymous().put(&path, body).flashback_error(401, &["access token"]);
        }
        outsider.client.put(&path, body).flashback_error(403, &["WRITE"]);
        member.client.put(&path, body).flashback_error(403, &["WRITE"]);
        app.anonymous().put(&path, body).flashback_error(401, &["access token"]);
    }
    app.member(workspace, member.id, WorkspaceRole::Write);
    member.client.put(&path, &bodies[1]).flashback_error(400, &["name "]);
    member.client.put(&path.to_uppercase().replace("/AI/LLM", "/ai/llm"), &bodies[0]).success();
}
