//! The header and the prefix in which providers receive a key.

use llm_config_egress::testing::{Received, Reply, ScriptedServer};
use serde_json::{Value, json};

use super::database;
use crate::support::{Client, Installation, VALID_KEY, ai_llm, assign, llm, merge_patch};

/// A provider that lists a model for every request with the key.
fn provider() -> ScriptedServer {
    let script = |request: &Received| {
        if request.carries(VALID_KEY) {
            Reply::json(200, r#"{"object":"list","data":[{"id":"tiny","object":"model"}]}"#)
        } else {
            Reply::json(401, r#"{"error":{"message":"Invalid API key","code":"invalid_api_key"}}"#)
        }
    };
    ScriptedServer::start(script).expect("a free port")
}

/// The `authorization` that the provider receives from a draft of `/v1/llms` with these members of `apiKey`.
#[track_caller]
fn authorization(root: &Client, api_key: &Value) -> String {
    let upstream = provider();
    let endpoint = format!("http://127.0.0.1:{}/v1", upstream.port());
    let api_key = merge_patch(json!({"inlineSecret": VALID_KEY}), api_key);
    let changes = json!({
        "providerType": "CUSTOM_OPENAI_COMPATIBLE", "endpointUrl": endpoint, "modelIdentifier": "tiny",
        "credentials": {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": api_key},
    });
    let report = root.post("/llm-config/v1/checks/goodmem", &merge_patch(llm(), &changes)).json(200);
    assert_eq!(report["credential"]["verdict"], "verified", "{report}");
    upstream.received()[0].header("authorization").expect("the key").to_owned()
}

#[test]
fn check_with_prefix_of_one_space_sends_key_alone() {
    let installation = Installation::with_database(database());
    let server = installation.start();
    let root = server.client(&server.token());
    let bearer = format!("Bearer {VALID_KEY}");
    // Clients send an empty prefix for an empty input.
    for api_key in [json!({}), json!({"prefix": ""}), json!({"prefix": null, "headerName": "authorization"})]
    {
        assert_eq!(authorization(&root, &api_key), bearer, "{api_key}");
    }
    assert_eq!(authorization(&root, &json!({"prefix": "Token "})), format!("Token {VALID_KEY}"));
    assert_eq!(authorization(&root, &json!({"prefix": " "})), VALID_KEY);
    assert_eq!(authorization(&root, &json!({"prefix": " ", "headerName": "Authorization"})), VALID_KEY);
    server.stop();
}

#[test]
fn check_with_bearer_in_secret_sends_it_to_servers_with_api_of_anthropic() {
    let installation = Installation::with_database(database());
    let server = installation.start();
    let root = server.client(&server.token());
    let workspace = root.create_workspace("team");
    let upstream = provider();
    let endpoint = format!("http://127.0.0.1:{}/anthropic", upstream.port());
    for (secret, header, value) in [
        (VALID_KEY.to_owned(), "x-api-key", VALID_KEY.to_owned()),
        (format!("Bearer {VALID_KEY}"), "authorization", format!("Bearer {VALID_KEY}")),
    ] {
        let before = upstream.received().len();
        let changes = json!({"name": header, "aiType": "ANTHROPIC", "endpoint": endpoint, "secret": secret});
        let draft = assign(ai_llm(&workspace), &changes);
        let report = root.post("/llm-config/v1/checks/flashback", &draft).json(200);
        assert_eq!(report["usable"], "yes", "{report}");
        let request = &upstream.received()[before];
        assert_eq!(request.header(header), Some(value.as_str()));
        assert_eq!(
            ["x-api-key", "authorization"].iter().filter(|name| request.header(name).is_some()).count(),
            1
        );
    }
    server.stop();
}

#[test]
fn draft_with_mask_or_reference_as_secret_is_rejected_and_not_quoted() {
    let installation = Installation::with_database(database());
    let server = installation.start();
    let root = server.client(&server.token());
    let workspace = root.create_workspace("team");
    for secret in
        ["os.environ/ZEBRA_KEY", "$secret{zebra}", "sk-zebra••••••", "sk-zebra***", "op://zebra/a/b"]
    {
        let credentials = json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": secret}});
        let body = merge_patch(llm(), &json!({"credentials": credentials}));
        for path in ["/v1/llms", "/llm-config/v1/checks/goodmem"] {
            let response = root.post(path, &body);
            assert_eq!(response.error_fields(), ["credentials.apiKey.inlineSecret"], "{secret} at {path}");
            assert!(!response.body.to_lowercase().contains("zebra"), "{}", response.body);
        }
        let body = assign(ai_llm(&workspace), &json!({"name": "n", "secret": secret}));
        for path in ["/ai/llm", "/llm-config/v1/checks/flashback"] {
            let response = root.post(path, &body);
            assert_eq!(response.status, 400, "{secret} at {path}");
            assert!(response.body.contains("secret ") && !response.body.to_lowercase().contains("zebra"));
        }
    }
    server.stop();
}
