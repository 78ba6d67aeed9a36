//! Requests with a canary secret, after which no response, log, file or database contains the canary.

mod commands;
mod flashback;

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use llm_config_store::testing::TestDatabase;
use serde_json::{Value, json};

use crate::support::{Client, Installation, Response, Server, llm, llm_with_secret, merge_patch};

/// A part of every secret. It is not at the end, because masks show the last four characters.
const CANARY: &str = "canary7f3d9ae1c5b2";

/// A value that is not secret. The search must find this value in the database and in the output of commands.
const POSITIVE_CONTROL: &str = "decoy0b8e2a417c6d";

/// A root token that the operator chose.
const PRESET_TOKEN: &str = "preset-root-token-4f9d2c7b1e6a8305";

/// Writes the token into a file outside the data directory.
fn with_bootstrap_token(installation: Installation, token: &str) -> Installation {
    let file = installation.folder.path().join("root-token");
    fs::write(&file, token).expect("a writable file");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("a mode");
    installation.with("BOOTSTRAP_TOKEN_FILE", file.to_str().expect("a UTF-8 path"))
}

fn secret(n: u32) -> String {
    format!("sk-{CANARY}-{n:04}")
}

#[test]
fn canary_on_sqlite_is_in_no_response_log_or_file() {
    check(TestDatabase::sqlite(), "text", None);
    check(TestDatabase::sqlite(), "json", Some(PRESET_TOKEN));
}

#[cfg(feature = "postgres-tests")]
#[test]
fn canary_on_postgresql_is_in_no_response_log_or_dump() {
    check(TestDatabase::postgres(), "text", Some(PRESET_TOKEN));
    check(TestDatabase::postgres(), "json", None);
}

fn check(database: TestDatabase, format: &str, preset_token: Option<&str>) {
    let installation =
        Installation::with_database(database).with("LOG_FORMAT", format).with("LOG_FILTER", "trace");
    let installation = match preset_token {
        Some(token) => with_bootstrap_token(installation, token),
        None => installation,
    };
    let server = installation.start();
    let mut tokens = vec![preset_token.map_or_else(|| server.token(), str::to_owned)];
    if preset_token.is_some() {
        assert_hidden("the output of the first start", server.stdout().as_bytes(), &tokens);
    }
    let mut transcript = Transcript(Vec::new());
    send_everything(&server, &mut transcript, &mut tokens);
    let before_stop = stored_bytes(&installation);
    let command_outputs = commands::run_everything(&installation, &mut tokens);
    assert!(
        command_outputs.iter().any(|text| text.contains(POSITIVE_CONTROL)),
        "the commands print no configuration"
    );
    // Moving a configuration seals its secret again and changes the scope that lists it.
    let root = server.client(&tokens[0]);
    for path in ["/v1/llms", "/ai/llm", "/metrics"] {
        transcript.record("a list after all configurations were moved", 200, root.get(path));
    }
    let log = server.stop();
    let after_stop = stored_bytes(&installation);

    assert!(log.lines().count() > 100 && log.contains("/v1/llms") && log.contains("/ai/llm"));
    assert!(!log.contains(POSITIVE_CONTROL), "the log contains a request body");
    assert_hidden("the log", log.as_bytes(), &tokens);
    for text in &command_outputs {
        assert_hidden("the output of a command", text.as_bytes(), &tokens);
    }
    for (location, bytes) in before_stop.iter().chain(&after_stop) {
        assert_hidden(location, bytes, &tokens);
    }
    for bytes in [&before_stop, &after_stop] {
        assert!(
            bytes.iter().any(|(_, bytes)| contains(bytes, POSITIVE_CONTROL.as_bytes())),
            "the search does not find the positive control"
        );
    }
    for (request, response) in &transcript.0 {
        assert_hidden(request, format!("{:?}{}", response.headers, response.body).as_bytes(), &[]);
    }
}

/// Asserts that neither the canary nor a token is in `bytes`, as text or in hexadecimal digits.
#[track_caller]
fn assert_hidden(location: &str, bytes: &[u8], tokens: &[String]) {
    let lower = bytes.to_ascii_lowercase();
    for word in tokens.iter().map(String::as_str).chain([CANARY]) {
        let mut hex = String::new();
        word.bytes().for_each(|byte| write!(hex, "{byte:02x}").expect("a string"));
        for form in [word, &hex] {
            assert!(!contains(&lower, form.as_bytes()), "`{word}` is in {location}");
        }
    }
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// The contents of the stored files, and of the dump of a PostgreSQL database.
fn stored_bytes(installation: &Installation) -> Vec<(String, Vec<u8>)> {
    let mut folders = vec![installation.data_dir()];
    folders.extend(installation.database.folder().map(Into::into));
    let files = folders.iter().flat_map(|folder| folder.read_dir().expect("a readable directory"));
    let mut found: Vec<_> = files
        .map(|file| file.expect("a file").path())
        .map(|path| (path.display().to_string(), std::fs::read(path).expect("a readable file")))
        .collect();
    if installation.database.folder().is_none() {
        let dump = Command::new(pg_dump())
            .args(["--dbname", installation.database.url()])
            .output()
            .expect("pg_dump");
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        found.push(("the dump".to_owned(), dump.stdout));
    }
    found
}

#[expect(clippy::disallowed_methods, reason = "the settings of tests, not of the program")]
fn pg_dump() -> String {
    std::env::var("TEST_PG_DUMP").unwrap_or_else(|_| "pg_dump".to_owned())
}

/// The responses, each with a description of its request.
struct Transcript(Vec<(String, Response)>);

impl Transcript {
    #[track_caller]
    fn record(&mut self, description: &str, status: u16, response: Response) -> Response {
        assert_eq!(response.status, status, "{description}: {}", response.body);
        self.0.push((description.to_owned(), response.clone()));
        response
    }
}

fn send_everything(server: &Server, transcript: &mut Transcript, tokens: &mut Vec<String>) {
    let root = server.client(&tokens[0]);
    let body = merge_patch(llm_with_secret(&secret(1)), &json!({"displayName": POSITIVE_CONTROL}));
    let created = transcript.record("a creation", 201, root.post("/v1/llms", &body)).json(201);
    let path = format!("/v1/llms/{}", created["llm"]["llmId"].as_str().unwrap());
    transcript.record("a duplicate", 409, root.post("/v1/llms", &body));
    let credentials = |n| json!({"credentials": llm_with_secret(&secret(n))["credentials"]});
    transcript.record("a change", 200, root.put(&path, &credentials(2)));
    root.create_llm(&llm_with_secret(&secret(3)));
    transcript.record("a change into a duplicate", 409, root.put(&path, &credentials(3)));
    let new_origin = json!({"endpointUrl": "https://elsewhere.example/"});
    transcript.record("a change of the origin", 400, root.put(&path, &new_origin));
    transcript.record("a list", 200, root.get("/v1/llms"));
    transcript.record("a read", 200, root.get(&path));
    transcript.record("a read of the secret", 403, root.get(&format!("{path}?includeCredentials=true")));
    bad_values(&root, &path, transcript);
    broken_bodies(&root, &path, transcript);
    secret_in_request_heads(server, &root, transcript);
    issued_tokens(server, &root, transcript, tokens);
    flashback::send_everything(server, &root, transcript);
    let deleted_path =
        root.create_llm_path(&merge_patch(llm_with_secret(&secret(4)), &json!({"modelIdentifier": "gone"})));
    transcript.record("a deletion", 204, root.delete(&deleted_path));
    transcript.record("a second deletion", 404, root.delete(&deleted_path));
}

/// Sends the secret as the value of every other member.
fn bad_values(root: &Client, path: &str, transcript: &mut Transcript) {
    let secret = secret(9);
    let api_key = |value: Value| json!({"credentials": {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": value}});
    let long = secret.repeat(1000);
    for change in [
        api_key(json!(secret)),
        api_key(json!([secret])),
        api_key(json!({"inlineSecret": {"value": secret}})),
        api_key(json!({"inlineSecret": [secret]})),
        api_key(json!({"inlineSecret": long})),
        api_key(json!({"inlineSecret": format!("{secret}\u{0}")})),
        api_key(json!({"inlineSecret": secret, "secretRef": {"uri": secret}})),
        api_key(json!({"secretRef": secret})),
        api_key(json!({"secretRef": {"uri": secret, "hints": {"a": 1}}})),
        api_key(json!({"inlineSecret": secret, "headerName": format!("{secret} x")})),
        api_key(json!({"inlineSecret": secret, "prefix": format!("{secret}\n")})),
        json!({"credentials": secret}),
        json!({"credentials": {"kind": secret, "apiKey": {"inlineSecret": secret}}}),
        json!({"credentials": {"kind": "CREDENTIAL_KIND_GCP_ADC", "gcpAdc": {"scopes": secret}}}),
        json!({"endpointUrl": format!("https://user:{secret}@h/")}),
        json!({"endpointUrl": format!("https://h/?api_key={secret}")}),
        json!({"endpointUrl": secret}),
        json!({"apiPath": format!("/p?api_key={secret}")}),
        json!({"displayName": long}),
        json!({"description": long}),
        json!({"modelIdentifier": long}),
        json!({"version": long}),
        json!({"monitoringEndpoint": secret}),
        json!({"supportedModalities": [secret]}),
        json!({"capabilities": {"supportsChat": secret}}),
        json!({"defaultSamplingParams": {"maxTokens": secret, "stopSequences": [long]}}),
        json!({"maxContextLength": secret}),
        json!({"clientConfig": secret}),
        json!({"unknown": secret}),
    ] {
        let description = format!("{:.60}", change.to_string().replace(CANARY, "…"));
        transcript.record(&description, 400, root.post("/v1/llms", &merge_patch(llm(), &change)));
        transcript.record(&description, 400, root.put(path, &change));
    }
    for change in [json!({"labels": {"a": long}}), json!({"providerType": secret}), json!({"llmId": secret})]
    {
        transcript.record("a creation", 400, root.post("/v1/llms", &merge_patch(llm(), &change)));
    }
    for body in [
        json!({"expiresAt": secret}),
        json!({"rights": [secret]}),
        json!({"workspaces": [secret]}),
        json!({"authorityMode": secret}),
        json!({"ceiling": [secret]}),
        json!({"apiKeyId": secret}),
        json!({"labels": {"a": long}}),
        json!({"subjectPrincipalId": secret}),
    ] {
        transcript.record("a creation of a key", 400, root.post("/v1/apikeys", &body));
    }
}

/// Sends malformed bodies that contain the secret.
fn broken_bodies(root: &Client, path: &str, transcript: &mut Transcript) {
    let valid_body = llm_with_secret(&secret(9)).to_string();
    let long = format!("{valid_body}{}", " ".repeat(1024 * 1024));
    let truncated = &valid_body[..valid_body.find(CANARY).unwrap() + CANARY.len()];
    for (content_type, body, status) in [
        ("application/json", truncated.to_owned(), 400),
        ("application/json", format!("{valid_body}{valid_body}"), 400),
        ("application/json", format!("[{valid_body}]"), 400),
        ("application/json", format!("\"{}\"", secret(9)), 400),
        ("application/json", secret(9), 400),
        ("application/json", valid_body.replacen('{', "{\"credentials\": 1,", 1), 400),
        ("text/plain", valid_body.clone(), 400),
        ("application/x-www-form-urlencoded", format!("inlineSecret={}", secret(9)), 400),
        ("application/json", long, 413),
    ] {
        for (method, path) in [("POST", "/v1/llms"), ("PUT", path), ("POST", "/v1/apikeys")] {
            let response = root.send(method, path, &[("content-type", content_type)], Some(body.as_bytes()));
            transcript.record("a broken body", status, response);
        }
    }
}

/// Sends the secret in paths, queries and headers.
fn secret_in_request_heads(server: &Server, root: &Client, transcript: &mut Transcript) {
    let secret = secret(9);
    for (path, status) in [
        (format!("/v1/llms/{secret}"), 400),
        (format!("/v1/llms?ownerId={secret}&providerType={secret}"), 400),
        (format!("/v1/llms?label.a={secret}"), 200),
        (format!("/v1/llms?x={secret}"), 400),
        (format!("/v1/apikeys?lifecycleState={secret}"), 400),
        (format!("/v1/apikeys?nextToken={secret}"), 400),
        (format!("/llm-config/v1/configs?text={secret}"), 200),
        (format!("/llm-config/v1/configs?cursor={secret}&usable={secret}&workspace={secret}"), 400),
        (format!("/llm-config/v1/configs?cursor={secret}"), 400),
        (format!("/llm-config/v1/configs/{secret}"), 400),
        (format!("/v1/users/email/{secret}"), 400),
        (format!("/v1/users/email/{secret}@example.com"), 404),
        (format!("/v1/{secret}"), 404),
        (format!("/{secret}"), 404),
    ] {
        transcript.record("a path", status, root.get(&path));
    }
    transcript.record("a token", 401, server.client(&secret).get("/v1/llms"));
    let bearer = [("authorization", format!("Bearer {secret}"))];
    let bearer = bearer.each_ref().map(|(name, value)| (*name, value.as_str()));
    transcript.record("a bearer token", 401, server.anonymous().send("GET", "/v1/llms", &bearer, None));
    let header = [("x-request-id", format!("{secret} {secret}"))];
    let header = header.each_ref().map(|(name, value)| (*name, value.as_str()));
    transcript.record("a request id", 200, root.send("GET", "/v1/llms", &header, None));
}

fn issued_tokens(server: &Server, root: &Client, transcript: &mut Transcript, tokens: &mut Vec<String>) {
    for _ in 0..2 {
        let issued = root.post("/v1/apikeys", &json!({"labels": {"decoy": POSITIVE_CONTROL}})).json(201);
        let token = issued["rawApiKey"].as_str().unwrap().to_owned();
        let path = format!("/v1/apikeys/{}", issued["apiKeyMetadata"]["apiKeyId"].as_str().unwrap());
        transcript.record("a request with a token", 200, server.client(&token).get("/v1/users/me"));
        transcript.record("an update of a token", 200, root.put(&path, &json!({"mergeLabels": {"b": "c"}})));
        for response in [root.get(&path), root.get("/v1/apikeys")] {
            assert!(!response.body.contains(&token));
            transcript.record("a token", 200, response);
        }
        if tokens.len() > 1 {
            transcript.record("a revocation of a token", 204, root.delete(&path));
            transcript.record("a revoked token", 401, server.client(&token).get("/v1/users/me"));
        }
        tokens.push(token);
    }
}
