//! How often providers are called.

use serde_json::json;

use super::app;
use crate::support::{GENUINE, Manners, ai_llm, provider, set};

#[test]
fn a_configuration_is_not_checked_over_and_over() {
    let app = app();
    let upstream = provider(Manners::Open, GENUINE);
    let body = json!({"endpoint": format!("http://127.0.0.1:{}/v1", upstream.port())});
    let id = app.root().add(&set(ai_llm(app.workspace()), &body));
    let path = format!("/ai/llm/{id}/validate");
    let answers: Vec<_> = (0..12).map(|_| app.root().send("POST", &path, &[], None)).collect();
    assert!(answers[..10].iter().all(|it| it.status == 200));
    let refused = answers.last().expect("answers");
    refused.failed(429, &["Too many calls", "try again in"]);
    let seconds: u64 = refused.header("retry-after").expect("a header").parse().expect("seconds");
    assert!((1..=7).contains(&seconds), "{seconds}");
    // Another configuration has a pace of its own.
    let other = app.root().add(&set(ai_llm(app.workspace()), &body));
    app.root().send("POST", &format!("/ai/llm/{other}/validate"), &[], None).json(200);
    let own = app.root().send("POST", &format!("/llm-config/v1/configs/{id}/checks"), &[], None);
    assert_eq!((own.status, own.json(429)["code"].as_str()), (429, Some("RESOURCE_EXHAUSTED")));
}
