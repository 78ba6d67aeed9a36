//! What is taken away is gone with the next request, on every server.

use serde_json::json;

use super::World;

#[test]
fn lower_role_takes_effect_on_next_request_to_other_server() {
    let world = World::new();
    let other = world.app.beside();
    let there = other.client(world.client("administrator").token.as_deref().unwrap());
    let (path, config) =
        (world.named("/organization/users/{administrator}"), world.named("/ai/llm/{config}"));
    for (role, name) in [(2, "of a manager"), (0, "of nobody")] {
        there.put(&config, &json!({"name": name})).success();
        world.app.root().put(&path, &json!({"orgRole": role})).success();
        if role == 2 {
            there.get(&world.named("/v1/llms/{peer's llm}")).goodmem_error(403, &["READ_LLM_ANY"]);
            there.post("/organization/users", &super::user_of_role(0)).flashback_error(403, &[]);
        }
    }
    there.put(&config, &json!({"name": "x"})).flashback_error(403, &["WRITE"]);
    there.post("/ai/llm", &crate::support::ai_llm(world.one)).flashback_error(403, &["WRITE"]);
    assert_eq!(there.ai_llm_names(""), Vec::<String>::new());
    assert_eq!(there.get("/organization/users").success()["total"], 1);
}

#[test]
fn lower_or_remove_membership_takes_effect_on_next_request_to_other_server() {
    let world = World::new();
    let other = world.app.beside();
    let there = other.client(world.client("admin").token.as_deref().unwrap());
    let member = world.named("/workspace/{one}/users/{admin}");
    let (workspace, config) = (world.named("/workspace/{one}"), world.named("/ai/llm/{config}"));
    there.put(&workspace, &json!({"name": "mine"})).success();
    world.app.root().put(&member, &json!({"role": "WRITE"})).success();
    there.put(&workspace, &json!({"name": "x"})).flashback_error(403, &["ADMIN"]);
    there.put(&config, &json!({"name": "theirs"})).success();
    world.app.root().put(&member, &json!({"role": "READ"})).success();
    there.put(&config, &json!({"name": "x"})).flashback_error(403, &["WRITE"]);
    assert_eq!(there.ai_llm_names(""), ["theirs"]);
    world.app.root().delete(&member).success();
    assert_eq!(there.ai_llm_names(""), Vec::<String>::new());
    there.get(&workspace).flashback_error(403, &[]);
    assert_eq!(there.get("/organization/users").success()["total"], 1);
}

#[test]
fn revoke_token_or_delete_user_takes_effect_on_next_request_to_other_server() {
    let world = World::new();
    let other = world.app.beside();
    let there = |name: &str| other.client(world.client(name).token.as_deref().unwrap());
    assert_eq!(there("writer").ai_llm_names(""), ["GPT"]);
    world.app.root().delete(&world.named("/v1/apikeys/{writer's token}")).empty(204);
    there("writer").get("/ai/llm").flashback_error(401, &["access token"]);
    there("writer").get("/v1/llms").goodmem_error(401, &[]);
    assert_eq!(there("reader").ai_llm_names(""), ["GPT"]);
    world.app.root().delete(&world.named("/organization/users/{reader}")).success();
    there("reader").get("/ai/llm").flashback_error(401, &["access token"]);
    there("reader").post("/workspace", &json!({"name": "x"})).flashback_error(401, &["access token"]);
}
