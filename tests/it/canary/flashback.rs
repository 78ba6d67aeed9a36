//! The canary in requests to `/ai/llm`, workspaces, users, metrics and the documentation.

use serde_json::{Value, json};

use super::{POSITIVE_CONTROL, Transcript, secret};
use crate::support::{Client, Server, ai_llm, assign};

/// A configuration whose key id and secret both contain the canary.
fn with_canary(workspace: &str, n: u32) -> Value {
    let changes = json!({
        "name": format!("{POSITIVE_CONTROL} {n}"), "aiType": "AWS", "endpoint": "https://bedrock.example/v1",
        "key": secret(n + 1), "secret": secret(n),
    });
    assign(ai_llm(workspace), &changes)
}

/// Sends valid and invalid requests to these routes.
pub(super) fn send_everything(server: &Server, root: &Client, transcript: &mut Transcript) {
    let created = transcript
        .record("a workspace", 200, root.post("/workspace", &json!({"name": POSITIVE_CONTROL})))
        .json(200);
    let workspace = created["workspace"]["id"].as_str().unwrap();
    root.post("/workspace", &json!({"name": "another place"})).success();
    let body = with_canary(workspace, 20);
    let created = transcript.record("a creation", 200, root.post("/ai/llm", &body)).json(200);
    let path = format!("/ai/llm/{}", created["aiLlmId"].as_str().unwrap());
    transcript.record("a duplicate", 400, root.post("/ai/llm", &body));
    transcript.record("another", 200, root.post("/ai/llm", &with_canary(workspace, 30)));
    for change in [
        json!({"secret": secret(22)}),
        json!({"key": secret(23)}),
        json!({"key": "****0023"}),
        json!({"key": secret(24), "secret": secret(25), "endpoint": "https://elsewhere.example/"}),
        json!({"key": null, "secret": secret(26)}),
        json!({"aiType": "OTHER", "key": secret(27)}),
    ] {
        transcript.record("a change", 200, root.put(&path, &change));
    }
    for change in [
        json!({"endpoint": "https://third.example/"}),
        json!({"endpoint": "https://third.example/", "key": secret(28)}),
        json!({"name": format!("{POSITIVE_CONTROL} 30"), "secret": secret(28)}),
        json!({"aiType": "X", "secret": secret(28), "key": secret(28)}),
    ] {
        transcript.record("a refused change", 400, root.put(&path, &change));
    }
    bad_values(root, &path, &body, transcript);
    broken_bodies(root, &path, &body, transcript);
    send_users_and_members(root, workspace, transcript);
    let state = path.replace("/ai/llm", "/llm-config/v1/configs");
    transcript.record("a configuration with its state", 200, root.get(&state));
    transcript.record("a list with states", 200, root.get("/llm-config/v1/configs?limit=1"));
    for path in ["/ai/llm", "/ai/llm/available", "/ai/llm/stats", "/workspace", "/organization/users"] {
        transcript.record("a list", 200, root.get(path));
    }
    secret_in_request_heads(server, root, transcript);
    let deleted_id = root.create_ai_llm(&with_canary(workspace, 40));
    transcript.record("a deletion", 200, root.delete(&format!("/ai/llm/{deleted_id}")));
    transcript.record(
        "a deletion of a workspace in use",
        400,
        root.delete(&format!("/workspace/{workspace}")),
    );
    for page in
        ["/metrics", "/docs", "/openapi/flashback.json", "/openapi/goodmem.json", "/openapi/llm-config.json"]
    {
        transcript.record(page, 200, root.get(page));
    }
    transcript.record("metrics without a token", 401, server.anonymous().get("/metrics"));
}

/// Sends the secret as the value of every other member.
fn bad_values(root: &Client, path: &str, body: &Value, transcript: &mut Transcript) {
    let (secret, long) = (secret(9), secret(9).repeat(1000));
    for change in [
        json!({"name": long}),
        json!({"name": format!("{secret}\u{0}")}),
        json!({"name": [secret]}),
        json!({"aiType": secret}),
        json!({"endpoint": secret}),
        json!({"endpoint": format!("https://user:{secret}@h/")}),
        json!({"endpoint": format!("https://h/?token={secret}")}),
        json!({"endpoint": format!("https://h/#{secret}")}),
        json!({"endpoint": format!("https://{long}/")}),
        json!({"secret": {"value": secret}}),
        json!({"secret": [secret]}),
        json!({"secret": long}),
        json!({"secret": format!("{secret}\u{0}")}),
        json!({"key": [secret]}),
        json!({"key": long}),
        json!({"key": format!("{secret}\u{0}")}),
        json!({"apiKeyUuid": secret}),
    ] {
        let description = format!("{:.40}", change.to_string());
        transcript.record(&description, 400, root.post("/ai/llm", &assign(body.clone(), &change)));
        transcript.record(&description, 400, root.put(path, &change));
    }
    let unknown_workspace = assign(body.clone(), &json!({"workspaceId": secret}));
    transcript.record("no workspace", 403, root.post("/ai/llm", &unknown_workspace));
}

/// Sends malformed bodies that contain the secret.
fn broken_bodies(root: &Client, path: &str, body: &Value, transcript: &mut Transcript) {
    let valid_body = assign(body.clone(), &json!({"secret": secret(9)})).to_string();
    let long = format!("{valid_body}{}", " ".repeat(1024 * 1024));
    for (content_type, body, status) in [
        ("application/json", valid_body[..valid_body.len() - 1].to_owned(), 400),
        ("application/json", format!("{valid_body}{valid_body}"), 400),
        ("application/json", format!("[{valid_body}]"), 400),
        ("application/json", secret(9), 400),
        ("application/json", valid_body.replacen('{', "{\"secret\": 1,", 1), 400),
        ("text/plain", valid_body.clone(), 400),
        ("application/json", long, 413),
    ] {
        for (method, path) in [("POST", "/ai/llm"), ("PUT", path), ("POST", "/organization/users")] {
            let response = root.send(method, path, &[("content-type", content_type)], Some(body.as_bytes()));
            transcript.record("a broken body", status, response);
        }
    }
}

/// Sends the secret in requests about users, members and workspaces.
fn send_users_and_members(root: &Client, workspace: &str, transcript: &mut Transcript) {
    let secret = secret(9);
    let user = json!({"email": "grace@example.com", "firstName": POSITIVE_CONTROL, "lastName": "H"});
    let created = transcript.record("a user", 200, root.post("/organization/users", &user)).json(200);
    let id = created["data"]["id"].as_str().unwrap();
    for change in [
        json!({"password": secret}),
        json!({"email": secret}),
        json!({"firstName": secret.repeat(100)}),
        json!({"orgRole": secret}),
    ] {
        transcript.record(
            "a bad user",
            400,
            root.post("/organization/users", &assign(user.clone(), &change)),
        );
    }
    let (user, users) = (format!("/organization/users/{id}"), format!("/workspace/{workspace}/users"));
    transcript.record("a bad change", 400, root.put(&user, &json!({"orgRole": secret, "name": [secret]})));
    transcript.record("a change", 200, root.put(&user, &json!({"name": "Grace"})));
    transcript.record("a bad member", 400, root.post(&users, &json!({"userId": secret, "role": secret})));
    transcript.record("a member", 200, root.post(&users, &json!({"userId": id, "role": "READ"})));
    transcript.record("a bad role", 400, root.put(&format!("{users}/{id}"), &json!({"role": secret})));
    transcript.record("a bad name", 400, root.post("/workspace", &json!({"name": secret.repeat(100)})));
    transcript.record(
        "a bad renaming",
        400,
        root.put(&format!("/workspace/{workspace}"), &json!({"name": [secret]})),
    );
    transcript.record("no member", 404, root.delete(&format!("{users}/{secret}")));
    transcript.record("no user", 404, root.delete(&format!("/organization/users/{secret}")));
}

/// Sends the secret in paths, queries and headers.
fn secret_in_request_heads(server: &Server, root: &Client, transcript: &mut Transcript) {
    let secret = secret(9);
    for (method, path, status) in [
        ("DELETE", format!("/ai/llm/{secret}"), 404),
        ("PATCH", format!("/ai/llm/{secret}"), 405),
        ("GET", format!("/ai/llm?workspaceId={secret}"), 200),
        ("GET", format!("/ai/llm/stats?aiLlmId={secret}"), 200),
        ("GET", format!("/workspace/{secret}"), 404),
        ("GET", format!("/organization/users/{secret}"), 404),
        ("GET", format!("/docs/{secret}"), 404),
        ("GET", format!("/openapi/{secret}.json"), 404),
    ] {
        transcript.record("a path", status, root.send(method, &path, &[], None));
    }
    for path in ["/ai/llm", "/metrics", "/workspace"] {
        transcript.record("a token", 401, server.client(&secret).get(path));
    }
}
