//! The headers that carry a token.

use serde_json::json;

use super::apikeys::issue;
use super::app;

#[test]
fn request_with_token_in_either_header_succeeds() {
    let app = app();
    let token = app.root().token.unwrap();
    let anonymous = app.anonymous();
    for path in ["/v1/llms", "/v1/apikeys", "/v1/users/me"] {
        for (name, value) in [
            ("x-api-key", token.clone()),
            ("X-API-Key", token.to_uppercase()),
            ("x-api-key", format!("Bearer {token}")),
            ("authorization", format!("Bearer {token}")),
            ("authorization", format!("bearer   {token}")),
        ] {
            anonymous.send("GET", path, &[(name, &value)], None).json(200);
        }
        for (name, value) in [
            ("authorization", format!("Basic {token}")),
            ("x-api-key", format!("{token}a")),
            ("x-api-key", token[..token.len() - 1].to_owned()),
            ("x-api-key", String::new()),
            ("cookie", format!("x-api-key={token}")),
        ] {
            anonymous.send("GET", path, &[(name, &value)], None).goodmem_error(401, &["API key"]);
        }
        anonymous.get(&format!("{path}?x-api-key={token}&access_token={token}")).goodmem_error(401, &[]);
    }
    let both = [("x-api-key", token.as_str()), ("authorization", &format!("Bearer {token}x"))];
    anonymous.send("GET", "/v1/llms", &both, None).goodmem_error(401, &[]);
    let (_, other) = issue(&app, &app.root(), &json!({}));
    let both = [("authorization", format!("Bearer {}", other.token.unwrap()))];
    let both = both.each_ref().map(|(name, value)| (*name, value.as_str()));
    app.root().send("GET", "/v1/llms", &both, None).goodmem_error(401, &[]);
}

#[test]
fn invalid_tokens_beyond_the_limit_of_an_address_are_429_and_valid_ones_pass() {
    let app = app();
    let anonymous = app.anonymous();
    let refused = (0..3000).find_map(|number| {
        let token = format!("gm_{number:052}");
        let response = anonymous.send("GET", "/v1/users/me", &[("x-api-key", &token)], None);
        (response.status != 401).then_some((number, response))
    });
    let (number, response) = refused.expect("a limit");
    assert!(number >= 1000, "{number}");
    assert_eq!(response.header("retry-after"), Some("1"));
    response.goodmem_error(429, &["unknown, expired or revoked", "try again in 1 s"]);
    let other = anonymous.send("GET", "/openai/v1/models", &[("authorization", "Bearer gm_x")], None);
    assert_eq!(other.status, 429, "{}", other.body);
    app.root().get("/v1/users/me").json(200);
    let metrics = app.root().get("/metrics").body;
    assert!(metrics.contains("llm_config_limit_refusals_total{limit=\"invalid_tokens\"}"), "{metrics}");
}
