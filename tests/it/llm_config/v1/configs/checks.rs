//! `/llm-config/v1/configs/{id}/checks`: running a check, and the stored reports.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::app;
use crate::support::{
    FakeVendor, VALID_KEY, ai_llm, assign, fake_provider, llm_with_secret, member_names, merge_patch,
};

#[test]
fn check_stores_report_and_leaves_configuration_unchanged() {
    let app = app();
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let endpoint = format!("http://127.0.0.1:{}/v1", upstream.port());
    let llm =
        merge_patch(llm_with_secret(VALID_KEY), &json!({"endpointUrl": endpoint, "modelIdentifier": "tiny"}));
    let path = app.root().create_llm_path(&llm);
    let id = path.rsplit('/').next().expect("a path that ends in an id");
    let checks = format!("/llm-config/v1/configs/{id}/checks");
    let before = app.root().get(&path).json(200);
    let report = app.root().post_empty(&checks).json(200);
    assert_eq!(report["reason"], "ok", "{report}");
    assert_eq!(app.root().get(&path).json(200), before);

    let stored_checks =
        || app.root().get(&checks).json(200)["checks"].as_array().expect("the list is an array").clone();
    let first = stored_checks();
    assert_eq!(first.len(), 1);
    assert_eq!(member_names(&first[0]), ["at", "checkedBy", "isCurrent", "report", "trigger", "works"]);
    assert_eq!(first[0]["report"], report);
    assert_eq!((&first[0]["works"], &first[0]["isCurrent"]), (&json!(true), &json!(true)));
    assert_eq!(first[0]["trigger"], "REQUEST");

    app.root()
        .put(&path, &json!({"credentials": llm_with_secret("sk-wrong-0123456789abcdef")["credentials"]}))
        .json(200);
    assert_eq!(stored_checks()[0]["isCurrent"], false, "the credential is another one");
    app.root().post_empty(&checks).json(200);
    let works: Vec<Value> = stored_checks().iter().map(|check| check["works"].clone()).collect();
    assert_eq!(works, [json!(false), json!(true)], "newest first");
    app.root().delete(&path).empty(204);
    app.root().get(&checks).goodmem_error(404, &[]);
}

#[test]
fn check_by_reader_is_forbidden_and_list_is_allowed() {
    let app = app();
    let workspace = app.workspace();
    let id =
        app.root().create_ai_llm(&assign(ai_llm(workspace), &json!({"endpoint": "http://127.0.0.1:9/v1"})));
    let path = format!("/llm-config/v1/configs/{id}/checks");
    let reader = app.user(OrgRole::User);
    app.member(workspace, reader.id, WorkspaceRole::Read);
    assert_eq!(reader.client.get(&path).json(200), json!({"checks": []}));
    reader.client.post_empty(&path).goodmem_error(403, &["WRITE"]);
    app.user(OrgRole::User).client.get(&path).goodmem_error(403, &[]);
    app.root().get("/llm-config/v1/configs/nonsense/checks").goodmem_error(400, &["id"]);
    app.root()
        .get("/llm-config/v1/configs/550e8400-e29b-41d4-a716-446655440000/checks")
        .goodmem_error(404, &[]);
    app.root().get("/llm-config/v1/nothing").goodmem_error(404, &[]);
}
