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
