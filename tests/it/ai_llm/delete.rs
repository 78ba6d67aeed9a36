//! `DELETE /ai/llm/{id}`.

use llm_config_core::access::{OrgRole, WorkspaceRole};

use super::app;
use crate::support::{ai_llm, member_names};

#[test]
fn delete_returns_message_and_removes_credential() {
    let app = app();
    let id = app.root().create_ai_llm(&ai_llm(app.workspace()));
    let path = format!("/ai/llm/{id}");
    let deleted = app.root().delete(&path).json(200);
    assert_eq!(member_names(&deleted), ["message", "success"]);
    assert_eq!(deleted["success"], true);
    assert_eq!(deleted["message"], "AI LLM configuration deleted successfully");
    for table in ["secrets", "llm_configs"] {
        assert!(!app.stored_rows().iter().any(|row| row.starts_with(table)), "{table}");
    }
    app.root().delete(&path).flashback_error(404, &["configuration does not exist"]);
    assert!(app.root().ai_llms("").is_empty());
}

#[test]
fn delete_with_any_body_or_content_type_succeeds() {
    let app = app();
    let workspace = app.workspace();
    let path = || format!("/ai/llm/{}", app.root().create_ai_llm(&ai_llm(workspace)));
    app.root().send("DELETE", &path(), &[], None).success();
    app.root().send("DELETE", &path(), &[("content-type", "application/json")], Some(b"")).success();
    app.root().send("DELETE", &path(), &[("content-type", "text/plain")], Some(b"not read")).success();
}

#[test]
fn delete_of_missing_is_404_and_without_right_403() {
    let app = app();
    let workspace = app.workspace();
    let id = app.root().create_ai_llm(&ai_llm(workspace));
    let path = format!("/ai/llm/{id}");
    let (outsider, member) = (app.user(OrgRole::User), app.user(OrgRole::User));
    app.member(workspace, member.id, WorkspaceRole::Read);
    for client in [&outsider.client, &member.client] {
        client.delete(&path).flashback_error(403, &["WRITE"]);
    }
    for other in ["550e8400-e29b-41d4-a716-446655440000", "x", "%2e%2e", "a%2Fb", "1"] {
        outsider
            .client
            .delete(&format!("/ai/llm/{other}"))
            .flashback_error(404, &["configuration does not exist"]);
    }
    app.anonymous().delete(&path).flashback_error(401, &["access token"]);
    app.member(workspace, member.id, WorkspaceRole::Write);
    member.client.delete(&path).success();
}
