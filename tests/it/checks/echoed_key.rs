//! A provider that sends back what it was shown, everywhere it can.

use llm_config_egress::testing::{Received, Reply, ScriptedServer};
use serde_json::json;

use super::database;
use crate::support::{Installation, ai_llm, assign, keyed, merge_patch};

const SECRET: &str = "sk-echo-6b1f0a9d3c7e5842";

/// Every piece of eight characters of the secret.
fn pieces() -> impl Iterator<Item = &'static str> {
    (0..=SECRET.len() - 8).map(|at| &SECRET[at..at + 8])
}

fn echo(status: u16) -> impl Fn(&Received) -> Reply + Send {
    move |request| {
        let shown =
            ["authorization", "x-api-key", "x-goog-api-key"].map(|it| request.header(it).unwrap_or_default());
        let key = shown.concat().replace("Bearer ", "");
        let quoted = json!(key);
        let body = match request.path().len() % 3 {
            0 => format!(
                r#"{{"error":{{"message":{quoted},"type":{quoted},"code":{quoted},"param":{quoted}}},"data":[{{"id":{quoted}}}]}}"#
            ),
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
    let installation = Installation::on(database).with("LOG_FILTER", "trace");
    let server = installation.start();
    let root = server.client(&server.token());
    let workspace = root.create_workspace("team");
    let mut seen = Vec::new();
    for status in [200, 302, 400, 401, 403, 404, 429, 500] {
        let upstream = ScriptedServer::start(echo(status)).expect("a free port");
        for (n, path) in ["", "/v1", "/v1/a"].into_iter().enumerate() {
            let endpoint = format!("http://127.0.0.1:{}{path}", upstream.port());
            for ai_type in ["OPENAI", "ANTHROPIC", "GOOGLE", "AWS", "OTHER"] {
                let body = json!({"name": format!("{status} {n} {ai_type}"), "aiType": ai_type, "endpoint": endpoint, "secret": SECRET});
                let id = root.create_ai_llm(&assign(ai_llm(&workspace), &body));
                seen.push(root.post_empty(&format!("/ai/llm/{id}/validate")));
                seen.push(root.get(&format!("/llm-config/v1/configs/{id}/checks")));
            }
            let llm = merge_patch(keyed(SECRET), &json!({"endpointUrl": endpoint}));
            seen.push(root.post("/llm-config/v1/checks/goodmem?depth=inference", &llm));
            let id = root.create_llm(&llm)["llmId"].clone();
            seen.push(root.post("/v1/ping:once", &json!({"targetId": id})));
        }
        assert!(upstream.received().iter().any(|it| it.carries(SECRET)), "the key was shown");
    }
    seen.push(root.get("/metrics"));
    let log = server.stop();
    for piece in pieces() {
        for answer in &seen {
            assert!(!answer.body.contains(piece), "{}", answer.body);
            assert!(answer.headers.iter().all(|(_, value)| !value.contains(piece)));
        }
        assert!(!log.contains(piece), "the log has `{piece}`");
    }
    let rows = installation.database.texts("SELECT report AS value FROM config_checks");
    assert!(rows.iter().any(|it| it.contains("\"reason\":")), "reports are among the rows");
    for row in rows {
        assert!(!pieces().any(|piece| row.contains(piece)), "{row}");
    }
}
