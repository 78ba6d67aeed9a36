//! Audit events record whether a secret was used or refused.

use serde_json::{Value, json};

use super::team::Team;
use crate::support::{Installation, llm_at};

/// An LLM with a reference to a secret.
fn llm_with_reference(endpoint: &str, uri: &str) -> Value {
    let mut body = llm_at(endpoint, "tiny", None);
    body["credentials"] = json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"secretRef": {"uri": uri}}});
    body
}

#[test]
fn use_of_reference_without_grant_is_recorded_as_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let alice = &team.alice.client;
        let body = llm_with_reference(&team.provider_endpoint(), "vault://kv/openai#key");
        let draft = alice.post("/llm-config/v1/checks/goodmem", &body).json(200);
        assert_eq!(draft["reason"], "secret_refused");
        assert_eq!(team.audited("credential."), ["credential.refused"]);

        let id = alice.create_llm(&body)["llmId"].as_str().expect("the id is a string").to_owned();
        let checked = alice.post_empty(&format!("/llm-config/v1/configs/{id}/checks"));
        assert_eq!(checked.json(200)["reason"], "secret_refused");
        let ping = alice.post("/v1/ping:once", &json!({"targetId": id})).json(200);
        assert_eq!(ping["ok"], false);
        let planned = format!("/llm-config/v1/configs/{id}/checks/planned");
        alice.post(&planned, &json!({"displayName": "renamed"})).json(200);
        assert_eq!(team.audited("credential."), ["credential.refused"; 4]);
        assert!(team.provider.received().is_empty());
    }
}

#[test]
fn use_of_inline_secret_is_recorded_as_opened() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let path = team.create_as_alice("GPT");
        team.alice.client.post_empty(&format!("{path}/validate")).json(200);
        assert_eq!(team.audited("credential."), ["credential.opened"]);
    }
}
