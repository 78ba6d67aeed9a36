//! Paths that try to lead elsewhere.

use serde_json::json;

use super::gateway;
use crate::support::{RawClient, StreamProvider, UNKNOWN_ID};

const OK: &str = "{\"candidates\":[]}";

/// Case 69.
#[test]
fn path_that_leads_elsewhere_is_unknown_or_one_segment_of_the_providers_path() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let config = gateway.workspace_config("gemini", "GOOGLE", &provider);
    let bearer = gateway.root().bearer();
    let post = |path: &str| {
        let mut client = RawClient::connect(&gateway.app.base);
        client.post(path, &[("authorization", &bearer)], "{}");
        client.response()
    };
    let own = format!("/llm-config/v1/configs/{}/gemini", config.id);
    for model in [
        "%2e%2e",
        "%2E%2e%2Fx",
        "x%2F%2e%2e%2Fy",
        "..",
        "x/../y",
        "x/./y",
        "%252e%252e",
        "x%2f%252e%252e",
        "x%5c..%5cy",
        "x%0d%0aa",
        "%00",
        "",
    ] {
        for path in [
            format!("{own}/v1beta/models/{model}:generateContent"),
            format!("/gemini/v1beta/models/gemini%2F{model}:generateContent"),
        ] {
            let response = post(&path);
            // Without a model, this is the path of a model with an odd name.
            let is_refused = matches!(response.head.status, 400 | 404 | 405);
            assert!(is_refused, "{path}: {} {}", response.head.status, response.text());
            assert_eq!(provider.requests().len(), 0, "{path}: {}", provider.last().target);
        }
    }
    for (model, segment) in [
        ("a;b", "a%3Bb"),
        ("a%3Bb", "a%3Bb"),
        ("a%3Fkey=1", "a%3Fkey%3D1"),
        ("a%23b", "a%23b"),
        ("a:b", "a%3Ab"),
        ("a%3Ab", "a%3Ab"),
        ("a%2Fb", "a%2Fb"),
        ("a/b", "a%2Fb"),
        ("a%20b", "a%20b"),
        ("a%25b", "a%25b"),
        ("x%3AcountTokens", "x%3AcountTokens"),
    ] {
        post(&format!("{own}/v1beta/models/{model}:generateContent")).is_success(OK);
        let target = format!("/v1beta/models/{segment}:generateContent");
        assert_eq!(provider.last().target, target, "{model}");
        post(&format!("/gemini/v1beta/models/gemini%2F{model}:generateContent")).is_success(OK);
        assert_eq!(provider.last().target, target, "{model}");
    }
}

/// Case 69.
#[test]
fn path_with_another_id_or_method_is_unknown() {
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, OK);
    let config = gateway.workspace_config("gemini", "GOOGLE", &provider);
    let bearer = gateway.root().bearer();
    let id = config.id.to_string();
    for path in [
        format!("/llm-config/v1/configs/{id}%2F..%2Fx/gemini/v1/models/x:generateContent"),
        format!("/llm-config/v1/configs/{id};a=b/gemini/v1/models/x:generateContent"),
        "/llm-config/v1/configs/x/gemini/v1/models/x:generateContent".to_owned(),
        format!("/llm-config/v1/configs/{id}/gemini/v2/models/x:generateContent"),
        format!("/llm-config/v1/configs/{id}/gemini/v1/models/x:predict"),
        format!("/llm-config/v1/configs/{id}/gemini/v1/models/x"),
        format!("/llm-config/v1/configs/{id}/gemini/v1/cachedContents"),
        "/gemini/v1/models/gemini%2Fx%3AgenerateContent".to_owned(),
        "/openai/v1/files".to_owned(),
        "/anthropic/v1/messages/batches".to_owned(),
        "/openai/chat/completions".to_owned(),
    ] {
        let mut client = RawClient::connect(&gateway.app.base);
        client.post(&path, &[("authorization", &bearer)], "{}");
        let response = client.response();
        assert!(matches!(response.head.status, 404 | 405), "{path}: {}", response.head.status);
        assert!(response.json()["error"].is_object(), "{path}: {}", response.text());
    }
    // Slashes that clients with another base URL write.
    let doubled = format!("//llm-config/v1//configs/{id}/gemini/v1/models/x:generateContent/");
    let mut client = RawClient::connect(&gateway.app.base);
    client.post(&doubled, &[("authorization", &bearer)], json!({}).to_string());
    client.response().is_success(OK);
    assert_eq!(provider.last().target, "/v1/models/x:generateContent");
    let get = gateway.root().get("/openai/v1/chat/completions");
    assert_eq!((get.status, get.header("x-llm-config-error")), (405, Some("method_not_allowed")));
}

/// `model` is not what is wrong, and may be missing.
#[test]
fn path_with_an_id_that_no_configuration_has_is_refused_with_that_id() {
    let gateway = gateway();
    for id in ["not-an-id", UNKNOWN_ID] {
        let base = format!("/llm-config/v1/configs/{id}");
        let call = gateway.root().call(&format!("{base}/openai/v1/chat/completions"), r#"{"model":"x"}"#);
        let list = gateway.root().get(&format!("{base}/openai/v1/models"));
        call.is_gateway_error(404, "model_not_found");
        assert_eq!((list.status, list.header("x-llm-config-error")), (404, Some("model_not_found")));
        for error in [&call.json()["error"], &list.json(404)["error"]] {
            let message = error["message"].as_str().expect("a message");
            let expected = format!("no configuration has the id `{id}`; the URL must have the id of one");
            assert!(message.starts_with(&expected), "{message}");
            assert_eq!(error["param"], json!(null));
        }
    }
}
