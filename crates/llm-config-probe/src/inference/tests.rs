//! Generation calls against scripted servers.

use std::time::Duration;

use llm_config_core::provider::Provider;
use serde_json::{Value, json};
use url::Url;

use super::{Echo, Inferred, Question, infer};
use crate::report::{Cost, Shown};
use crate::run::{Run, Stop};
use llm_config_egress::Request;
use llm_config_egress::RootCertificates;
use llm_config_egress::testing::{Received, Reply, ScriptedServer};
use llm_config_egress::{AllowedHost, CallError, Guard, Loopback, NetworkPolicy};

const ANSWER: &str = r#"{"model":"m","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#;

const NAME_REFUSED: &str = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","code":"unsupported_parameter"}}"#;

const SIZE_REFUSED: &str = r#"{"error":{"message":"Invalid 'max_output_tokens': integer below minimum value.","code":"integer_below_min_value"}}"#;

fn guard(server: &ScriptedServer) -> Guard {
    let here = "127.0.0.1".to_owned();
    let policy = NetworkPolicy {
        allowed_hosts: vec![AllowedHost { host: here, port: server.port(), address: None }],
        allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
        loopback: Loopback::Allowed { except_ports: Vec::new() },
    };
    Guard::new(policy, RootCertificates::new(None).unwrap())
}

struct Seen {
    inferred: Inferred,
    bodies: Vec<Value>,
    cost: Cost,
}

/// Asks a scripted chat model after `before` other requests of the same check.
async fn ask(before: usize, script: impl Fn(&Received) -> Reply + Send + 'static) -> Seen {
    let server = ScriptedServer::start(script).unwrap();
    let guard = guard(&server);
    let mut run = Run::new(&guard, Duration::from_secs(5));
    let url: Url = format!("http://{}/v1/chat/completions", server.address()).parse().unwrap();
    for _ in 0..before {
        run.call(Shown::Nothing, || Request::get(url.clone())).await.unwrap();
    }
    let question = Question::at(Provider::CustomOpenAiCompatible, &url, Some("m"));
    let make = |body: &Value| Request::post(url.clone(), body);
    let inferred = infer(&mut run, Shown::Nothing, question, make).await;
    let received = server.received();
    let bodies = received.iter().filter(|it| it.method == "POST");
    let bodies = bodies.map(|it| serde_json::from_str(&it.body).unwrap()).collect();
    let (calls, cost) = run.finish();
    assert_eq!(calls.len(), received.len());
    Seen { inferred, bodies, cost }
}

fn body(cap: &str, tokens: u32) -> Value {
    json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], cap: tokens, "stream": false})
}

fn up_to(tokens: u32) -> Cost {
    Cost::UpToTokens { tokens }
}

#[tokio::test]
async fn an_answer_without_content_is_an_answer() {
    let seen = ask(0, |_| Reply::json(200, ANSWER)).await;
    assert!(matches!(seen.inferred, Inferred::Answered { status: 200, echo: Echo::Same }));
    assert_eq!((seen.bodies, seen.cost), (vec![body("max_tokens", 1)], up_to(1)));
}

#[tokio::test]
async fn a_cap_whose_name_is_refused_is_sent_by_the_other_once() {
    let seen = ask(0, |request| {
        if request.body.contains("max_completion_tokens") {
            Reply::json(200, ANSWER)
        } else {
            Reply::json(400, NAME_REFUSED)
        }
    })
    .await;
    assert!(matches!(seen.inferred, Inferred::Answered { .. }));
    assert_eq!(seen.bodies, [body("max_tokens", 1), body("max_completion_tokens", 1)]);

    let stubborn = ask(0, |_| Reply::json(400, NAME_REFUSED)).await;
    assert!(matches!(stubborn.inferred, Inferred::CapRefused));
    assert_eq!((stubborn.bodies.len(), stubborn.cost), (2, up_to(2)));
}

#[tokio::test]
async fn a_cap_that_is_refused_by_name_and_by_size_is_changed_twice() {
    let seen = ask(0, |request| {
        if request.body.contains(r#""max_completion_tokens":16"#) {
            Reply::json(200, ANSWER)
        } else if request.body.contains("max_completion_tokens") {
            Reply::json(400, SIZE_REFUSED)
        } else {
            Reply::json(400, NAME_REFUSED)
        }
    })
    .await;
    assert!(matches!(seen.inferred, Inferred::Answered { .. }));
    let newer = "max_completion_tokens";
    assert_eq!(seen.bodies, [body("max_tokens", 1), body(newer, 1), body(newer, 16)]);
    assert_eq!(seen.cost, up_to(18));
}

#[tokio::test]
async fn a_server_that_fails_is_asked_for_more_once() {
    let seen = ask(0, |request| {
        if request.body.contains(r#""max_tokens":16"#) {
            Reply::json(200, ANSWER)
        } else {
            Reply::json(500, r#"{"message":"Internal error"}"#)
        }
    })
    .await;
    assert!(matches!(seen.inferred, Inferred::Answered { .. }));
    assert_eq!((seen.bodies, seen.cost), (vec![body("max_tokens", 1), body("max_tokens", 16)], up_to(17)));

    let broken = ask(0, |_| Reply::text(500, "text/plain", "Internal Server Error")).await;
    assert!(matches!(&broken.inferred, Inferred::Refused(answer) if answer.status == 500));
    assert_eq!(broken.bodies.len(), 2);
}

#[tokio::test]
async fn a_check_that_has_no_requests_left_asks_no_more() {
    let last = ask(2, |_| Reply::json(400, NAME_REFUSED)).await;
    assert!(matches!(last.inferred, Inferred::CapRefused));
    assert_eq!((last.bodies.len(), last.cost), (1, up_to(1)));

    let none = ask(3, |_| Reply::json(200, ANSWER)).await;
    assert!(matches!(none.inferred, Inferred::Stopped(Stop::Budget)));
    assert_eq!((none.bodies.len(), none.cost), (0, Cost::Zero));
}

#[tokio::test]
async fn a_repetition_is_part_of_the_cost() {
    let seen = ask(0, |_| Reply::text(503, "text/plain", "")).await;
    assert!(matches!(&seen.inferred, Inferred::Refused(answer) if answer.status == 503));
    assert_eq!((seen.bodies.len(), seen.cost), (2, up_to(2)));
}

#[tokio::test]
async fn what_is_no_answer_is_a_refusal() {
    for (status, text) in [
        (200, r#"{"error":{"code":402,"message":"Insufficient credits"}}"#),
        (200, "<!doctype html>"),
        (307, ""),
        (401, r#"{"error":{"message":"No."}}"#),
    ] {
        let seen = ask(0, move |_| Reply::text(status, "text/plain", text)).await;
        assert!(matches!(&seen.inferred, Inferred::Refused(answer) if answer.status == status), "{text}");
        assert_eq!(seen.bodies.len(), 1, "{text}");
    }
}

#[tokio::test]
async fn a_model_that_does_not_answer_in_time_stops_the_check() {
    let server = ScriptedServer::start(|_| {
        std::thread::sleep(Duration::from_millis(200));
        Reply::json(200, ANSWER)
    })
    .unwrap();
    let guard = guard(&server);
    let mut run = Run::new(&guard, Duration::from_millis(50));
    let url: Url = format!("http://{}/v1/chat/completions", server.address()).parse().unwrap();
    let question = Question::at(Provider::Vllm, &url, Some("m"));
    let make = |body: &Value| Request::post(url.clone(), body);
    let inferred = infer(&mut run, Shown::Nothing, question, make).await;
    assert!(matches!(inferred, Inferred::Stopped(Stop::Failed(CallError::Timeout))));
    assert_eq!(run.finish().1, up_to(1));
}
