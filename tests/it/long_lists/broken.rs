//! Lists that end early: the connection breaks, and the JSON has no end.

use llm_config_core::access::{OrgRole, TokenScope};
use llm_config_core::scope::Scope;
use serde_json::Value;

use super::{LARGE, app, fill, large, numbers, root_scope, texts};
use crate::support::{Body, SlowResponse, TestApp, TestUser};

/// An administrator, who may list the configurations of root.
fn filled() -> (TestApp, TestUser) {
    let app = app();
    fill(&app, root_scope(&app), LARGE, &large());
    let administrator = app.user(OrgRole::Administrators);
    (app, administrator)
}

#[track_caller]
fn assert_broken(response: SlowResponse) {
    let Body::Broken(json) = response.finish() else { panic!("a complete list") };
    serde_json::from_str::<Value>(&json).expect_err("an unclosed object");
}

#[test]
fn list_with_token_revoked_between_parts_is_broken() {
    let (app, administrator) = filled();
    let (token, client) = app.token(administrator.id, TokenScope::default());
    let response = SlowResponse::get(&client, "/v1/llms");
    administrator.client.delete(&format!("/v1/apikeys/{token}")).empty(204);
    assert_broken(response);
    client.get("/v1/llms").goodmem_error(401, &[]);
    let unaffected = SlowResponse::get(&administrator.client, "/v1/llms");
    assert!(matches!(unaffected.finish(), Body::Complete(_)));
}

#[test]
fn list_by_user_deleted_between_parts_is_broken() {
    let (app, administrator) = filled();
    let response = SlowResponse::get(&administrator.client, "/v1/llms");
    app.root().delete(&format!("/organization/users/{}", administrator.id)).success();
    assert_broken(response);
}

#[test]
fn list_with_fault_of_database_between_parts_is_broken() {
    let (app, administrator) = filled();
    let response = SlowResponse::get(&administrator.client, "/v1/llms");
    app.database.execute("ALTER TABLE last_checks RENAME TO mislaid_checks");
    assert_broken(response);
    // A fault before the first row is an answer.
    administrator.client.get("/v1/llms").goodmem_error(500, &["internal error"]);
    app.database.execute("ALTER TABLE mislaid_checks RENAME TO last_checks");
    assert!(matches!(SlowResponse::get(&administrator.client, "/v1/llms").finish(), Body::Complete(_)));
}

#[test]
fn list_with_role_lowered_between_parts_has_only_what_the_caller_may_list_now() {
    let (app, administrator) = filled();
    let own = fill(&app, Scope::Owner(administrator.id), 1, &Value::Null);
    let response = SlowResponse::get(&administrator.client, "/v1/llms");
    app.change_role(administrator.id, OrgRole::User);
    let Body::Complete(json) = response.finish() else { panic!("a broken list") };
    let list: Value = serde_json::from_str(&json).expect("valid JSON");
    let names = texts(&list, "llms", "displayName");
    // Those that were read before the change, which depends on the buffers of both ends.
    let before = names.len() - 1;
    assert!((1..LARGE).contains(&before), "{before}");
    let mut expected = numbers(0..before);
    expected.push("0".to_owned());
    assert_eq!(names, expected);
    assert_eq!(list["llms"][before]["llmId"], own[0].to_string());
}
