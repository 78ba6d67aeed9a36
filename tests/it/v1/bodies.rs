//! Malformed bodies: always 400 or 413, in JSON.

use std::fmt::Write as _;

use serde_json::json;

use super::app;
use crate::support::{TestApp, UNKNOWN_ID, llm, merge_patch};

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

/// Every route that reads a body, with ids of existing objects.
fn routes(app: &TestApp) -> Vec<(&'static str, String)> {
    let path = app.root().create_llm_path(&llm());
    let key = app.root().post("/v1/apikeys", &json!({})).json(201)["apiKeyMetadata"]["apiKeyId"].clone();
    let key = format!("/v1/apikeys/{}", key.as_str().unwrap());
    vec![("POST", "/v1/llms".to_owned()), ("PUT", path), ("POST", "/v1/apikeys".to_owned()), ("PUT", key)]
}

#[test]
fn body_that_is_not_json_object_is_rejected() {
    let app = app();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let bodies: Vec<&[u8]> = vec![
        b"",
        b" ",
        b"{",
        b"[]",
        b"1",
        b"null",
        b"\"{}\"",
        b"{} {}",
        b"{\"a\":}",
        b"{'a':1}",
        b"\xff\xfe{}",
        b"{\"\xff\":1}",
        b"\xef\xbb\xbf{}",
        b"{\"a\":\"\\ud800\"}\0",
        b"NaN",
        deep.as_bytes(),
    ];
    for (method, path) in routes(&app) {
        for body in &bodies {
            let response = app.root().send(method, &path, JSON, Some(body));
            let beginning = String::from_utf8_lossy(&body[..body.len().min(20)]).into_owned();
            assert_eq!(response.error_fields(), [""], "{method} {path} {beginning}");
        }
    }
}

#[test]
fn body_with_duplicate_member_is_rejected() {
    let app = app();
    let mut body = llm().to_string();
    body.truncate(body.len() - 1);
    let twice =
        |member: &str| app.root().text("POST", "/v1/llms", &format!("{body}, {member}}}")).error_fields();
    assert_eq!(twice(r#""displayName": "a""#), ["displayName"]);
    assert_eq!(twice(r#""display\u004eame": "a""#), ["displayName"]);
    assert_eq!(twice(r#""labels": {"a": "1", "a": "2"}"#), ["labels.a"]);
    assert_eq!(twice(r#""version": null, "version": "1""#), ["version"]);
}

#[test]
fn body_with_unknown_fields_names_each_of_them() {
    let app = app();
    let body = merge_patch(
        llm(),
        &json!({
            "displayname": "x",
            "capabilities": {"supportsVision": true},
            "defaultSamplingParams": {"top_k": 1},
            "credentials": {
                "kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": "s", "value": "s"}, "x": 1,
            },
        }),
    );
    let mut fields = app.root().post("/v1/llms", &body).error_fields();
    fields.sort();
    let expected = [
        "capabilities.supportsVision",
        "credentials.apiKey.value",
        "credentials.x",
        "defaultSamplingParams.top_k",
        "displayname",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn body_with_unknown_field_is_rejected_on_every_route() {
    let app = app();
    for (method, path) in routes(&app) {
        let fields = app.root().text(method, &path, r#"{"unknown": 1}"#).error_fields();
        assert!(fields.contains(&"unknown".to_owned()), "{method} {path}: {fields:?}");
    }
    for path in ["/v1/ping:once", "/v1/ping:stream"] {
        let fields = app.root().post(path, &json!({"targetId": UNKNOWN_ID, "unknown": 1})).error_fields();
        assert_eq!(fields, ["unknown"], "{path}");
    }
    let rule = json!({"operation": "READ_LLM", "selector": "OWN", "unknown": 1});
    let key = json!({"authorityMode": "SCOPED", "ceiling": [rule]});
    assert_eq!(app.root().post("/v1/apikeys", &key).error_fields(), ["ceiling[0].unknown"]);
}

#[test]
fn body_with_unknown_field_of_hostile_name_quotes_it() {
    let app = app();
    let name = "x".repeat(65);
    let body = json!({"": 1, "a\u{0}\u{202e}b": 1, "a b": 1, (name.as_str()): 1, "labels": {"": 7}});
    let fields = app.root().post("/v1/apikeys", &body).error_fields();
    let long = format!("\"{}…\"", "x".repeat(64));
    assert_eq!(fields, [r#"labels."""#, r#""""#, r#""a\0\u{202e}b""#, r#""a b""#, &long]);
}

#[test]
fn body_with_wrong_entries_of_a_list_names_each_by_its_index() {
    let app = app();
    let (id, wrong) = (UNKNOWN_ID, "x");
    let key = json!({"workspaces": [wrong, id, wrong, 7, null], "rights": ["READ_LLM_OWN", "x"]});
    assert_eq!(
        app.root().post("/v1/apikeys", &key).error_fields(),
        ["rights[1]", "workspaces[0]", "workspaces[2]", "workspaces[3]", "workspaces[4]"]
    );
    let body = merge_patch(
        llm(),
        &json!({
            "supportedModalities": ["TEXT", "SMELL", "IMAGE", "TASTE"],
            "defaultSamplingParams": {"stopSequences": ["END", ""]},
            "credentials": {"kind": "CREDENTIAL_KIND_GCP_ADC", "gcpAdc": {"scopes": ["a", " ", "b"]}},
        }),
    );
    assert_eq!(
        app.root().post("/v1/llms", &body).error_fields(),
        [
            "supportedModalities[1]",
            "supportedModalities[3]",
            "credentials.gcpAdc.scopes[1]",
            "defaultSamplingParams.stopSequences[1]",
        ]
    );
    let texts = merge_patch(llm(), &json!({"supportedModalities": ["TEXT", 1]}));
    assert_eq!(app.root().post("/v1/llms", &texts).error_fields(), ["supportedModalities[1]"]);
    let no_list = merge_patch(llm(), &json!({"supportedModalities": "TEXT"}));
    app.root()
        .post("/v1/llms", &no_list)
        .goodmem_error(400, &["supportedModalities must be a list of strings"]);
}

#[test]
fn body_with_fields_that_exclude_each_other_is_rejected_in_a_sentence_of_its_own() {
    let app = app();
    let path = app.root().create_llm_path(&llm());
    let response = app.root().put(&path, &json!({"replaceLabels": {}, "mergeLabels": {}}));
    let expected = json!([{
        "field": "replaceLabels",
        "message": "must not be sent together with mergeLabels; send one of them",
    }]);
    assert_eq!(response.json(400)["violations"], expected);
}

#[test]
fn body_with_other_content_type_is_rejected() {
    let app = app();
    let body = merge_patch(llm(), &json!({"modelIdentifier": "other"})).to_string();
    let send = |content_type: &str| {
        app.root().send("POST", "/v1/llms", &[("content-type", content_type)], Some(body.as_bytes()))
    };
    for wrong in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", ""]
    {
        assert_eq!(send(wrong).error_fields(), ["content-type"], "{wrong}");
    }
    for right in ["application/json", "Application/JSON; charset=utf-8", "application/vnd.x+json"] {
        let created = send(right).json(201);
        app.root().delete(&format!("/v1/llms/{}", created["llm"]["llmId"].as_str().unwrap())).empty(204);
    }
    app.root().send("POST", "/v1/llms", &[], Some(body.as_bytes())).json(201);
}

#[test]
fn body_beyond_one_mebibyte_is_rejected() {
    let app = app();
    for (method, path) in routes(&app) {
        // One byte over the limit, and sizes that the client is still sending when the error arrives.
        for size in [1024 * 1024 + 1, 2 * 1024 * 1024, 8 * 1024 * 1024] {
            let body = " ".repeat(size);
            app.root().send(method, &path, JSON, Some(body.as_bytes())).goodmem_error(413, &["1 MiB"]);
        }
    }
    let mut body = merge_patch(llm(), &json!({"modelIdentifier": "other"})).to_string();
    let space = " ".repeat(1024 * 1024 - body.len());
    write!(body, "{space}").unwrap();
    assert_eq!(body.len(), 1024 * 1024);
    app.root().text("POST", "/v1/llms", &body).json(201);
}

#[test]
fn body_with_many_errors_lists_twenty_and_counts_rest() {
    let app = app();
    let unknown: serde_json::Map<_, _> = (0..1000).map(|n| (format!("f{n:04}"), json!(1))).collect();
    let response = app.root().post("/v1/llms", &merge_patch(llm(), &unknown.into()));
    assert_eq!(response.error_fields().len(), 20);
    response.goodmem_error(400, &["f0019 is not a field", "and 980 more"]);
}

#[test]
fn body_with_long_unknown_field_name_truncates_it() {
    let app = app();
    let response =
        app.root().post("/v1/llms", &merge_patch(llm(), &json!({"x".repeat(100_000): 1, "a\u{7}b\nc": 1})));
    assert!(response.body.len() < 2000, "{}", response.body.len());
    assert_eq!(response.error_fields().len(), 2);
}
