//! Revocations take effect on the next request, on every server.

use serde_json::json;

use super::Organization;

#[test]
fn lower_role_takes_effect_on_next_request_to_other_server() {
    let organization = Organization::new();
    let other = organization.app.beside();
    let there = other.client(organization.client("administrator").token.as_deref().unwrap());
    let (path, config) =
        (organization.named("/organization/users/{administrator}"), organization.named("/ai/llm/{config}"));
    for (role, name) in [(2, "of a manager"), (0, "of a user")] {
        there.put(&config, &json!({"name": name})).success();
        organization.app.root().put(&path, &json!({"orgRole": role})).success();
        if role == 2 {
            there.get(&organization.named("/v1/llms/{peer's llm}")).goodmem_error(403, &["READ_LLM_ANY"]);
            there.post("/organization/users", &super::user_of_role(0)).flashback_error(403, &[]);
        }
    }
    there.put(&config, &json!({"name": "x"})).flashback_error(403, &["WRITE"]);
    there.post("/ai/llm", &crate::support::ai_llm(organization.one)).flashback_error(403, &["WRITE"]);
    assert_eq!(there.ai_llm_names(""), Vec::<String>::new());
    assert_eq!(there.get("/organization/users").success()["total"], 1);
}

#[test]
fn lower_or_remove_membership_takes_effect_on_next_request_to_other_server() {
    let organization = Organization::new();
    let other = organization.app.beside();
    let there = other.client(organization.client("admin").token.as_deref().unwrap());
    let member = organization.named("/workspace/{one}/users/{admin}");
    let (workspace, config) =
        (organization.named("/workspace/{one}"), organization.named("/ai/llm/{config}"));
    there.put(&workspace, &json!({"name": "mine"})).success();
    organization.app.root().put(&member, &json!({"role": "WRITE"})).success();
    there.put(&workspace, &json!({"name": "x"})).flashback_error(403, &["ADMIN"]);
    there.put(&config, &json!({"name": "theirs"})).success();
    organization.app.root().put(&member, &json!({"role": "READ"})).success();
    there.put(&config, &json!({"name": "x"})).flashback_error(403, &["WRITE"]);
    assert_eq!(there.ai_llm_names(""), ["theirs"]);
    organization.app.root().delete(&member).success();
    assert_eq!(there.ai_llm_names(""), Vec::<String>::new());
    there.get(&workspace).flashback_error(403, &[]);
    assert_eq!(there.get("/organization/users").success()["total"], 1);
}

#[test]
fn revoke_token_or_delete_user_takes_effect_on_next_request_to_other_server() {
    let organization = Organization::new();
    let other = organization.app.beside();
    let there = |name: &str| other.client(organization.client(name).token.as_deref().unwrap());
    assert_eq!(there("writer").ai_llm_names(""), ["GPT"]);
    organization.app.root().delete(&organization.named("/v1/apikeys/{writer's token}")).empty(204);
    there("writer").get("/ai/llm").flashback_error(401, &["access token"]);
    there("writer").get("/v1/llms").goodmem_error(401, &[]);
    assert_eq!(there("reader").ai_llm_names(""), ["GPT"]);
    organization.app.root().delete(&organization.named("/organization/users/{reader}")).success();
    there("reader").get("/ai/llm").flashback_error(401, &["access token"]);
    there("reader").post("/workspace", &json!({"name": "x"})).flashback_error(401, &["access token"]);
}
