//! Entity tags and `If-Match`.

use serde_json::json;

use super::team::Team;
use crate::support::{Client, Installation, Response, api_key_credentials, llm_at};

#[track_caller]
fn tag(response: &Response) -> String {
    let tag = response.header("etag").expect("an entity tag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag} is strong");
    tag
}

fn put_if(client: &Client, path: &str, tag: &str, body: &serde_json::Value) -> Response {
    let headers = [("content-type", "application/json"), ("if-match", tag)];
    client.send("PUT", path, &headers, Some(body.to_string().as_bytes()))
}

#[test]
fn write_to_ai_llm_with_stale_etag_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let (alice, mallory) = (&team.alice.client, &team.mallory.client);
        let created = alice.post("/ai/llm", &team.ai_llm("GPT", &team.provider_endpoint(), "sk-1"));
        let path = format!("/ai/llm/{}", created.success()["aiLlmId"].as_str().expect("the id is a string"));
        let first = tag(&created);
        let revision =
            alice.ai_llms("")[0]["revision"].as_str().expect("the revision is a string").to_owned();
        assert_eq!(first, format!("\"{revision}\""));

        let second = tag(&mallory.put(&path, &json!({"name": "GPT 2"})));
        assert_ne!(second, first);
        put_if(alice, &path, &first, &json!({"name": "GPT 3"})).flashback_error(412, &[]);
        alice.send("DELETE", &path, &[("if-match", &first)], None).flashback_error(412, &[]);
        assert_eq!(alice.ai_llm_names(""), ["GPT 2"]);
        // Without the right to change it, the error does not reveal its state.
        let outsider = &team.root.post("/v1/apikeys", &json!({"rights": ["READ_LLM_ANY"]})).json(201);
        let outsider = team.server.client(outsider["rawApiKey"].as_str().expect("the token is a string"));
        put_if(&outsider, &path, &first, &json!({"name": "GPT 3"})).flashback_error(403, &[]);

        put_if(alice, &path, &second, &json!({"name": ""})).flashback_error(400, &["name"]);
        put_if(alice, &path, "7", &json!({"name": "GPT 3"})).flashback_error(400, &["if-match"]);
        put_if(alice, &path, &format!("{first}, {second}"), &json!({"name": "GPT 3"})).success();
        put_if(alice, &path, "*", &json!({"name": "GPT 4"})).success();
        alice.send("DELETE", &path, &[("if-match", "*")], None).success();
    }
}

#[test]
fn write_to_llm_with_stale_etag_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let alice = &team.alice.client;
        let created = alice.post("/v1/llms", &llm_at(&team.provider_endpoint(), "m", Some("sk-1")));
        let path =
            format!("/v1/llms/{}", created.json(201)["llm"]["llmId"].as_str().expect("the id is a string"));
        let first = tag(&created);
        assert_eq!(tag(&alice.get(&path)), first);
        let second = tag(&alice.put(&path, &json!({"displayName": "new"})));
        assert_ne!(second, first);
        let stale = put_if(alice, &path, &first, &json!({"displayName": "newer"}));
        assert_eq!(stale.json(412)["code"], "FAILED_PRECONDITION");
        assert_eq!(alice.send("DELETE", &path, &[("if-match", &first)], None).status, 412);
        put_if(alice, &path, &second, &json!({"displayName": "newer"})).json(200);
    }
}

#[test]
fn update_with_etag_of_deleted_configuration_of_same_id_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let alice = &team.alice.client;
        let mut body = llm_at(&team.provider_endpoint(), "m", Some("sk-1"));
        body["llmId"] = json!("018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a");
        let created = alice.post("/v1/llms", &body);
        let path =
            format!("/v1/llms/{}", created.json(201)["llm"]["llmId"].as_str().expect("the id is a string"));
        alice.delete(&path).empty(204);
        alice.create_llm(&body);
        assert_eq!(put_if(alice, &path, &tag(&created), &json!({"displayName": "x"})).status, 412);
    }
}

#[test]
fn renew_secret_with_matching_etag_still_requires_endpoint() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let path = team.create_as_alice("GPT");
        let moved = json!({"endpoint": team.attacker_endpoint(), "secret": "junk"});
        let current = tag(&team.mallory.client.put(&path, &moved));
        let renewal = json!({"secret": "sk-alice-renewed-0123456789"});
        put_if(&team.alice.client, &path, &current, &renewal).flashback_error(400, &["endpoint"]);

        let path = team.alice.client.create_llm_path(&llm_at(&team.provider_endpoint(), "m", None));
        let moved = json!({"endpointUrl": team.attacker_endpoint()});
        let current = tag(&team.administrator.client.put(&path, &moved));
        let first = json!({"credentials": api_key_credentials("sk-alice-first-0123456789")});
        put_if(&team.alice.client, &path, &current, &first).goodmem_error(400, &["endpointUrl"]);
    }
}
