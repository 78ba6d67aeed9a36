//! Timed calls to scripted providers.

#![expect(clippy::unwrap_used, reason = "a test that cannot be prepared has failed")]

mod signing;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use llm_config_core::credential::{ApiKey, Credential, SecretValue};
use llm_config_core::provider::Provider;
use llm_config_core::secret::Secret;
use llm_config_core::target::Target;
use llm_config_core::text::ModelId;
use llm_config_egress::testing::{Received, Reply, ScriptedServer};
use llm_config_probe::ping::{Message, Ping, PingResult};
use llm_config_probe::report::Reason;
use llm_config_probe::{AllowedHost, NetworkPolicy};
use llm_config_probe::{Guard, Prober, RootCertificates};
use serde_json::{Value, json};

use crate::support::{Everywhere, GOOD, key};

const ANSWER: &str = r#"{"model":"m","choices":[{"message":{"content":""},"finish_reason":"length"}]}"#;

const OLDER_REFUSED: &str = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","code":"unsupported_parameter"}}"#;

const NEWER_REFUSED: &str = r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"]}]}}"#;

const SIZE_REFUSED: &str =
    r#"{"error":{"message":"Provider returned error","metadata":{"raw":"integer_below_min_value"}}}"#;

/// A ping, and the configuration of its target.
struct PingCase {
    provider: Provider,
    /// With `http` and without a port; the host is the vendor's.
    endpoint: &'static str,
    path: &'static str,
    model: Option<&'static str>,
    credential: Option<Credential>,
    message: Message,
    timeout: Duration,
}

/// A server of no known vendor.
fn case() -> PingCase {
    PingCase {
        provider: Provider::CustomOpenAiCompatible,
        endpoint: "http://llm.example/v1",
        path: "/chat/completions",
        model: Some("m"),
        credential: key(GOOD),
        message: Message::default(),
        timeout: Duration::from_secs(5),
    }
}

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

struct Seen {
    result: PingResult,
    received: Vec<Received>,
    server: ScriptedServer,
}

impl Seen {
    fn bodies(&self) -> Vec<Value> {
        self.received.iter().map(|request| serde_json::from_str(&request.body).unwrap()).collect()
    }

    fn reason(&self) -> Option<Reason> {
        self.result.failure.as_ref().map(|failure| failure.reason)
    }
}

async fn ping(case: PingCase, script: impl Fn(&Received) -> Reply + Send + 'static) -> Seen {
    let server = ScriptedServer::start(script).unwrap();
    let result = ping_port(case, server.port()).await;
    Seen { result, received: server.received(), server }
}

/// Pings a server that completes every request.
async fn ping_working(case: PingCase) -> Seen {
    ping(case, |_| Reply::json(200, ANSWER)).await
}

async fn ping_port(case: PingCase, port: u16) -> PingResult {
    let mut url: url::Url = case.endpoint.parse().unwrap();
    url.set_port(Some(port)).unwrap();
    let host = url.host_str().unwrap().to_owned();
    let target = Target {
        provider: case.provider,
        endpoint: url.as_str().parse().unwrap(),
        api_path: case.path.parse().unwrap(),
        model: case.model.map(|model| model.parse().unwrap()),
    };
    let policy = NetworkPolicy {
        allowed_hosts: vec![AllowedHost { host, port, address: None }],
        allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
        ..NetworkPolicy::default()
    };
    let guard = Guard::new(policy, RootCertificates::new(None).unwrap()).with_resolver(Arc::new(Everywhere));
    let ping = Ping { message: case.message, timeout: case.timeout, now: NOW };
    Prober::new(guard).ping(&target, case.credential.as_ref(), &ping).await
}

fn body(message: &str, cap: &str, tokens: u32) -> Value {
    json!({"model": "m", "messages": [{"role": "user", "content": message}], cap: tokens, "stream": false})
}

#[tokio::test]
async fn ping_sends_one_short_call() {
    let path = "/chat/completions?api-version=1";
    let seen = ping_working(PingCase { path, ..case() }).await;
    let Seen { result, received, server } = &seen;
    assert_eq!(seen.bodies(), [body("hi", "max_tokens", 1)]);
    assert_eq!(received[0].method, "POST");
    assert_eq!(received[0].target, "/v1/chat/completions?api-version=1");
    assert_eq!(received[0].header("authorization"), Some(format!("Bearer {GOOD}").as_str()));
    assert_eq!(received[0].header("content-type"), Some("application/json"));
    assert!(result.ok() && !result.is_timeout());
    assert_eq!(result.resolved_endpoint, format!("http://llm.example:{}/v1/chat/completions", server.port()));
    assert_eq!(result.model.as_ref().map(ModelId::as_str), Some("m"));
    assert_eq!((result.bytes_sent, result.bytes_received), (received[0].body.len(), ANSWER.len()));
    assert_eq!(result.http_status, Some(200));
}

#[tokio::test]
async fn moments_lie_within_measured_time() {
    let seen = ping_working(case()).await;
    let (moments, elapsed) = (seen.result.moments, seen.result.elapsed);
    assert!(elapsed > Duration::ZERO);
    assert_eq!(moments.client_sent, NOW);
    assert_eq!(moments.client_received, NOW + elapsed);
    assert_eq!(moments.server_received, moments.server_sent);
    assert_eq!(moments.server_received, NOW + elapsed / 2);
}

#[track_caller]
fn check_caps(seen: &Seen, expected: [(&str, u32); 2]) {
    assert_eq!(seen.bodies(), expected.map(|(cap, tokens)| body("hi", cap, tokens)));
    assert!(seen.result.ok());
    assert_eq!(seen.result.http_status, Some(200));
    assert_eq!(seen.result.bytes_sent, seen.received.iter().map(|request| request.body.len()).sum::<usize>());
}

#[tokio::test]
async fn ping_with_refused_limit_corrects_it_once() {
    let by_name = ping(case(), |request| {
        if request.body.contains("max_completion_tokens") {
            Reply::json(200, ANSWER)
        } else {
            Reply::json(400, OLDER_REFUSED)
        }
    });
    let by_name = by_name.await;
    check_caps(&by_name, [("max_tokens", 1), ("max_completion_tokens", 1)]);
    assert_eq!(by_name.result.bytes_received, OLDER_REFUSED.len() + ANSWER.len());

    let openai = PingCase { provider: Provider::OpenAi, endpoint: "http://api.openai.com/v1", ..case() };
    let back = ping(openai, |request| {
        if request.body.contains("max_tokens") {
            Reply::json(200, ANSWER)
        } else {
            Reply::json(422, NEWER_REFUSED)
        }
    });
    check_caps(&back.await, [("max_completion_tokens", 1), ("max_tokens", 1)]);

    let by_size = ping(case(), |request| {
        if request.body.contains(r#""max_tokens":16"#) {
            Reply::json(200, ANSWER)
        } else {
            Reply::json(400, SIZE_REFUSED)
        }
    });
    check_caps(&by_size.await, [("max_tokens", 1), ("max_tokens", 16)]);

    let stubborn = ping(case(), |_| Reply::json(400, OLDER_REFUSED)).await;
    assert_eq!((stubborn.received.len(), stubborn.reason()), (2, Some(Reason::UnexpectedAnswer)));
}

#[tokio::test]
async fn ping_failure_has_reason_and_is_not_repeated() {
    for (status, text, reason) in [
        (200, "<!doctype html><title>Welcome</title>", Reason::NotAnLlmApi),
        (200, r#"{"status":"ok"}"#, Reason::NotAnLlmApi),
        (200, r#"{"error":{"code":402,"message":"Insufficient credits"}}"#, Reason::InsufficientCredit),
        (200, r#"{"error":"Unexpected endpoint or method. (POST /v1)"}"#, Reason::WrongBasePath),
        (307, "", Reason::Redirected),
        (401, r#"{"error":"Unauthorized"}"#, Reason::UnexpectedAnswer),
        (401, r#"{"error":"Invalid API key"}"#, Reason::BadKey),
        (401, "Please sign in", Reason::UnexpectedAnswer),
        (402, r#"{"error":{"message":"Insufficient Balance"}}"#, Reason::InsufficientCredit),
        (403, r#"{"error":{"message":"No."}}"#, Reason::NoPermission),
        (404, r#"{"error":{"message":"The model `m` does not exist."}}"#, Reason::ModelNotFound),
        (404, "404 page not found", Reason::WrongBasePath),
        (429, r#"{"error":{"message":"Slow down"}}"#, Reason::RateLimited),
        (429, r#"{"error":{"code":"insufficient_quota"}}"#, Reason::QuotaExhausted),
        (500, "Internal Server Error", Reason::ProviderDown),
        (503, "", Reason::ProviderDown),
    ] {
        let reply = move |_: &Received| {
            Reply::text(status, "text/plain", text).with("location", "http://other.example/")
        };
        let seen = ping(case(), reply).await;
        assert_eq!(seen.reason(), Some(reason), "{status} {text}");
        assert_eq!(seen.result.http_status, Some(status), "{text}");
        assert_eq!(seen.received.len(), 1, "{status} {text}");
        assert!(!seen.result.ok() && !seen.result.is_timeout());
    }
}

#[tokio::test]
async fn ping_at_reached_limit_succeeds() {
    let stopped = r#"{"error":{"message":"Could not finish the message because max_tokens or model output limit was reached."}}"#;
    let seen = ping(case(), move |_| Reply::json(400, stopped)).await;
    assert!(seen.result.ok());
    assert_eq!((seen.result.http_status, seen.received.len()), (Some(400), 1));
}

#[tokio::test]
async fn ping_beyond_timeout_fails() {
    let timeout = Duration::from_millis(50);
    // The server responds after the ping.
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let seen = ping(PingCase { timeout, ..case() }, move |_| {
        let _ = ended.recv();
        Reply::json(200, ANSWER)
    })
    .await;
    drop(end);
    assert!(seen.result.is_timeout() && !seen.result.ok());
    assert!(timeout <= seen.result.elapsed);
    assert_eq!((seen.result.http_status, seen.result.bytes_received), (None, 0));
    assert!(seen.result.bytes_sent > 0);
}

#[tokio::test]
async fn ping_to_closed_port_sends_nothing() {
    let port = ScriptedServer::start(|_| Reply::json(200, ANSWER)).unwrap().port();
    let result = ping_port(case(), port).await;
    assert_eq!(result.failure.as_ref().map(|failure| failure.reason), Some(Reason::Unreachable));
    assert_eq!((result.bytes_sent, result.http_status), (0, None));
}

#[tokio::test]
async fn ping_does_not_report_echoed_text() {
    for status in [200, 400, 401, 500] {
        let seen = ping(case(), move |request| {
            let echoed = request.header("authorization").unwrap_or_default().to_owned();
            let text = json!({"error": {"message": echoed, "code": GOOD, "type": GOOD}}).to_string();
            Reply::json(status, text).with("x-echo", &echoed).with("x-amzn-errortype", GOOD)
        })
        .await;
        assert!(seen.received[0].carries(GOOD));
        let printed = format!("{:?}", seen.result);
        assert!(printed.contains("Failure"), "{printed}");
        for part in GOOD.as_bytes().windows(8) {
            assert!(!printed.contains(std::str::from_utf8(part).unwrap()), "{status} {printed}");
        }
    }
}

#[tokio::test]
async fn ping_sends_message_unchanged() {
    let text = Message::text("Are \"you\" there?".to_owned()).unwrap();
    let seen = ping_working(PingCase { message: text, ..case() }).await;
    assert_eq!(seen.bodies(), [body("Are \"you\" there?", "max_tokens", 1)]);

    let short = ping_working(PingCase { message: Message::filler(1).unwrap(), ..case() });
    let long = Message::filler(Message::LIMIT).unwrap();
    let long = ping_working(PingCase { message: long, ..case() });
    let (short, long) = (short.await.result, long.await.result);
    assert!(short.ok() && long.ok());
    assert_eq!(long.bytes_sent - short.bytes_sent, Message::LIMIT - 1);
}

#[track_caller]
fn check_sent(seen: &Seen, expected: &[(&str, &str)]) {
    let headers = ["authorization", "x-api-key", "x-goog-api-key", "x-mine", "anthropic-version"];
    let sent: Vec<_> =
        headers.iter().filter_map(|name| Some((*name, seen.received[0].header(name)?))).collect();
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn ping_sends_key_in_expected_header() {
    let bearer = format!("Bearer {GOOD}");
    let anthropic = || PingCase {
        provider: Provider::Anthropic,
        endpoint: "http://api.anthropic.com/v1",
        path: "/messages",
        ..case()
    };
    let version = ("anthropic-version", "2023-06-01");
    check_sent(&ping_working(anthropic()).await, &[("x-api-key", GOOD), version]);
    check_sent(
        &ping_working(PingCase { path: "/chat/completions", ..anthropic() }).await,
        &[("authorization", &bearer)],
    );
    let google = || PingCase {
        provider: Provider::Google,
        endpoint: "http://generativelanguage.googleapis.com/v1beta",
        path: "/models/m:generateContent",
        ..case()
    };
    check_sent(&ping_working(google()).await, &[("x-goog-api-key", GOOD)]);
    check_sent(
        &ping_working(PingCase { path: "/openai/chat/completions", ..google() }).await,
        &[("authorization", &bearer)],
    );
    let mine = Credential::ApiKey(ApiKey {
        header: Some("x-mine".parse().unwrap()),
        prefix: None,
        value: SecretValue::Inline(Secret::new(GOOD.to_owned()).unwrap()),
    });
    check_sent(&ping_working(PingCase { credential: Some(mine), ..case() }).await, &[("x-mine", GOOD)]);
    check_sent(&ping_working(PingCase { credential: None, ..case() }).await, &[]);
}

#[tokio::test]
async fn ping_of_each_operation_reads_its_form() {
    for (path, answer) in [
        ("/completions", r#"{"choices":[]}"#),
        ("/responses", r#"{"output":[],"error":null}"#),
        ("/messages", r#"{"content":[]}"#),
        ("/api/chat", r#"{"message":{}}"#),
        ("/api/generate", r#"{"response":""}"#),
        ("/models/m:generateContent", r#"{"candidates":[]}"#),
        ("/model/m/converse", r#"{"output":{}}"#),
    ] {
        let good = ping(PingCase { path, ..case() }, move |_| Reply::json(200, answer)).await;
        assert!(good.result.ok(), "{path}");
        let other = ping(PingCase { path, ..case() }, |_| Reply::json(200, r#"{"data":[]}"#)).await;
        assert_eq!(other.reason(), Some(Reason::NotAnLlmApi), "{path}");
    }
}

#[tokio::test]
async fn ping_without_sendable_request_sends_nothing() {
    let reference = Credential::ApiKey(ApiKey {
        header: None,
        prefix: None,
        value: SecretValue::Reference("vault://kv/key".parse().unwrap()),
    });
    for (unsendable, reason) in [
        (PingCase { model: None, ..case() }, Reason::ConfigIncomplete),
        (PingCase { credential: key("sk-\u{200b}1"), ..case() }, Reason::KeyMalformed),
        (PingCase { credential: Some(reference), ..case() }, Reason::SecretRefused),
    ] {
        let seen = ping_working(unsendable).await;
        assert_eq!(seen.reason(), Some(reason));
        assert_eq!((seen.received.len(), seen.result.bytes_sent), (0, 0));
    }
}

#[tokio::test]
async fn ping_with_model_in_path_needs_no_model() {
    let case = PingCase { path: "/openai/deployments/d/chat/completions", model: None, ..case() };
    let seen = ping_working(case).await;
    assert!(seen.result.ok());
    assert_eq!(seen.bodies()[0].get("model"), None);
}
