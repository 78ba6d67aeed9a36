//! Access tokens: what they open, what they are narrowed to, and when they end.

mod ends;
mod issuing;
mod narrowing;
mod others;

use serde_json::{Value, json};

use super::app;
use crate::support::{Client, TestApp};

/// Issues a key with `client` and returns its path and a client of its own.
#[track_caller]
fn issue(app: &TestApp, client: &Client, body: &Value) -> (String, Client) {
    let issued = client.post("/v1/apikeys", body).json(201);
    let path = format!("/v1/apikeys/{}", issued["apiKeyMetadata"]["apiKeyId"].as_str().unwrap());
    (path, app.client(issued["rawApiKey"].as_str().unwrap()))
}

/// Whether a token opens anything at all.
#[track_caller]
fn works(client: &Client) -> bool {
    let answer = client.get("/v1/users/me");
    match answer.status {
        200 => true,
        401 => false,
        other => panic!("{other}: {}", answer.body),
    }
}

#[test]
fn a_token_is_accepted_in_both_headers_on_every_route() {
    let Some(app) = app() else { return };
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
            anonymous.send("GET", path, &[(name, &value)], None).refused(401, &["API key"]);
        }
        anonymous.get(&format!("{path}?x-api-key={token}&access_token={token}")).refused(401, &[]);
    }
    let both = [("x-api-key", token.as_str()), ("authorization", &format!("Bearer {token}x"))];
    anonymous.send("GET", "/v1/llms", &both, None).refused(401, &[]);
    let (_, other) = issue(&app, &app.root(), &json!({}));
    let both = [("authorization", format!("Bearer {}", other.token.unwrap()))];
    let both = both.each_ref().map(|(name, value)| (*name, value.as_str()));
    app.root().send("GET", "/v1/llms", &both, None).refused(401, &[]);
}
