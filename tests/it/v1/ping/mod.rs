//! `/v1/ping:once` and `/v1/ping:stream`.

mod once;
mod stream;

use llm_config_egress::testing::ScriptedServer;
use serde_json::json;

use super::{app, database};
use crate::support::{Client, llm_with_secret, merge_patch};

/// Creates an LLM at `server` and returns its id.
#[track_caller]
fn create_at(client: &Client, provider_type: &str, server: &ScriptedServer, secret: &str) -> String {
    let endpoint = format!("http://127.0.0.1:{}/v1", server.port());
    let body = json!({
        "displayName": provider_type, "providerType": provider_type, "endpointUrl": endpoint,
        "modelIdentifier": "tiny",
    });
    client.create_llm(&merge_patch(llm_with_secret(secret), &body))["llmId"]
        .as_str()
        .expect("the id is a string")
        .to_owned()
}
