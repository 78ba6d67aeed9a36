//! Changes while calls are made: the next call follows them.

use serde_json::json;

use super::gateway;
use crate::support::{
    Client, Gate, Response, StreamProvider, TestApp, VALID_KEY, api_key_credentials, rights_scope,
    wait_for_coherence,
};

const CHAT: &str = "/openai/v1/chat/completions";
const OK: &str = "{\"choices\":[]}";
const BODY: &str = r#"{"model":"prod"}"#;

#[track_caller]
fn key_of(provider: &StreamProvider) -> String {
    provider.last().header("authorization").expect("a key").to_owned()
}

#[track_caller]
fn put(client: &Client, path: &str, change: &serde_json::Value) -> Response {
    let response = client.put(path, change);
    assert_eq!(response.status, 200, "{}", response.body);
    response
}

/// A second server on the same database, which has made a call already.
fn warm_replica(app: &TestApp) -> TestApp {
    let replica = app.second_server();
    replica.root().call(CHAT, BODY).is_success(OK);
    replica
}

/// Case 52.
#[test]
fn call_after_a_change_uses_the_new_credential_endpoint_and_name() {
    let gateway = gateway();
    let (first, second) = (StreamProvider::with_json(200, OK), StreamProvider::with_json(200, OK));
    let config = gateway.config("prod", "VLLM", &first);
    let path = format!("/v1/llms/{}", config.id);
    let root = gateway.root();
    root.call(CHAT, BODY).is_success(OK);
    let replica = warm_replica(&gateway.app);
    assert_eq!(key_of(&first), format!("Bearer {VALID_KEY}"));

    put(&root, &path, &json!({"credentials": api_key_credentials("sk-rotated-0123456789")}));
    root.call(CHAT, BODY).is_success(OK);
    assert_eq!(key_of(&first), "Bearer sk-rotated-0123456789");
    wait_for_coherence();
    replica.root().call(CHAT, BODY).is_success(OK);
    assert_eq!(key_of(&first), "Bearer sk-rotated-0123456789");

    let endpoint = format!("{}/v1", second.base());
    let credentials = api_key_credentials("sk-second-0123456789");
    put(&root, &path, &json!({"endpointUrl": endpoint, "credentials": credentials}));
    let before = first.requests().len();
    root.call(CHAT, BODY).is_success(OK);
    wait_for_coherence();
    replica.root().call(CHAT, BODY).is_success(OK);
    assert_eq!((first.requests().len(), second.requests().len()), (before, 2));
    assert_eq!(key_of(&second), "Bearer sk-second-0123456789");

    put(&root, &path, &json!({"displayName": "renamed"}));
    wait_for_coherence();
    for client in [&root, &replica.root()] {
        client.call(CHAT, BODY).is_gateway_error(404, "model_not_found");
        client.call(CHAT, r#"{"model":"renamed"}"#).is_success(OK);
    }
}

/// Case 53.
#[test]
fn call_after_a_revocation_or_deletion_is_refused_and_a_running_stream_ends_well() {
    let gateway = gateway();
    let gate = Gate::default();
    let of_provider = gate.clone();
    let provider = StreamProvider::start(move |request, connection| {
        if !request.text().contains("stream") {
            return connection.json(200, OK);
        }
        connection.begin_events();
        connection.chunk("data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n");
        of_provider.pass("the configuration is not deleted");
        connection.chunk("data: [DONE]\n\n");
        connection.end_chunks();
    });
    let config = gateway.config("prod", "CUSTOM_OPENAI_COMPATIBLE", &provider);
    let me = gateway.root().get("/v1/users/me").json(200);
    let me = me["userId"].as_str().expect("an id").parse().expect("a UUID");
    let (token, client) = gateway.app.token(me, rights_scope(llm_config_core::access::Right::ALL));
    let replica = warm_replica(&gateway.app);
    let on_replica = replica.client(client.token.as_deref().expect("a token"));
    for caller in [&client, &on_replica] {
        caller.call(CHAT, BODY).is_success(OK);
    }
    let mut running = on_replica.begin_call(CHAT, r#"{"model":"prod","stream":true}"#);
    let head = running.head();
    assert!(running.chunk(&head).contains("stop"));

    gateway.root().delete(&format!("/v1/apikeys/{token}")).empty(204);
    client.call(CHAT, BODY).is_gateway_error(401, "token_invalid");
    wait_for_coherence();
    on_replica.call(CHAT, BODY).is_gateway_error(401, "token_invalid");

    replica.root().call(CHAT, BODY).is_success(OK);
    gateway.root().delete(&format!("/v1/llms/{}", config.id)).empty(204);
    gateway.root().call(CHAT, BODY).is_gateway_error(404, "model_not_found");
    wait_for_coherence();
    replica.root().call(CHAT, BODY).is_gateway_error(404, "model_not_found");

    gate.open();
    let rest = running.rest(&head);
    assert_eq!((rest.text().as_str(), rest.is_whole), ("data: [DONE]\n\n", true));
}
