//! Keys that are narrowed to configurations.

use llm_config_core::access::{OrgRole, WorkspaceRole};
use serde_json::{Value, json};

use super::{app, issue};
use crate::support::{Client, UNKNOWN_ID, ai_llm, llm, merge_patch};

/// The id of a new LLM of the client's user.
fn create(client: &Client, model: &str) -> String {
    let created = client.create_llm(&merge_patch(llm(), &json!({"modelIdentifier": model})));
    created["llmId"].as_str().unwrap().to_owned()
}

fn exact(operation: &str, id: &str) -> Value {
    let resource = json!({"kind": "LLM", "resourceId": id});
    json!({"operation": operation, "selector": "EXACT", "assignedResource": resource})
}

fn scoped(rules: &[Value]) -> Value {
    json!({"authorityMode": "SCOPED", "ceiling": rules})
}

/// The statuses of a read and a change of an LLM.
fn read_and_update(client: &Client, id: &str) -> (u16, u16) {
    let path = format!("/v1/llms/{id}");
    (client.get(&path).status, client.put(&path, &json!({"version": "2"})).status)
}

fn listed_ids(client: &Client) -> Vec<String> {
    let list = client.get("/v1/llms").json(200);
    let ids = list["llms"].as_array().unwrap().iter().map(|llm| llm["llmId"].as_str().unwrap().to_owned());
    ids.collect()
}

#[test]
fn key_of_configs_acts_on_those_only() {
    let app = app();
    let [one, other] = ["one", "other"].map(|model| create(&app.root(), model));
    let (path, client) = issue(&app, &app.root(), &json!({"configs": [one, one]}));
    let key = app.root().get(&path).json(200);
    assert_eq!((&key["configs"], &key["authorityMode"]), (&json!([one]), &json!("INHERIT_SUBJECT")));
    assert_eq!(read_and_update(&client, &one), (200, 200));
    assert_eq!(read_and_update(&client, &other), (403, 403));
    client.get(&format!("/v1/llms/{other}")).goodmem_error(403, &["narrowed to other configurations"]);
    assert_eq!(listed_ids(&client), [one.as_str()]);
    client.post("/v1/llms", &llm()).goodmem_error(403, &["narrowed to other configurations"]);
    client.get("/v1/users/me").json(200);
    assert_eq!(client.get("/v1/apikeys").json(200)["keys"], json!([]));
    client.get(&path).goodmem_error(403, &[]);
    client.delete(&format!("/v1/llms/{one}")).empty(204);
    client.get(&format!("/v1/llms/{one}")).goodmem_error(404, &[]);
}

#[test]
fn key_of_deleted_config_does_not_act_on_new_one_with_its_id() {
    let app = app();
    let id = create(&app.root(), "one");
    let (path, client) = issue(&app, &app.root(), &json!({"configs": [id]}));
    app.root().delete(&format!("/v1/llms/{id}")).empty(204);
    app.root().create_llm(&merge_patch(llm(), &json!({"llmId": id})));
    assert_eq!(read_and_update(&client, &id), (403, 403));
    assert_eq!(listed_ids(&client), [""; 0]);
    assert_eq!(app.root().get(&path).json(200)["configs"], json!([id]));
}

#[test]
fn key_of_exact_rules_has_those_rights_on_those_llms() {
    let app = app();
    let [one, two, other] = ["one", "two", "other"].map(|model| create(&app.root(), model));
    let rules = [exact("READ_LLM", &one), exact("READ_LLM", &two), exact("EXECUTE_LLM", &one)];
    let rules = [rules.as_slice(), &[exact("EXECUTE_LLM", &two)]].concat();
    let (path, client) = issue(&app, &app.root(), &scoped(&rules));
    for (id, expected) in [(&one, (200, 403)), (&two, (200, 403)), (&other, (403, 403))] {
        assert_eq!(read_and_update(&client, id), expected);
    }
    let key = app.root().get(&path).json(200);
    assert_eq!((&key["ceiling"], &key["ceilingOmitted"]), (&json!(rules), &json!(false)));
    assert_eq!(key["rights"], json!(["READ_LLM_ANY", "CALL_LLM_ANY"]));
    assert_eq!(key["configs"], json!([one, two]));
    let basic = app.root().get("/v1/apikeys?view=BASIC").json(200)["keys"][1].clone();
    assert_eq!((&basic["ceiling"], &basic["configs"]), (&Value::Null, &Value::Null));
    // Rules and a list apply both.
    let both = merge_patch(scoped(&rules), &json!({"configs": [two, other]}));
    let (path, client) = issue(&app, &app.root(), &both);
    assert_eq!(app.root().get(&path).json(200)["configs"], json!([two]));
    assert_eq!([&one, &two].map(|id| read_and_update(&client, id).0), [403, 200]);
}

#[test]
fn key_with_own_rights_and_configs_has_no_rules() {
    let app = app();
    let id = create(&app.root(), "one");
    let body = json!({"rights": ["EXECUTE_LLM_OWN"], "configs": [id]});
    let (path, client) = issue(&app, &app.root(), &body);
    let key = app.root().get(&path).json(200);
    assert_eq!((&key["rights"], &key["configs"]), (&json!(["CALL_LLM_OWN"]), &json!([id])));
    assert_eq!((&key["ceiling"], &key["ceilingOmitted"]), (&Value::Null, &json!(true)));
    assert_eq!(read_and_update(&client, &id), (403, 403));
    // The right to call is not the right to ping.
    let ping = client.post("/v1/ping:once", &json!({"targetId": id}));
    ping.goodmem_error(403, &["the token lacks the right PING_LLM_OWN"]);
}

#[test]
fn create_key_with_execute_llm_is_right_to_call() {
    let app = app();
    for (selector, right) in [("OWN", "CALL_LLM_OWN"), ("ANY", "CALL_LLM_ANY")] {
        let rule = json!({"operation": "EXECUTE_LLM", "selector": selector});
        for body in [scoped(std::slice::from_ref(&rule)), json!({"rights": [right]})] {
            let (path, _) = issue(&app, &app.root(), &body);
            let key = app.root().get(&path).json(200);
            assert_eq!((&key["rights"], &key["ceiling"]), (&json!([right]), &json!([rule])), "{body}");
        }
    }
    let (path, _) = issue(&app, &app.root(), &json!({"rights": ["EXECUTE_LLM"]}));
    assert_eq!(app.root().get(&path).json(200)["rights"], json!(["CALL_LLM_OWN"]));
}

#[test]
fn create_key_with_invalid_configs_names_them() {
    let app = app();
    let id = create(&app.root(), "one");
    let check = |body: Value, fields: &[&str]| {
        assert_eq!(app.root().post("/v1/apikeys", &body).error_fields(), fields, "{body}");
    };
    check(json!({"configs": ["1"]}), &["configs[0]"]);
    check(json!({"configs": id}), &["configs"]);
    check(json!({"configs": [id, UNKNOWN_ID]}), &["configs"]);
    check(json!({"configs": vec![id.as_str(); 101]}), &["configs"]);
    let response = app.root().post("/v1/apikeys", &json!({"configs": [id, UNKNOWN_ID]}));
    response.goodmem_error(400, &[&format!("must be ids of configurations that exist: {UNKNOWN_ID} is not")]);
    check(scoped(&[exact("READ_LLM", UNKNOWN_ID)]), &["configs"]);
    let own = json!({"operation": "READ_LLM", "selector": "OWN"});
    check(scoped(&[exact("READ_LLM", &id), own.clone()]), &["ceiling"]);
    check(scoped(&[exact("READ_LLM", &id), exact("LIST_LLM", UNKNOWN_ID)]), &["ceiling"]);
    let resource =
        |resource: Value| merge_patch(exact("READ_LLM", &id), &json!({"assignedResource": resource}));
    check(
        scoped(&[resource(json!({"kind": "SPACE", "resourceId": id}))]),
        &["ceiling[0].assignedResource.kind"],
    );
    let malformed = resource(json!({"kind": "LLM", "resourceId": "1"}));
    check(scoped(&[malformed]), &["ceiling[0].assignedResource.resourceId"]);
    check(scoped(&[resource(Value::Null)]), &["ceiling[0].assignedResource"]);
    let with_resource = merge_patch(exact("READ_LLM", &id), &own);
    check(scoped(&[with_resource]), &["ceiling[0].assignedResource"]);
    let (path, client) = issue(&app, &app.root(), &json!({"configs": []}));
    assert_eq!(app.root().get(&path).json(200)["configs"], json!([]));
    assert_eq!(read_and_update(&client, &id), (403, 403));
    // What a key is narrowed to does not change.
    assert_eq!(app.root().put(&path, &json!({"configs": [id]})).error_fields(), ["configs"]);
}

/// A mistake in the rights or the list shows when the key is issued, not when an application uses it.
#[test]
fn create_key_for_config_without_a_right_to_it_is_rejected() {
    let app = app();
    let (team, other) = (app.workspace(), app.workspace());
    let owned = create(&app.root(), "one");
    let shared = app.root().create_ai_llm(&ai_llm(team)).to_string();
    let refused = |client: &Client, body: &Value, parts: &[&str]| {
        let response = client.post("/v1/apikeys", body);
        assert_eq!(response.error_fields(), ["configs"], "{body}");
        response.goodmem_error(400, parts);
    };
    let root = app.root();
    for (rights, configs, parts) in [
        (json!(["CALL_LLM_ANY"]), json!([owned, shared]), [shared.as_str(), "CALL_WORKSPACE_LLM"]),
        (json!(["CALL_WORKSPACE_LLM"]), json!([owned, shared]), [&owned, "CALL_LLM_OWN"]),
        (json!(["LIST_TOKENS_ANY", "CREATE_LLM_ANY"]), json!([owned]), [&owned, "CALL_LLM_OWN"]),
    ] {
        refused(&root, &json!({"rights": rights, "configs": configs}), &parts);
    }
    // A rule of this API says nothing of configurations of workspaces.
    refused(&root, &scoped(&[exact("EXECUTE_LLM", &shared)]), &[&shared, "CALL_WORKSPACE_LLM"]);
    refused(&root, &json!({"workspaces": [other], "configs": [shared]}), &[&shared, "workspaces"]);
    let user = app.user(OrgRole::User);
    for configs in [json!([owned]), json!([shared])] {
        refused(&user.client, &json!({"configs": configs}), &["the holder of the token"]);
        let body = json!({"subjectPrincipalId": user.id.to_string(), "configs": configs});
        refused(&root, &body, &["the holder of the token"]);
    }
    app.member(team, user.id, WorkspaceRole::Read);
    issue(&app, &user.client, &json!({"rights": ["CALL_WORKSPACE_LLM"], "configs": [shared]}));
    refused(&user.client, &json!({"rights": ["UPDATE_WORKSPACE_LLM"], "configs": [shared]}), &[&shared]);
}

#[test]
fn lists_of_key_of_configs_have_those_of_both_apis() {
    let app = app();
    let (team, other) = (app.workspace(), app.workspace());
    let owned = ["one", "two"].map(|model| create(&app.root(), model));
    let shared = [team, other].map(|workspace| app.root().create_ai_llm(&ai_llm(workspace)).to_string());
    let (_, client) = issue(&app, &app.root(), &json!({"configs": [owned[1], shared[0]]}));
    let ids = |path: &str, list: &str, id: &str| {
        let body = client.get(path).json(200);
        let list = body[list].as_array().unwrap().iter();
        list.map(|config| config[id].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids("/v1/llms", "llms", "llmId"), [owned[1].as_str()]);
    assert_eq!(ids("/v1/llms?limit=1", "llms", "llmId"), [owned[1].as_str()]);
    let both = ids("/llm-config/v1/configs", "configs", "id");
    assert_eq!(both, [owned[1].as_str(), &shared[0]]);
    assert_eq!(ids(&format!("/llm-config/v1/configs?workspace={other}"), "configs", "id"), [""; 0]);
    let listed: Vec<_> = client.ai_llms("").into_iter().map(|config| config["id"].clone()).collect();
    assert_eq!(listed, [json!(shared[0])]);
    assert_eq!(client.get("/workspace").success()["workspaces"], json!([]));
    assert_eq!(listed_ids(&app.root()).len(), 2);
}
