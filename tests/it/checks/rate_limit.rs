//! The rate limit of calls to providers.

use serde_json::json;

use super::app;
use crate::support::{FakeVendor, VALID_KEY, ai_llm, assign, fake_provider};

#[test]
fn validate_beyond_rate_limit_is_429_per_configuration() {
    let app = app();
    let upstream = fake_provider(FakeVendor::NoAuthentication, VALID_KEY);
    let body = json!({"endpoint": format!("http://127.0.0.1:{}/v1", upstream.port())});
    let id = app.root().create_ai_llm(&assign(ai_llm(app.workspace()), &body));
    let path = format!("/ai/llm/{id}/validate");
    let responses: Vec<_> = (0..12).map(|_| app.root().post_empty(&path)).collect();
    assert!(responses[..10].iter().all(|response| response.status == 200));
    let refused = responses.last().expect("responses");
    refused.flashback_error(429, &["Too many calls", "try again in"]);
    let seconds: u64 = refused.header("retry-after").expect("a header").parse().expect("seconds");
    assert!((1..=7).contains(&seconds), "{seconds}");
    // Every configuration has its own limit.
    let other = app.root().create_ai_llm(&assign(ai_llm(app.workspace()), &body));
    app.root().post_empty(&format!("/ai/llm/{other}/validate")).json(200);
    let own = app.root().post_empty(&format!("/llm-config/v1/configs/{id}/checks"));
    assert_eq!((own.status, own.json(429)["code"].as_str()), (429, Some("RESOURCE_EXHAUSTED")));
}
