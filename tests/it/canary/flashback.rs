//! The canary in requests to `/ai/llm`, workspaces, users, metrics and the documentation.

use serde_json::{Value, json};

use super::{DECOY, Transcript, secret};
use crate::support::{Client, Server, ai_llm, assign};

/// A configuration whose key id and secret both contain the canary.
fn with_canary(workspace: &str, n: u32) -> Value {
    let changes = json!({
        "name": format!("{DECOY} {n}"), "aiType": "AWS", "endpoint": "https://bedrock.example/v1",
        "key": secret(n + 1), "secret": secret(n),
    });
    assign(ai_llm(workspace), &changes)
}

/// Sends valid and invalid requests to these routes.
pub(super) fn send_everything(server: &Server, root: &Client, seen: &mut Transcript) {
    let made = seen.note("a workspace", 200, root.post("/workspace", &json!({"name": DECOY}))).json(200);
    let workspace = made["workspace"]["id"].as_str().unwrap();
    root.post("/workspace", &json!({"name": "another place"})).success();
    let body = with_canary(workspace, 20);
    let made = seen.note("a creation", 200, root.post("/ai/llm", &body)).json(200);
    let path = format!("/ai/llm/{}", made["aiLlmId"].as_str().unwrap());
    seen.note("a duplicate", 400, root.post("/ai/llm", &body));
    seen.note("another", 200, root.post("/ai/llm", &with_canary(workspace, 30)));
    for change in [
        json!({"secret": secret(22)}),
        json!({"key": secret(23)}),
        json!({"key": "****0023"}),
        json!({"key": secret(24), "secret": secret(25), "endpoint": "https://elsewhere.example/"}),
        json!({"key": null, "secret": secret(26)}),
        json!({"aiType": "OTHER", "key": secret(27)}),
    ] {
        seen.note("a change", 200, root.put(&path, &change));
    }
    for change in [
        json!({"endpoint": "https://third.example/"}),
        json!({"endpoint": "https://third.example/", "key": secret(28)}),
        json!({"name": format!("{DECOY} 30"), "secret": secret(28)}),
        json!({"aiType": "X", "secret": secret(28), "key": secret(28)}),
    ] {
        seen.note("a refused change", 400, root.put(&path, &change));
    }
    bad_values(root, &path, &body, seen);
    broken_bodies(root, &path, &body, seen);
    people(root, workspace, seen);
    for path in ["/ai/llm", "/ai/llm/available", "/ai/llm/stats", "/workspace", "/organization/users"] {
        seen.note("a list", 200, root.get(path));
    }
    heads(server, root, seen);
    let gone = root.create_ai_llm(&with_canary(workspace, 40));
    seen.note("a deletion", 200, root.delete(&format!("/ai/llm/{gone}")));
    seen.note("a workspace in use", 400, root.delete(&format!("/workspace/{workspace}")));
    for page in
        ["/metrics", "/docs", "/openapi/flashback.json", "/openapi/goodmem.json", "/openapi/llm-config.json"]
    {
        seen.note(page, 200, root.get(page));
    }
    seen.note("metrics without a token", 401, server.anonymous().get("/metrics"));
}

/// Sends the secret as the value of every other member.
fn bad_values(root: &Client, path: &str, body: &Value, seen: &mut Transcript) {
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
        let what = format!("{:.40}", change.to_string());
        seen.note(&what, 400, root.post("/ai/llm", &assign(body.clone(), &change)));
        seen.note(&what, 400, root.put(path, &change));
    }
    let elsewhere = assign(body.clone(), &json!({"workspaceId": secret}));
    seen.note("no workspace", 403, root.post("/ai/llm", &elsewhere));
}

/// Sends malformed bodies that contain the secret.
fn broken_bodies(root: &Client, path: &str, body: &Value, seen: &mut Transcript) {
    let whole = assign(body.clone(), &json!({"secret": secret(9)})).to_string();
    let long = format!("{whole}{}", " ".repeat(1024 * 1024));
    for (content_type, body, status) in [
        ("application/json", whole[..whole.len() - 1].to_owned(), 400),
        ("application/json", format!("{whole}{whole}"), 400),
        ("application/json", format!("[{whole}]"), 400),
        ("application/json", secret(9), 400),
        ("application/json", whole.replacen('{', "{\"secret\": 1,", 1), 400),
        ("text/plain", whole.clone(), 400),
        ("application/json", long, 413),
    ] {
        for (method, path) in [("POST", "/ai/llm"), ("PUT", path), ("POST", "/organization/users")] {
            let response = root.send(method, path, &[("content-type", content_type)], Some(body.as_bytes()));
            seen.note("a broken body", status, response);
        }
    }
}

fn people(root: &Client, workspace: &str, seen: &mut Transcript) {
    let secret = secret(9);
    let person = json!({"email": "grace@example.com", "firstName": DECOY, "lastName": "H"});
    let made = seen.note("a user", 200, root.post("/organization/users", &person)).json(200);
    let id = made["data"]["id"].as_str().unwrap();
    for change in [
        json!({"password": secret}),
        json!({"email": secret}),
        json!({"firstName": secret.repeat(100)}),
        json!({"orgRole": secret}),
    ] {
        seen.note("a bad user", 400, root.post("/organization/users", &assign(person.clone(), &change)));
    }
    let (user, users) = (format!("/organization/users/{id}"), format!("/workspace/{workspace}/users"));
    seen.note("a bad change", 400, root.put(&user, &json!({"orgRole": secret, "name": [secret]})));
    seen.note("a change", 200, root.put(&user, &json!({"name": "Grace"})));
    seen.note("a bad member", 400, root.post(&users, &json!({"userId": secret, "role": secret})));
    seen.note("a member", 200, root.post(&users, &json!({"userId": id, "role": "READ"})));
    seen.note("a bad role", 400, root.put(&format!("{users}/{id}"), &json!({"role": secret})));
    seen.note("a bad name", 400, root.post("/workspace", &json!({"name": secret.repeat(100)})));
    seen.note(
        "a bad renaming",
        400,
        root.put(&format!("/workspace/{workspace}"), &json!({"name": [secret]})),
    );
    seen.note("no member", 404, root.delete(&format!("{users}/{secret}")));
    seen.note("no user", 404, root.delete(&format!("/organization/users/{secret}")));
}

/// Sends the secret in paths, queries and headers.
fn heads(server: &Server, root: &Client, seen: &mut Transcript) {
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
        seen.note("a path", status, root.send(method, &path, &[], None));
    }
    for path in ["/ai/llm", "/metrics", "/workspace"] {
        seen.note("a token", 401, server.client(&secret).get(path));
    }
}
