//! A secret is bound to the origin that it was entered for, in both APIs.

use llm_config_core::id::ConfigId;
use serde_json::{Value, json};

use super::app;
use crate::support::{Client, SECRET, TestApp, ai_llm, assign, keyed, llm, merge_patch, send_concurrently};

/// What becomes of a change: refused, naming this field, or this credential at its endpoint.
enum Outcome {
    Refused(&'static str),
    Holds(&'static str),
}

use Outcome::{Holds, Refused};

const AT: &str = "https://api.openai.com/v1";

/// Changes the configuration with that id and looks what is stored afterwards. What is refused
/// changes nothing, and the old credential still opens for the old endpoint.
#[track_caller]
fn check(app: &TestApp, path: &str, id: ConfigId, change: &Value, endpoint: &str, expected: &Outcome) {
    let (rows, audited, opened) = (app.stored_rows(), app.audit_events(), app.open_credential(id));
    let answer = app.root().put(path, change);
    match expected {
        Refused(field) => {
            if path.starts_with("/ai/llm") {
                answer.flashback_error(400, &[&format!("{field} "), "send the secret again"]);
            } else {
                answer.goodmem_error(400, &["send the secret again"]);
                assert_eq!(answer.error_fields(), [*field], "{change}");
            }
            assert_eq!(app.stored_rows(), rows, "{change}");
            // The door was opened once, to look.
            assert_eq!(app.audit_events().len(), audited.len() + 1, "{change}");
            assert_eq!(app.open_credential(id), opened, "{change}");
        }
        Holds(credential) => {
            answer.json(200);
            let endpoint = change[endpoint].as_str().map_or(opened.0, str::to_owned);
            assert_eq!(app.open_credential(id), (endpoint, (*credential).to_owned()), "{change}");
        }
    }
}

#[test]
fn update_of_workspace_origin_requires_secret_again() {
    let app = app();
    let workspace = app.workspace();
    let there = "https://elsewhere.example/v1";
    for (n, (start, change, outcome)) in [
        // Another scheme, host or port.
        (json!({}), json!({"endpoint": there}), Refused("endpoint")),
        (json!({}), json!({"endpoint": "http://api.openai.com/v1"}), Refused("endpoint")),
        (json!({}), json!({"endpoint": "https://api.openai.com:8443/v1"}), Refused("endpoint")),
        (json!({}), json!({"endpoint": "https://eu.api.openai.com/v1"}), Refused("endpoint")),
        (json!({}), json!({"endpoint": "https://api.openai.com.example/v1"}), Refused("endpoint")),
        (json!({}), json!({"endpoint": "https://api.openai.com./v1"}), Refused("endpoint")),
        (json!({}), json!({"endpoint": there, "name": "moved", "aiType": "OTHER"}), Refused("endpoint")),
        (json!({}), json!({"endpoint": there, "secret": null}), Refused("endpoint")),
        (json!({}), json!({"endpoint": there, "key": null}), Refused("endpoint")),
        (json!({}), json!({"endpoint": there, "key": "a-new-key-id"}), Refused("endpoint")),
        (json!({}), json!({"endpoint": there, "secret": "sk-second"}), Holds("sk-second")),
        (json!({}), json!({"endpoint": there, "secret": SECRET}), Holds(SECRET)),
        (json!({}), json!({"endpoint": there, "secret": "sk-2", "key": "id"}), Holds("id : sk-2")),
        // The same origin.
        (json!({}), json!({"endpoint": "https://api.openai.com/v2/x"}), Holds(SECRET)),
        (json!({}), json!({"endpoint": "https://API.openai.com:443/v1/"}), Holds(SECRET)),
        (json!({}), json!({"endpoint": AT, "name": "same", "aiType": "OTHER"}), Holds(SECRET)),
        (json!({}), json!({"endpoint": "https://api.openai.com/v2", "key": "id"}), Holds(SECRET_WITH_ID)),
        // With a key stored, all of the credential is given again, or the key dropped.
        (json!({"key": "id-0123456789"}), json!({"endpoint": there}), Refused("endpoint")),
        (json!({"key": "id-0123456789"}), json!({"endpoint": there, "secret": "sk-2"}), Refused("endpoint")),
        (
            json!({"key": "id-0123456789"}),
            json!({"endpoint": there, "secret": "sk-2", "key": "****6789"}),
            Refused("endpoint"),
        ),
        (json!({"key": "id-0123456789"}), json!({"endpoint": there, "key": null}), Refused("endpoint")),
        (
            json!({"key": "id-0123456789"}),
            json!({"endpoint": there, "secret": "sk-2", "key": "id-0123456789"}),
            Holds("id-0123456789 : sk-2"),
        ),
        (
            json!({"key": "id-0123456789"}),
            json!({"endpoint": there, "secret": "sk-2", "key": null}),
            Holds("sk-2"),
        ),
        (
            json!({"key": "id-0123456789"}),
            json!({"endpoint": "https://api.openai.com/v2"}),
            Holds("id-0123456789 : sk-first-0123456789"),
        ),
        (json!({"key": "id-0123456789"}), json!({"key": null}), Holds(SECRET)),
        (json!({"key": "id-0123456789"}), json!({"secret": "sk-2"}), Holds("id-0123456789 : sk-2")),
        // What signed is not sent.
        (aws(), json!({"aiType": "OPENAI"}), Refused("aiType")),
        (aws(), json!({"aiType": "OTHER", "name": "x"}), Refused("aiType")),
        (aws(), json!({"aiType": "ANTHROPIC", "key": "AKIA-other-0123"}), Refused("aiType")),
        (aws(), json!({"aiType": "OTHER", "key": null}), Refused("aiType")),
        (aws(), json!({"aiType": "OTHER", "secret": "sk-2"}), Holds("AKIA-0123456789 : sk-2")),
        (aws(), json!({"key": null}), Refused("key")),
        (aws(), json!({"key": ""}), Refused("key")),
        (aws(), json!({"key": null, "secret": "sk-2"}), Holds("sk-2")),
        (aws(), json!({"aiType": "OTHER", "key": null, "secret": "sk-2"}), Holds("sk-2")),
        (aws(), json!({"aiType": "OTHER", "key": "id", "secret": "sk-2"}), Holds("id : sk-2")),
        (aws(), json!({"endpoint": there, "key": "AKIA-2", "secret": "sk-2"}), Holds("AKIA-2 : sk-2")),
        (aws(), json!({"endpoint": there, "secret": "sk-2"}), Refused("endpoint")),
        (aws(), json!({"key": "AKIA-2"}), Holds("AKIA-2 : sk-first-0123456789")),
        (aws(), json!({"secret": "sk-2"}), Holds("AKIA-0123456789 : sk-2")),
        // What was sent may sign.
        (
            json!({"aiType": "OTHER", "key": "AKIA-0123456789"}),
            json!({"aiType": "AWS"}),
            Holds("AKIA-0123456789 : sk-first-0123456789"),
        ),
        (
            json!({"aiType": "OTHER"}),
            json!({"aiType": "AWS", "key": "AKIA-2"}),
            Holds("AKIA-2 : sk-first-0123456789"),
        ),
        // An API key of Bedrock is sent, there and elsewhere.
        (json!({"aiType": "AWS"}), json!({"aiType": "OTHER"}), Holds(SECRET)),
    ]
    .into_iter()
    .enumerate()
    {
        let start = assign(assign(ai_llm(workspace), &json!({"name": format!("number {n}")})), &start);
        let id = app.root().create_ai_llm(&start);
        check(&app, &format!("/ai/llm/{id}"), id, &change, "endpoint", &outcome);
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
    // Step by step it is refused as it is at once.
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
    json!({"credentials": keyed(secret)["credentials"]})
}

#[test]
fn update_of_owner_origin_requires_secret_again() {
    let app = app();
    let there = json!({"endpointUrl": "http://elsewhere.example:8000/v1"});
    let moved = |change: &Value| merge_patch(there.clone(), change);
    let own = json!({"credentials": {"kind": "CREDENTIAL_KIND_GCP_ADC", "gcpAdc": {}}});
    let (stored, referred) = (inline("sk-1"), reference("env://KEY"));
    for (n, (start, change, outcome)) in [
        (&stored, json!({"endpointUrl": "https://gpu.example:8000/v1"}), Refused("endpointUrl")),
        (&stored, json!({"endpointUrl": "http://gpu.example:8001/v1"}), Refused("endpointUrl")),
        (&stored, json!({"endpointUrl": "http://gpu.example/v1"}), Refused("endpointUrl")),
        (&stored, there.clone(), Refused("endpointUrl")),
        (&stored, moved(&json!({"displayName": "x", "version": "2"})), Refused("endpointUrl")),
        (&stored, assign(there.clone(), &json!({"credentials": null})), Refused("endpointUrl")),
        (&stored, moved(&reference("env://KEY")), Refused("endpointUrl")),
        (&stored, moved(&own), Refused("endpointUrl")),
        (&stored, moved(&inline("sk-1")), Holds("sk-1")),
        (&stored, moved(&inline("sk-2")), Holds("sk-2")),
        (&stored, json!({"endpointUrl": "http://gpu.example:8000/v2"}), Holds("sk-1")),
        (&stored, json!({"endpointUrl": "http://GPU.example:8000/"}), Holds("sk-1")),
        (&stored, json!({"apiPath": "/elsewhere", "displayName": "x"}), Holds("sk-1")),
        (&stored, inline("sk-2"), Holds("sk-2")),
        (&stored, reference("vault://team/key"), Holds("vault://team/key")),
        (&referred, there.clone(), Refused("endpointUrl")),
        (&referred, moved(&reference("env://KEY")), Refused("endpointUrl")),
        (&referred, moved(&reference("env://OTHER")), Refused("endpointUrl")),
        (&referred, moved(&inline("sk-2")), Holds("sk-2")),
        (&referred, json!({"endpointUrl": "http://gpu.example:8000/v2"}), Holds("env://KEY")),
        (&own, there.clone(), Refused("endpointUrl")),
        (&own, moved(&own), Refused("endpointUrl")),
        (&own, moved(&inline("sk-2")), Holds("sk-2")),
        // Without a stored credential it moves freely, also with one.
        (&json!({}), there.clone(), Holds("")),
        (&json!({}), moved(&inline("sk-2")), Holds("sk-2")),
        (&json!({}), moved(&reference("env://KEY")), Holds("env://KEY")),
    ]
    .into_iter()
    .enumerate()
    {
        let body = merge_patch(merge_patch(llm(), start), &json!({"modelIdentifier": format!("model-{n}")}));
        let made = app.root().create_llm(&body);
        let id = made["llmId"].as_str().unwrap().parse().unwrap();
        check(&app, &format!("/v1/llms/{id}"), id, &change, "endpointUrl", &outcome);
    }
}

/// Sends all changes at once, again and again, each round beginning with `start`. Each is done or
/// refused for its content, and afterwards the endpoint has a secret that was entered for it.
fn race(app: &TestApp, client: &Client, (path, id): (&str, ConfigId), start: &Value, changes: &[Value]) {
    let endpoint = if path.starts_with("/ai") { "endpoint" } else { "endpointUrl" };
    let secret = |change: &Value| {
        let secret = change.get("secret").unwrap_or(&change["credentials"]["apiKey"]["inlineSecret"]);
        secret.as_str().map(str::to_owned)
    };
    for _ in 0..30 {
        client.put(path, start).json(200);
        let requests: Vec<_> = changes.iter().map(|change| (client, "PUT", path, change)).collect();
        for answer in send_concurrently(&requests) {
            assert!(matches!(answer.status, 200 | 400), "{}: {}", answer.status, answer.body);
        }
        let (at, opened) = app.open_credential(id);
        let origin = |url: &str| url.split('/').nth(2).unwrap().to_owned();
        let fits = |change: &&Value| {
            secret(change) == Some(opened.clone())
                && change[endpoint].as_str().map(origin) == Some(origin(&at))
        };
        assert!(
            std::iter::once(start).chain(changes).any(|it| fits(&it)),
            "`{opened}` was not entered for {at}"
        );
    }
}

#[test]
fn update_endpoint_and_secret_concurrently_in_workspace_keeps_pairs() {
    let app = app();
    let id = app.root().create_ai_llm(&ai_llm(app.workspace()));
    let start = json!({"endpoint": "https://a.example/v1", "secret": "sk-a"});
    race(
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
    let made = app.root().create_llm(&keyed("sk-0"));
    let id: ConfigId = made["llmId"].as_str().unwrap().parse().unwrap();
    let at = |url: &str| json!({"endpointUrl": url});
    race(
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
        let made = app.root().create_llm(&merge_patch(llm(), &json!({"modelIdentifier": format!("m-{n}")})));
        let id: ConfigId = made["llmId"].as_str().unwrap().parse().unwrap();
        let path = format!("/v1/llms/{id}");
        let here = json!({"endpointUrl": "http://gpu.example:8000/v1"});
        let entered = merge_patch(here, &inline(&format!("sk-{n}")));
        let moved = json!({"endpointUrl": "https://elsewhere.example/"});
        let answers =
            send_concurrently(&[(&app.root(), "PUT", &path, &entered), (&app.root(), "PUT", &path, &moved)]);
        answers[0].json(200);
        assert!(matches!(answers[1].status, 200 | 400), "{}", answers[1].body);
        assert_eq!(app.open_credential(id), ("http://gpu.example:8000/v1".to_owned(), format!("sk-{n}")));
    }
}
