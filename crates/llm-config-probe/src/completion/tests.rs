//! Completion requests against scripted servers.

use std::sync::mpsc;
use std::time::Duration;

use llm_config_core::provider::Provider;
use llm_config_core::target::Target;
use llm_config_egress::testing::{Received, Reply, ScriptedServer};
use llm_config_egress::{AllowedHost, CallError, Guard, Loopback, NetworkPolicy, RootCertificates};
use llm_config_providers::{Auth, ModelEcho, ProviderTarget, Request, SentCredential};
use serde_json::{Value, json};

use super::{CompletionResult, complete};
use crate::budget::{ProbeError, RequestBudget};
use crate::report::Cost;

const ANSWER: &str = r#"{"model":"m","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#;

const NAME_REFUSED: &str = concat!(
    r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with "#,
    r#"this model. Use 'max_completion_tokens' instead.","#,
    r#""code":"unsupported_parameter"}}"#,
);

const SIZE_REFUSED: &str = concat!(
    r#"{"error":{"message":"Invalid 'max_output_tokens': integer below minimum value.","#,
    r#""code":"integer_below_min_value"}}"#,
);

fn guard(server: &ScriptedServer) -> Guard {
    let here = "127.0.0.1".to_owned();
    let policy = NetworkPolicy {
        allowed_hosts: vec![AllowedHost { host: here, port: server.port(), address: None }],
        allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
        loopback: Loopback::Allowed { except_ports: Vec::new() },
    };
    Guard::new(policy, RootCertificates::new(None).unwrap())
}

/// The target of a scripted chat model.
fn target(server: &ScriptedServer) -> Target {
    Target {
        provider: Provider::CustomOpenAiCompatible,
        endpoint: format!("http://{}/v1", server.address()).parse().unwrap(),
        api_path: "/chat/completions".parse().unwrap(),
        model: Some("m".parse().unwrap()),
    }
}

struct Seen {
    result: CompletionResult,
    bodies: Vec<Value>,
    cost: Cost,
}

/// Calls a scripted chat model after `before` other requests of the same check.
async fn call(before: usize, script: impl Fn(&Received) -> Reply + Send + 'static) -> Seen {
    let server = ScriptedServer::start(script).unwrap();
    let (guard, target) = (guard(&server), target(&server));
    let target = ProviderTarget::new(&target, Auth::None);
    let mut budget = RequestBudget::new(&guard, Duration::from_secs(5));
    let url = target.target.url();
    for _ in 0..before {
        budget.send(SentCredential::None, || Request::get(url.clone()), |_| true).await.unwrap();
    }
    let request = target.completion_request(&url);
    let result = complete(&mut budget, &target, &url, request, SentCredential::Configured, 0).await;
    let received = server.received();
    let bodies = received.iter().filter(|request| request.method == "POST");
    let bodies = bodies.map(|request| serde_json::from_str(&request.body).unwrap()).collect();
    let (calls, cost) = budget.finish();
    assert_eq!(calls.len(), received.len());
    Seen { result, bodies, cost }
}

fn body(cap: &str, tokens: u32) -> Value {
    json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], cap: tokens, "stream": false})
}

fn up_to(tokens: u32) -> Cost {
    Cost::UpToTokens { tokens }
}

#[tokio::test]
async fn complete_without_content_is_completed() {
    let seen = call(0, |_| Reply::json(200, ANSWER)).await;
    assert!(matches!(seen.result, CompletionResult::Completed { status: 200, echo: ModelEcho::Same }));
    assert_eq!((seen.bodies, seen.cost), (vec![body("max_tokens", 1)], up_to(1)));
}

#[tokio::test]
async fn complete_with_refused_limit_name_tries_the_other_once() {
    let seen = call(0, |request| {
        if request.body.contains("max_completion_tokens") {
            Reply::json(200, ANSWER)
        } else {
            Reply::json(400, NAME_REFUSED)
        }
    })
    .await;
    assert!(matches!(seen.result, CompletionResult::Completed { .. }));
    assert_eq!(seen.bodies, [body("max_tokens", 1), body("max_completion_tokens", 1)]);

    let stubborn = call(0, |_| Reply::json(400, NAME_REFUSED)).await;
    assert!(matches!(stubborn.result, CompletionResult::ParameterRefused { status: 400, .. }));
    assert_eq!((stubborn.bodies.len(), stubborn.cost), (2, up_to(2)));
}

#[tokio::test]
async fn complete_with_limit_refused_by_name_and_size_corrects_both() {
    let seen = call(0, |request| {
        if request.body.contains(r#""max_completion_tokens":16"#) {
            Reply::json(200, ANSWER)
        } else if request.body.contains("max_completion_tokens") {
            Reply::json(400, SIZE_REFUSED)
        } else {
            Reply::json(400, NAME_REFUSED)
        }
    })
    .await;
    assert!(matches!(seen.result, CompletionResult::Completed { .. }));
    let newer = "max_completion_tokens";
    assert_eq!(seen.bodies, [body("max_tokens", 1), body(newer, 1), body(newer, 16)]);
    assert_eq!(seen.cost, up_to(18));
}

#[tokio::test]
async fn complete_at_failing_server_raises_limit_once() {
    let seen = call(0, |request| {
        if request.body.contains(r#""max_tokens":16"#) {
            Reply::json(200, ANSWER)
        } else {
            Reply::json(500, r#"{"message":"Internal error"}"#)
        }
    })
    .await;
    assert!(matches!(seen.result, CompletionResult::Completed { .. }));
    assert_eq!((seen.bodies, seen.cost), (vec![body("max_tokens", 1), body("max_tokens", 16)], up_to(17)));

    let broken = call(0, |_| Reply::text(500, "text/plain", "Internal Server Error")).await;
    assert!(matches!(&broken.result, CompletionResult::Refused(response) if response.status == 500));
    assert_eq!(broken.bodies.len(), 2);
}

#[tokio::test]
async fn complete_without_budget_sends_nothing() {
    let last = call(2, |_| Reply::json(400, NAME_REFUSED)).await;
    assert!(matches!(last.result, CompletionResult::ParameterRefused { status: 400, .. }));
    assert_eq!((last.bodies.len(), last.cost), (1, up_to(1)));

    let none = call(3, |_| Reply::json(200, ANSWER)).await;
    assert!(matches!(none.result, CompletionResult::Failed(ProbeError::BudgetExhausted)));
    assert_eq!((none.bodies.len(), none.cost), (0, Cost::Zero));
}

#[tokio::test]
async fn complete_repeated_counts_both_costs() {
    let seen = call(0, |_| Reply::text(503, "text/plain", "")).await;
    assert!(matches!(&seen.result, CompletionResult::Refused(response) if response.status == 503));
    assert_eq!((seen.bodies.len(), seen.cost), (2, up_to(2)));
}

#[tokio::test]
async fn complete_with_other_body_is_refused() {
    for (status, text) in [
        (200, r#"{"error":{"code":402,"message":"Insufficient credits"}}"#),
        (200, "<!doctype html>"),
        (307, ""),
        (401, r#"{"error":{"message":"No."}}"#),
    ] {
        let seen = call(0, move |_| Reply::text(status, "text/plain", text)).await;
        assert!(
            matches!(&seen.result, CompletionResult::Refused(response) if response.status == status),
            "{text}"
        );
        assert_eq!(seen.bodies.len(), 1, "{text}");
    }
}

#[tokio::test]
async fn complete_beyond_deadline_fails() {
    // The server responds at the end of the test.
    let (end, ended) = mpsc::channel::<()>();
    let server = ScriptedServer::start(move |_| {
        let _ = ended.recv();
        Reply::json(200, ANSWER)
    })
    .unwrap();
    let (guard, target) = (guard(&server), target(&server));
    let target = ProviderTarget::new(&target, Auth::None);
    let mut budget = RequestBudget::new(&guard, Duration::from_millis(50));
    let url = target.target.url();
    let request = target.completion_request(&url);
    let result = complete(&mut budget, &target, &url, request, SentCredential::Configured, 0).await;
    assert!(matches!(result, CompletionResult::Failed(ProbeError::Failed(CallError::Timeout))));
    assert_eq!(budget.finish().1, up_to(1));
    drop(end);
}
