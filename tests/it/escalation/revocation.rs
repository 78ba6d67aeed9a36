//! Lower roles, removed memberships and revoked tokens take effect on every server within a second.

use serde_json::json;

use super::Organization;
use crate::support::wait_for_coherence;

#[test]
fn lower_role_takes_effect_on_other_server_within_a_second() {
    let organization = Organization::new();
    let second_server = organization.app.second_server();
    let client = second_server.client(organization.client("administrator").token.as_deref().unwrap());
    let (path, config) =
        (organization.fill("/organization/users/{administrator}"), organization.fill("/ai/llm/{config}"));
    for (role, name) in [(2, "of a manager"), (0, "of a user")] {
        client.put(&config, &json!({"name": name})).success();
        organization.app.root().put(&path, &json!({"orgRole": role})).success();
        wait_for_coherence();
        if role == 2 {
            client.get(&organization.fill("/v1/llms/{peer's llm}")).goodmem_error(403, &["READ_LLM_ANY"]);
            client.post("/organization/users", &super::user_of_role(0)).flashback_error(403, &[]);
        }
    }
    client.put(&config, &json!({"name": "x"})).flashback_error(403, &["WRITE"]);
    client.post("/ai/llm", &crate::support::ai_llm(organization.one)).flashback_error(403, &["WRITE"]);
    assert_eq!(client.ai_llm_names(""), Vec::<String>::new());
    assert_eq!(client.get("/organization/users").success()["total"], 1);
}

#[test]
fn lower_or_remove_membership_takes_effect_on_other_server_within_a_second() {
    let organization = Organization::new();
    let second_server = organization.app.second_server();
    let client = second_server.client(organization.client("admin").token.as_deref().unwrap());
    let member = organization.fill("/workspace/{one}/users/{admin}");
    let (workspace, config) = (organization.fill("/workspace/{one}"), organization.fill("/ai/llm/{config}"));
    client.put(&workspace, &json!({"name": "mine"})).success();
    organization.app.root().put(&member, &json!({"role": "WRITE"})).success();
    client.put(&workspace, &json!({"name": "x"})).flashback_error(403, &["ADMIN"]);
    client.put(&config, &json!({"name": "theirs"})).success();
    organization.app.root().put(&member, &json!({"role": "READ"})).success();
    wait_for_coherence();
    client.put(&config, &json!({"name": "x"})).flashback_error(403, &["WRITE"]);
    assert_eq!(client.ai_llm_names(""), ["theirs"]);
    organization.app.root().delete(&member).success();
    wait_for_coherence();
    assert_eq!(client.ai_llm_names(""), Vec::<String>::new());
    client.get(&workspace).flashback_error(403, &[]);
    assert_eq!(client.get("/organization/users").success()["total"], 1);
}

#[test]
fn revoke_token_or_delete_user_takes_effect_on_other_server_within_a_second() {
    let organization = Organization::new();
    let second_server = organization.app.second_server();
    let client = |name: &str| second_server.client(organization.client(name).token.as_deref().unwrap());
    assert_eq!(client("writer").ai_llm_names(""), ["GPT"]);
    organization.app.root().delete(&organization.fill("/v1/apikeys/{writer's token}")).empty(204);
    wait_for_coherence();
    client("writer").get("/ai/llm").flashback_error(401, &["access token"]);
    client("writer").get("/v1/llms").goodmem_error(401, &[]);
    assert_eq!(client("reader").ai_llm_names(""), ["GPT"]);
    organization.app.root().delete(&organization.fill("/organization/users/{reader}")).success();
    wait_for_coherence();
    client("reader").get("/ai/llm").flashback_error(401, &["access token"]);
    client("reader").post("/workspace", &json!({"name": "x"})).flashback_error(401, &["access token"]);
}
