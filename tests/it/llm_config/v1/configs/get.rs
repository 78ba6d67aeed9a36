//! `GET /llm-config/v1/configs/{id}`.

use llm_config_core::access::{OrgRole, Right, WorkspaceRole};
use llm_config_core::id::PrincipalId;
use serde_json::{Value, json};

use super::app;
use crate::support::{
    Client, UNKNOWN_ID, ai_llm, assign, email, llm, llm_with_secret, member_names, merge_patch, rights_scope,
};

const MEMBERS: [&str; 16] = [
    "apiPath",
    "createdAt",
    "createdBy",
    "credential",
    "description",
    "endpoint",
    "id",
    "labels",
    "lastCheck",
    "model",
    "name",
    "provider",
    "revision",
    "scope",
    "updatedAt",
    "updatedBy",
];

#[test]
fn get_config_of_owner_returns_settings_and_state_without_secret() {
    let app = app();
    let ada = app.user(OrgRole::User);
    let changes = json!({"description": "For Ada", "labels": {"team": "a"}});
    let path = ada.client.create_llm_path(&merge_patch(llm_with_secret("sk-0123456789wxyz"), &changes));
    let id = path.rsplit('/').next().expect("a path that ends in an id");
    let response = ada.client.get(&format!("/llm-config/v1/configs/{id}"));
    let found = response.json(200);
    assert_eq!(member_names(&found), MEMBERS);
    assert_eq!(found["scope"], json!({"kind": "owner", "id": ada.id, "name": email(ada.id)}));
    for (member, expected) in [
        ("id", json!(id)),
        ("name", json!("local")),
        ("provider", json!("VLLM")),
        ("endpoint", json!("http://gpu.example:8000/v1")),
        ("apiPath", json!("/chat/completions")),
        ("model", json!("qwen3")),
        ("labels", json!({"team": "a"})),
        ("description", json!("For Ada")),
        ("createdBy", json!(ada.id)),
        ("lastCheck", json!(null)),
    ] {
        assert_eq!(found[member], expected, "{member}");
    }
    assert_eq!(
        response.header("etag"),
        Some(format!("\"{}\"", found["revision"].as_str().unwrap()).as_str())
    );
    let mut credential = found["credential"].clone();
    let sealed_at = credential.as_object_mut().unwrap().remove("sealedAt").unwrap();
    assert_eq!(sealed_at, found["createdAt"]);
    let expected = json!({
        "kind": "API_KEY", "source": "INLINE", "mask": "****wxyz", "keyIdMask": null, "reference": null,
    });
    assert_eq!(credential, expected);
    assert_eq!(ada.client.get("/llm-config/v1/configs").json(200)["configs"], json!([found]));
    // The tag is the one of the other routes.
    assert_eq!(ada.client.get(&path).header("etag"), response.header("etag"));
}

#[test]
fn get_config_of_workspace_names_workspace() {
    let app = app();
    let workspace = app.workspace();
    let key_pair = json!({"aiType": "AWS", "key": "AKIA0123456789", "secret": "sk-0123456789abcd"});
    let id = app.root().create_ai_llm(&assign(ai_llm(workspace), &key_pair));
    let found = app.root().get(&format!("/llm-config/v1/configs/{id}")).json(200);
    assert_eq!(found["scope"], json!({"kind": "workspace", "id": workspace, "name": "team"}));
    let credential = &found["credential"];
    let masks = (&credential["mask"], &credential["keyIdMask"]);
    assert_eq!((&credential["kind"], masks), (&json!("KEY_PAIR"), (&json!("****abcd"), &json!("****6789"))));
    assert_eq!((&found["model"], &found["description"]), (&json!(null), &json!(null)));
}

#[test]
fn get_config_without_rights_is_403_and_missing_404() {
    let app = app();
    let (ada, bob) = (app.user(OrgRole::User), app.user(OrgRole::User));
    let path = ada.client.create_llm_path(&llm_with_secret("sk-0123456789"));
    let id = path.rsplit('/').next().expect("a path that ends in an id");
    bob.client.get(&format!("/llm-config/v1/configs/{id}")).goodmem_error(403, &["READ_LLM_ANY"]);
    let of_team = app.workspace_config(app.workspace());
    bob.client.get(&format!("/llm-config/v1/configs/{of_team}")).goodmem_error(403, &["READ"]);
    bob.client.get(&format!("/llm-config/v1/configs/{UNKNOWN_ID}")).goodmem_error(404, &[]);
    bob.client.get("/llm-config/v1/configs/nonsense").goodmem_error(400, &["id"]);
}

/// A configuration of `owner` whose credential is a reference.
fn with_reference(owner: PrincipalId, uri: &str) -> Value {
    let key = json!({"secretRef": {"uri": uri, "hints": {"a": "b"}}});
    let credentials = json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": key});
    merge_patch(llm(), &json!({"credentials": credentials, "ownerId": owner.to_string()}))
}

#[test]
fn reference_is_shown_only_to_callers_who_may_update() {
    let app = app();
    let uri = "vault://kv/team-a/openai#key";
    let ada = app.user(OrgRole::User);
    let path = app.root().create_llm_path(&with_reference(ada.id, uri));
    let path = path.replace("/v1/llms", "/llm-config/v1/configs");
    let reads = [Right::ReadLlmOwn, Right::ListLlmOwn];
    let reader = app.token(ada.id, rights_scope(&reads)).1;
    for (client, reference) in [(&ada.client, json!(uri)), (&app.root(), json!(uri)), (&reader, json!(null))]
    {
        let found = client.get(&path).json(200);
        assert_eq!(
            (&found["credential"]["source"], &found["credential"]["reference"]),
            (&json!("REFERENCE"), &reference)
        );
        assert_eq!(client.get("/llm-config/v1/configs").json(200)["configs"], json!([found]));
        assert!(reference == json!(uri) || !found.to_string().contains("vault"), "{found}");
    }
    let identity = json!({"kind": "CREDENTIAL_KIND_GCP_ADC", "gcpAdc": {"scopes": ["a"]}});
    let path = app.root().create_llm_path(&merge_patch(llm(), &json!({"credentials": identity})));
    let found = app.root().get(&path.replace("/v1/llms", "/llm-config/v1/configs")).json(200);
    assert_eq!(found["credential"]["source"], "IDENTITY");
}

#[test]
fn reference_of_workspace_config_is_shown_to_members_who_may_write() {
    let app = app();
    let uri = "vault://kv/team-a/openai#key";
    let team = app.workspace();
    let id = app.workspace_config_with(team, &json!({"kind": "API_KEY", "reference": uri}));
    let member = |role| {
        let user = app.user(OrgRole::User);
        app.member(team, user.id, role);
        user
    };
    let (reader, writer) = (member(WorkspaceRole::Read), member(WorkspaceRole::Write));
    let narrowed = app.token(writer.id, rights_scope(&[Right::ReadWorkspaceLlm, Right::ListWorkspaceLlm])).1;
    for (client, reference) in
        [(&reader.client, json!(null)), (&writer.client, json!(uri)), (&narrowed, json!(null))]
    {
        let found = client.get(&format!("/llm-config/v1/configs/{id}")).json(200);
        assert_eq!(found["credential"]["source"], "REFERENCE");
        assert_eq!(found["credential"]["reference"], reference);
        let listed = client.get("/llm-config/v1/configs");
        assert_eq!(listed.json(200)["configs"], json!([found]));
        let of_workspace = client.get(&format!("/ai/llm?workspaceId={team}")).json(200);
        assert_eq!(found.to_string().contains("vault"), reference == json!(uri), "{found}");
        assert!(!of_workspace.to_string().contains("vault"), "{of_workspace}");
    }
}

#[test]
fn names_of_owner_and_workspace_are_null_for_callers_who_may_not_read_them() {
    let app = app();
    let workspace = app.workspace();
    app.workspace_config(workspace);
    let ada = app.user(OrgRole::User);
    ada.client.create_llm(&llm_with_secret("sk-0123456789"));
    let rights = [Right::ListLlmAny, Right::ListWorkspaceLlm];
    let administrator = app.user(OrgRole::Administrators);
    let narrowed = app.token(administrator.id, rights_scope(&rights)).1;
    let names = |client: &Client| {
        let list = client.get("/llm-config/v1/configs").json(200);
        let configs = list["configs"].as_array().expect("the list is an array");
        configs.iter().map(|config| config["scope"]["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&narrowed), [json!(null), json!(null)]);
    assert_eq!(names(&administrator.client), [json!("team"), json!(email(ada.id))]);
    let reader = app.user(OrgRole::User);
    app.member(workspace, reader.id, WorkspaceRole::Read);
    assert_eq!(names(&reader.client), [json!("team")]);
}
