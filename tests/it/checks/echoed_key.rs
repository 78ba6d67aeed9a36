//! A provider that returns the key it received in every part of its response.

use llm_config_egress::testing::{Received, Reply, ScriptedServer};
use serde_json::json;

use super::database;
use crate::support::{Installation, ai_llm, assign, llm_with_secret, merge_patch};

const SECRET: &str = "sk-echo-6b1f0a9d3c7e5842";

/// Every substring of eight characters of the secret.
fn substrings() -> impl Iterator<Item = &'static str> {
    (0..=SECRET.len() - 8).map(|at| &SECRET[at..at + 8])
}

/// A reply of that status with the received key in its headers and body.
fn echo(status: u16) -> impl Fn(&Received) -> Reply + Send {
    move |request| {
        let headers = ["authorization", "x-api-key", "x-goog-api-key"]
            .map(|name| request.header(name).unwrap_or_default());
        let key = headers.concat().replace("Bearer ", "");
        let body = match request.path().len() % 3 {
            0 => {
                let error = json!({"message": key, "type": key, "code": key, "param": key});
                json!({"error": error, "data": [{"id": key}]}).to_string()
            }
            1 => format!("<html><title>{key}</title></html>"),
            _ => format!("refused: {key}"),
        };
        Reply::text(status, "application/json", body)
            .with("x-request-id", &key)
            .with("x-amzn-errortype", &key)
            .with("location", &format!("/{key}"))
            .with("retry-after", &key)
            .with("www-authenticate", &key)
    }
}

#[test]
fn check_of_provider_echoing_key_stores_and_returns_no_part_of_it() {
    let database = database();
    let installation = Installation::with_database(database).with("LOG_FILTER", "trace");
    let server = installation.start();
    let root = server.client(&server.token());
    let workspace = root.create_workspace("team");
    let mut responses = Vec::new();
    for status in [200, 302, 400, 401, 403, 404, 429, 500] {
        let upstream = ScriptedServer::start(echo(status)).expect("a free port");
        for (n, path) in ["", "/v1", "/v1/a"].into_iter().enumerate() {
            let endpoint = format!("http://127.0.0.1:{}{path}", upstream.port());
            for ai_type in ["OPENAI", "ANTHROPIC", "GOOGLE", "AWS", "OTHER"] {
                let name = format!("{status} {n} {ai_type}");
                let body = json!({"name": name, "aiType": ai_type, "endpoint": endpoint, "secret": SECRET});
                let id = root.create_ai_llm(&assign(ai_llm(&workspace), &body));
                responses.push(root.post_empty(&format!("/ai/llm/{id}/validate")));
                responses.push(root.get(&format!("/llm-config/v1/configs/{id}/checks")));
            }
            let llm = merge_patch(llm_with_secret(SECRET), &json!({"endpointUrl": endpoint}));
            responses.push(root.post("/llm-config/v1/checks/goodmem?depth=inference", &llm));
            let id = root.create_llm(&llm)["llmId"].clone();
            responses.push(root.post("/v1/ping:once", &json!({"targetId": id})));
        }
        assert!(
            upstream.received().iter().any(|request| request.carries(SECRET)),
            "the provider received no key"
        );
    }
    responses.push(root.get("/metrics"));
    let log = server.stop();
    for substring in substrings() {
        for response in &responses {
            assert!(!response.body.contains(substring), "{}", response.body);
            assert!(response.headers.iter().all(|(_, value)| !value.contains(substring)));
        }
        assert!(!log.contains(substring), "the log has `{substring}`");
    }
    let rows = installation.database.texts("SELECT report AS value FROM config_checks");
    assert!(rows.iter().any(|row| row.contains("\"reason\":")), "no report is stored");
    for row in rows {
        assert!(!substrings().any(|substring| row.contains(substring)), "{row}");
    }
}
