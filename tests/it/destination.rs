//! Both APIs use a secret only at the origin for which a user entered it.

use llm_config_core::id::ConfigId;
use serde_json::{Value, json};

use super::app;
use crate::support::{
    Client, SECRET, TestApp, ai_llm, assign, llm, llm_with_secret, merge_patch, send_concurrently,
};

/// The expected result of an update: rejected because of this field, or this stored credential.
enum Expected {
    Rejected(&'static str),
    Stored(&'static str),
}

use Expected::{Rejected, Stored};

const AT: &str = "https://api.openai.com/v1";

/// Sends an update and asserts the stored endpoint and credential. A rejected update changes nothing, and the
/// credential still opens for its endpoint.
#[track_caller]
fn check(app: &TestApp, path: &str, id: ConfigId, change: &Value, endpoint: &str, expected: &Expected) {
    let (rows, audited, opened) = (app.stored_rows(), app.audit_events(), app.open_credential(id));
    let response = app.root().put(path, change);
    match expected {
        Rejected(field) => {
            if path.starts_with("/ai/llm") {
                response.flashback_error(400, &[&format!("{field} "), "send the secret again"]);
            } else {
                response.goodmem_error(400, &["send the secret again"]);
                assert_eq!(response.error_fields(), [*field], "{change}");
            }
            assert_eq!(app.stored_rows(), rows, "{change}");
            // `open_credential` above wrote one event.
            assert_eq!(app.audit_events().len(), audited.len() + 1, "{change}");
            assert_eq!(app.open_credential(id), opened, "{change}");
        }
        Stored(credential) => {
            response.json(200);
            let endpoint = change[endpoint].as_str().map_or(opened.0, str::to_owned);
            assert_eq!(app.open_credential(id), (endpoint, (*credential).to_owned()), "{change}");
        }
    }
}

#[test]
fn update_of_workspace_origin_requires_secret_again() {
    let app = app();
    let workspace = app.workspace();
    let other_origin = "https://elsewhere.example/v1";
    for (n, (start, change, expected)) in [
        // Updates to another scheme, host or port.
        (json!({}), json!({"endpoint": other_origin}), Rejected("endpoint")),
        (json!({}), json!({"endpoint": "http://api.openai.com/v1"}), Rejected("endpoint")),
        (json!({}), json!({"endpoint": "https://api.openai.com:8443/v1"}), Rejected("endpoint")),
        (json!({}), json!({"endpoint": "https://eu.api.openai.com/v1"}), Rejected("endpoint")),
        (json!({}), json!({"endpoint": "https://api.openai.com.example/v1"}), Rejected("endpoint")),
        (json!({}), json!({"endpoint": "https://api.openai.com./v1"}), Rejected("endpoint")),
        (
            json!({}),
            json!({"endpoint": other_origin, "name": "moved", "aiType": "OTHER"}),
            Rejected("endpoint"),
        ),
        (json!({}), json!({"endpoint": other_origin, "secret": null}), Rejected("endpoint")),
        (json!({}), json!({"endpoint": other_origin, "key": null}), Rejected("endpoint")),
        (json!({}), json!({"endpoint": other_origin, "key": "a-new-key-id"}), Rejected("endpoint")),
        (json!({}), json!({"endpoint": other_origin, "secret": "sk-second"}), Stored("sk-second")),
        (json!({}), json!({"endpoint": other_origin, "secret": SECRET}), Stored(SECRET)),
        (json!({}), json!({"endpoint": other_origin, "secret": "sk-2", "key": "id"}), Stored("id : sk-2")),
        // Updates that keep the origin.
        (json!({}), json!({"endpoint": "https://api.openai.com/v2/x"}), Stored(SECRET)),
        (json!({}), json!({"endpoint": "https://API.openai.com:443/v1/"}), Stored(SECRET)),
        (json!({}), json!({"endpoint": AT, "name": "same", "aiType": "OTHER"}), Stored(SECRET)),
        (json!({}), json!({"endpoint": "https://api.openai.com/v2", "key": "id"}), Stored(SECRET_WITH_ID)),
        // With a stored key, the update must contain both parts again or remove the key.
        (json!({"key": "id-0123456789"}), json!({"endpoint": other_origin}), Rejected("endpoint")),
        (
            json!({"key": "id-0123456789"}),
            json!({"endpoint": other_origin, "secret": "sk-2"}),
            Rejected("endpoint"),
        ),
        (
            json!({"key": "id-0123456789"}),
            json!({"endpoint": other_origin, "secret": "sk-2", "key": "****6789"}),
            Rejected("endpoint"),
        ),
        (
            json!({"key": "id-0123456789"}),
            json!({"endpoint": other_origin, "key": null}),
            Rejected("endpoint"),
        ),
        (
            json!({"key": "id-0123456789"}),
            json!({"endpoint": other_origin, "secret": "sk-2", "key": "id-0123456789"}),
            Stored("id-0123456789 : sk-2"),
        ),
        (
            json!({"key": "id-0123456789"}),
            json!({"endpoint": other_origin, "secret": "sk-2", "key": null}),
            Stored("sk-2"),
        ),
        (
            json!({"key": "id-0123456789"}),
            json!({"endpoint": "https://api.openai.com/v2"}),
            Stored("id-0123456789 : sk-first-0123456789"),
        ),
        (json!({"key": "id-0123456789"}), json!({"key": null}), Stored(SECRET)),
        (json!({"key": "id-0123456789"}), json!({"secret": "sk-2"}), Stored("id-0123456789 : sk-2")),
        // A credential that signs requests does not become one that is sent.
        (aws(), json!({"aiType": "OPENAI"}), Rejected("aiType")),
        (aws(), json!({"aiType": "OTHER", "name": "x"}), Rejected("aiType")),
        (aws(), json!({"aiType": "ANTHROPIC", "key": "AKIA-other-0123"}), Rejected("aiType")),
        (aws(), json!({"aiType": "OTHER", "key": null}), Rejected("aiType")),
        (aws(), json!({"aiType": "OTHER", "secret": "sk-2"}), Stored("AKIA-0123456789 : sk-2")),
        (aws(), json!({"key": null}), Rejected("key")),
        (aws(), json!({"key": ""}), Rejected("key")),
        (aws(), json!({"key": null, "secret": "sk-2"}), Stored("sk-2")),
        (aws(), json!({"aiType": "OTHER", "key": null, "secret": "sk-2"}), Stored("sk-2")),
        (aws(), json!({"aiType": "OTHER", "key": "id", "secret": "sk-2"}), Stored("id : sk-2")),
        (
            aws(),
            json!({"endpoint": other_origin, "key": "AKIA-2", "secret": "sk-2"}),
            Stored("AKIA-2 : sk-2"),
        ),
        (aws(), json!({"endpoint": other_origin, "secret": "sk-2"}), Rejected("endpoint")),
        (aws(), json!({"key": "AKIA-2"}), Stored("AKIA-2 : sk-first-0123456789")),
        (aws(), json!({"secret": "sk-2"}), Stored("AKIA-0123456789 : sk-2")),
        // A credential that is sent may become one that signs.
        (
            json!({"aiType": "OTHER", "key": "AKIA-0123456789"}),
            json!({"aiType": "AWS"}),
            Stored("AKIA-0123456789 : sk-first-0123456789"),
        ),
        (
            json!({"aiType": "OTHER"}),
            json!({"aiType": "AWS", "key": "AKIA-2"}),
            Stored("AKIA-2 : sk-first-0123456789"),
        ),
        // A Bedrock API key is sent with requests, like API keys of other vendors.
        (json!({"aiType": "AWS"}), json!({"aiType": "OTHER"}), Stored(SECRET)),
    ]
    .into_iter()
    .enumerate()
    {
        let start = assign(assign(ai_llm(workspace), &json!({"name": format!("number {n}")})), &start);
        let id = app.root().create_ai_llm(&start);
        check(&app, &format!("/ai/llm/{id}"), id, &change, "endpoint", &expected);
    }
}

const SECRET_WITH_ID: &str = "id : sk-first-0123456789";

fn aws() -> Value {
    json!({"aiType": "AWS", "key": "AKIA-0123456789"})
}

#[test]
fn update_from_signing_to_sent_credential_requires_secret_again() {
    let app = app();
    let id = app.root().create_ai_llm(&assign(ai_llm(app.workspace()), &aws()));
    let path = format!("/ai/llm/{id}");
    let root = app.root();
    // Each of the two changes is rejected alone, as both are in one update.
    root.put(&path, &json!({"key": null})).flashback_error(400, &["key "]);
    root.put(&path, &json!({"aiType": "OTHER"})).flashback_error(400, &["aiType "]);
    root.put(&path, &json!({"key": "AKIA-mine-0123"})).success();
    root.put(&path, &json!({"aiType": "OTHER"})).flashback_error(400, &["aiType "]);
    root.put(&path, &json!({"endpoint": "https://elsewhere.example"})).flashback_error(400, &["endpoint "]);
    assert_eq!(app.open_credential(id), (AT.to_owned(), "AKIA-mine-0123 : sk-first-0123456789".to_owned()));
}

fn reference(uri: &str) -> Value {
    json!({"credentials": {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"secretRef": {"uri": uri}}}})
}

fn inline(secret: &str) -> Value {
    json!({"credentials": llm_with_secret(secret)["credentials"]})
}

#[test]
fn update_of_owner_origin_requires_secret_again() {
    let app = app();
    let other_origin = json!({"endpointUrl": "http://elsewhere.example:8000/v1"});
    let moved = |change: &Value| merge_patch(other_origin.clone(), change);
    let server_identity = json!({"credentials": {"kind": "CREDENTIAL_KIND_GCP_ADC", "gcpAdc": {}}});
    let (stored, referred) = (inline("sk-1"), reference("env://KEY"));
    for (n, (start, change, expected)) in [
        (&stored, json!({"endpointUrl": "https://gpu.example:8000/v1"}), Rejected("endpointUrl")),
        (&stored, json!({"endpointUrl": "http://gpu.example:8001/v1"}), Rejected("endpointUrl")),
        (&stored, json!({"endpointUrl": "http://gpu.example/v1"}), Rejected("endpointUrl")),
        (&stored, other_origin.clone(), Rejected("endpointUrl")),
        (&stored, moved(&json!({"displayName": "x", "version": "2"})), Rejected("endpointUrl")),
        (&stored, assign(other_origin.clone(), &json!({"credentials": null})), Rejected("endpointUrl")),
        (&stored, moved(&reference("env://KEY")), Rejected("endpointUrl")),
        (&stored, moved(&server_identity), Rejected("endpointUrl")),
        (&stored, moved(&inline("sk-1")), Stored("sk-1")),
        (&stored, moved(&inline("sk-2")), Stored("sk-2")),
        (&stored, json!({"endpointUrl": "http://gpu.example:8000/v2"}), Stored("sk-1")),
        (&stored, json!({"endpointUrl": "http://GPU.example:8000/"}), Stored("sk-1")),
        (&stored, json!({"apiPath": "/elsewhere", "displayName": "x"}), Stored("sk-1")),
        (&stored, inline("sk-2"), Stored("sk-2")),
        (&stored, reference("vault://team/key"), Stored("vault://team/key")),
        (&referred, other_origin.clone(), Rejected("endpointUrl")),
        (&referred, moved(&reference("env://KEY")), Rejected("endpointUrl")),
        (&referred, moved(&reference("env://OTHER")), Rejected("endpointUrl")),
        (&referred, moved(&inline("sk-2")), Stored("sk-2")),
        (&referred, json!({"endpointUrl": "http://gpu.example:8000/v2"}), Stored("env://KEY")),
        (&server_identity, other_origin.clone(), Rejected("endpointUrl")),
        (&server_identity, moved(&server_identity), Rejected("endpointUrl")),
        (&server_identity, moved(&inline("sk-2")), Stored("sk-2")),
        // Without a stored credential the endpoint may change, with or without a new credential.
        (&json!({}), other_origin.clone(), Stored("")),
        (&json!({}), moved(&inline("sk-2")), Stored("sk-2")),
        (&json!({}), moved(&reference("env://KEY")), Stored("env://KEY")),
    ]
    .into_iter()
    .enumerate()
    {
        let body = merge_patch(merge_patch(llm(), start), &json!({"modelIdentifier": format!("model-{n}")}));
        let created = app.root().create_llm(&body);
        let id = created["llmId"].as_str().unwrap().parse().unwrap();
        check(&app, &format!("/v1/llms/{id}"), id, &change, "endpointUrl", &expected);
    }
}

/// Sends all changes concurrently, 30 times, each round after `start`. Afterwards the stored secret is one
/// that a change contained together with the stored origin.
fn check_concurrent(
    app: &TestApp,
    client: &Client,
    (path, id): (&str, ConfigId),
    start: &Value,
    changes: &[Value],
) {
    let endpoint = if path.starts_with("/ai") { "endpoint" } else { "endpointUrl" };
    let secret = |change: &Value| {
        let secret = change.get("secret").unwrap_or(&change["credentials"]["apiKey"]["inlineSecret"]);
        secret.as_str().map(str::to_owned)
    };
    for _ in 0..30 {
        client.put(path, start).json(200);
        let requests: Vec<_> = changes.iter().map(|change| (client, "PUT", path, change)).collect();
        for response in send_concurrently(&requests) {
            assert!(matches!(response.status, 200 | 400), "{}: {}", response.status, response.body);
        }
        let (at, opened) = app.open_credential(id);
        let origin = |url: &str| url.split('/').nth(2).unwrap().to_owned();
        let fits = |change: &&Value| {
            secret(change) == Some(opened.clone())
                && change[endpoint].as_str().map(origin) == Some(origin(&at))
        };
        assert!(
            std::iter::once(start).chain(changes).any(|change| fits(&change)),
            "`{opened}` was not given for {at}"
        );
    }
}

#[test]
fn update_endpoint_and_secret_concurrently_in_workspace_keeps_pairs() {
    let app = app();
    let id = app.root().create_ai_llm(&ai_llm(app.workspace()));
    let start = json!({"endpoint": "https://a.example/v1", "secret": "sk-a"});
    check_concurrent(
        &app,
        &app.root(),
        (&format!("/ai/llm/{id}"), id),
        &start,
        &[
            json!({"endpoint": "https://b.example/v1", "secret": "sk-b"}),
            json!({"endpoint": "https://a.example/v1", "secret": "sk-a-2"}),
            json!({"endpoint": "https://a.example/v2"}),
            json!({"endpoint": "https://b.example/v2"}),
            json!({"endpoint": "https://c.example/v1"}),
        ],
    );
}

#[test]
fn update_endpoint_and_secret_concurrently_of_owner_keeps_pairs() {
    let app = app();
    let created = app.root().create_llm(&llm_with_secret("sk-0"));
    let id: ConfigId = created["llmId"].as_str().unwrap().parse().unwrap();
    let at = |url: &str| json!({"endpointUrl": url});
    check_concurrent(
        &app,
        &app.root(),
        (&format!("/v1/llms/{id}"), id),
        &merge_patch(at("https://a.example/v1"), &inline("sk-a")),
        &[
            merge_patch(at("https://b.example/v1"), &inline("sk-b")),
            merge_patch(at("https://a.example/v1"), &inline("sk-a-2")),
            at("https://a.example/v2"),
            at("https://b.example/v2"),
            merge_patch(at("https://c.example/v1"), &reference("env://KEY")),
        ],
    );
}

#[test]
fn update_endpoint_while_first_secret_is_given_never_moves_secret() {
    let app = app();
    for n in 0..20 {
        let created =
            app.root().create_llm(&merge_patch(llm(), &json!({"modelIdentifier": format!("m-{n}")})));
        let id: ConfigId = created["llmId"].as_str().unwrap().parse().unwrap();
        let path = format!("/v1/llms/{id}");
        let current_endpoint = json!({"endpointUrl": "http://gpu.example:8000/v1"});
        let with_first_secret = merge_patch(current_endpoint, &inline(&format!("sk-{n}")));
        let moved = json!({"endpointUrl": "https://elsewhere.example/"});
        let responses = send_concurrently(&[
            (&app.root(), "PUT", &path, &with_first_secret),
            (&app.root(), "PUT", &path, &moved),
        ]);
        responses[0].json(200);
        assert!(matches!(responses[1].status, 200 | 400), "{}", responses[1].body);
        assert_eq!(app.open_credential(id), ("http://gpu.example:8000/v1".to_owned(), format!("sk-{n}")));
    }
}
