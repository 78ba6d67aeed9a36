//! What each API does per request. Reading and rendering bodies are private to the server, so whole requests
//! are measured, to a server in the process of the bench, over loopback, on SQLite in a temporary folder.
#![expect(clippy::expect_used, reason = "a bench without its fixture has failed")]

#[path = "support/mod.rs"]
mod support;

use std::net::TcpListener;
use std::sync::mpsc;

use actix_web::rt::System;
use criterion::{Criterion, criterion_group, criterion_main};
use llm_config_core::caller::Caller;
use llm_config_server::http;
use llm_config_service::Service;
use llm_config_store::TokenText;
use llm_config_store::testing::TestDatabase;
use serde_json::{Value, json};
use support::measure;
use ureq::Agent;

/// A client of a server that runs until the process ends.
struct Client {
    agent: Agent,
    base: String,
    token: String,
}

impl Client {
    /// Starts a server with one worker on an empty database.
    fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            System::new().block_on(async move {
                let database = TestDatabase::sqlite();
                let store = database.store().await;
                let token = TokenText::generate();
                let created = store.create_root(&Caller::operator(), token).await.expect("a root user");
                let (_, token) = created.expect("an empty database has no root user");
                let options = http::Options { workers: Some(1), ..http::Options::default() };
                let server = http::server(Service::new(store), listener, options).expect("a server");
                sender.send(token.expose().to_owned()).expect("the bench waits");
                server.await.expect("the server runs");
            });
        });
        let token = receiver.recv().expect("the server starts");
        Self { agent: Agent::new_with_defaults(), base, token }
    }

    fn get(&self, path: &str) -> String {
        let request = self.agent.get(format!("{}{path}", self.base)).header("x-api-key", &self.token);
        request.call().expect("an answer").body_mut().read_to_string().expect("a body")
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.agent.post(format!("{}{path}", self.base)).header("x-api-key", &self.token);
        request.send_json(body).expect("an answer").body_mut().read_json().expect("a JSON body")
    }
}

fn owners(criterion: &mut Criterion) {
    let client = Client::start();
    let mut number = 0;
    let mut create = || {
        number += 1;
        client.post(
            "/v1/llms",
            &json!({
                "displayName": format!("Support assistant {number}"), "providerType": "VLLM",
                "endpointUrl": format!("https://host-{number}.example.com/v1"), "modelIdentifier": "qwen3",
                "labels": {"env": "prod", "team": "team-7"},
                "defaultSamplingParams": {"maxTokens": 4096, "temperature": 0.7, "topP": 0.95},
                "credentials": {
                    "kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": "sk-bench-0123456789"}
                }
            }),
        )
    };
    let id = create()["llm"]["llmId"].as_str().expect("an id").to_owned();
    measure(criterion, "GET /v1/llms/{id}", || client.get(&format!("/v1/llms/{id}")));
    measure(criterion, "GET /llm-config/v1/configs/{id}", || {
        client.get(&format!("/llm-config/v1/configs/{id}"))
    });
    measure(criterion, "POST /v1/llms", create);
}

fn workspaces(criterion: &mut Criterion) {
    let client = Client::start();
    let workspace = client.post("/workspace", &json!({"name": "Research"}));
    let workspace = workspace["workspace"]["id"].as_str().expect("an id").to_owned();
    let create = |number: u32| {
        client.post(
            "/ai/llm",
            &json!({
                "name": format!("Support assistant {number}"), "aiType": "OPENAI",
                "endpoint": "https://api.openai.com/v1", "secret": "sk-bench-0123456789",
                "workspaceId": workspace
            }),
        )
    };
    for number in 0..20 {
        create(number);
    }
    measure(criterion, "GET /ai/llm, 20 configurations", || client.get("/ai/llm"));
    let mut number = 20;
    measure(criterion, "POST /ai/llm", || {
        number += 1;
        create(number)
    });
}

criterion_group!(benches, owners, workspaces);
criterion_main!(benches);
