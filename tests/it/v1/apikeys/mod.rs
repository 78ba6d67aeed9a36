//! `/v1/apikeys`: access tokens, their scope, and their expiry and revocation.

mod configs;
mod create;
mod issuer;
mod lifecycle;
mod list;
mod other_users;
mod scope;
mod update;

use serde_json::Value;

use super::app;
use crate::support::{Client, TestApp};

/// Issues a key with `client` and returns its path and a client with it.
#[track_caller]
pub(super) fn issue(app: &TestApp, client: &Client, body: &Value) -> (String, Client) {
    let issued = client.post("/v1/apikeys", body).json(201);
    let path = format!("/v1/apikeys/{}", issued["apiKeyMetadata"]["apiKeyId"].as_str().unwrap());
    (path, app.client(issued["rawApiKey"].as_str().unwrap()))
}

/// Whether the server accepts a client's token.
#[track_caller]
fn is_accepted(client: &Client) -> bool {
    let response = client.get("/v1/users/me");
    match response.status {
        200 => true,
        401 => false,
        other => panic!("{other}: {}", response.body),
    }
}
