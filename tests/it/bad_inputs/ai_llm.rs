//! Bad input to `/ai/llm`: malformed bodies, and invalid values, endpoints and updates.

use serde_json::{Value, json};

use super::case::{
    Case, Section, creation, json_request, malformed_bodies, raw_request, request_without_body,
};
use crate::support::{UNKNOWN_ID, assign};

/// `POST /ai/llm` with these changes of a valid body. The name contains the description, so that the
/// configuration is not a duplicate.
fn post(description: &'static str, changes: &Value) -> Case {
    let body = assign(creation(&json!({"name": format!("zebra: {description}")})), changes);
    json_request(description, "POST", "/ai/llm", &body)
}

/// `PUT /ai/llm/{id}` with these members.
fn put(description: &'static str, changes: &Value) -> Case {
    json_request(description, "PUT", "/ai/llm/{config}", changes)
}

fn endpoint(description: &'static str, endpoint: &str) -> Case {
    post(description, &json!({"endpoint": endpoint}))
}

pub(super) fn sections() -> Vec<Section> {
    vec![
        Section { title: "## `/ai/llm`: malformed bodies", cases: bodies() },
        Section { title: "## `/ai/llm`: values of a new configuration", cases: values() },
        Section { title: "## `/ai/llm`: endpoints", cases: endpoints() },
        Section { title: "## `/ai/llm`: updates", cases: updates() },
    ]
}

fn bodies() -> Vec<Case> {
    let good = || creation(&json!({})).to_string();
    let twice = |description, member: &str| {
        let good = good();
        raw_request(description, "POST", "/ai/llm", format!("{}, {member}}}", &good[..good.len() - 1]))
    };
    let with_content_type = |description, content_type: &str| {
        raw_request(description, "POST", "/ai/llm", good()).with_content_type(content_type)
    };
    let mut cases = malformed_bodies("/ai/llm");
    cases.extend([
        twice("`name` twice", r#""name": "zebra""#),
        twice("`secret` twice, once spelled `\\u0073ecret`", r#""\u0073ecret": "sk-zebra""#),
        with_content_type("the content type `text/plain`", "text/plain"),
        with_content_type("the content type of a form", "application/x-www-form-urlencoded"),
        with_content_type("the content type `multipart/form-data`", "multipart/form-data; boundary=zebra"),
        with_content_type("an empty content type", ""),
    ]);
    cases
}

fn values() -> Vec<Case> {
    vec![
        json_request("no member at all", "POST", "/ai/llm", &json!({})),
        json_request(
            "members of another API",
            "POST",
            "/ai/llm",
            &json!({"displayName": "zebra", "apiKey": "sk-zebra"}),
        ),
        post("numbers for strings", &json!({"name": 7, "aiType": 7, "endpoint": 7, "secret": 7, "key": 7})),
        post("`name` in an array", &json!({"name": ["zebra"]})),
        post("`secret` in an object", &json!({"secret": {"value": "sk-zebra"}})),
        post("a reference to a secret as `secret`", &json!({"secret": "vault://zebra/zebra#zebra"})),
        post("`true` for `workspaceId`", &json!({"workspaceId": true})),
        post("`name: null`", &json!({"name": null})),
        post("an empty `name`", &json!({"name": ""})),
        post("a `name` of spaces", &json!({"name": "   "})),
        post("a `name` of 255 characters", &json!({"name": "z".repeat(255)})),
        post("a `name` of 256 characters", &json!({"name": "z".repeat(256)})),
        post("a `name` of 255 characters of 4 bytes each", &json!({"name": "🦓".repeat(255)})),
        post("a `name` of 256 characters of 4 bytes each", &json!({"name": "🦓".repeat(256)})),
        post("NUL in `name`", &json!({"name": "zebra\0"})),
        post("a line break in `name`", &json!({"name": "ze\nbra zebra"})),
        post("an escape character in `name`", &json!({"name": "zebra\u{1b}[31m"})),
        raw_request(
            "half a surrogate pair in `name`",
            "POST",
            "/ai/llm",
            creation(&json!({})).to_string().replace(r#""name":"zebra""#, r#""name":"zebra\ud800""#),
        ),
        post("a `name` that is taken", &json!({"name": "first"})),
        post("a `name` that is taken, with spaces around it", &json!({"name": " first "})),
        post("`openai` for `aiType`", &json!({"aiType": "openai"})),
        post("an unknown `aiType`", &json!({"aiType": "ZEBRA zebra"})),
        post("an `aiType` of the other API", &json!({"aiType": "OLLAMA"})),
        post("`secret: null`", &json!({"secret": null})),
        post("an empty `secret`", &json!({"secret": ""})),
        post("NUL in `secret`", &json!({"secret": "sk-zebra\0"})),
        post("a line break in `secret`", &json!({"secret": "sk-zebra\r\nx: y"})),
        post("a `secret` that is not ASCII", &json!({"secret": "sk-zebra-é"})),
        post("a `secret` of 100,000 characters", &json!({"secret": "zebra".repeat(20_000)})),
        post("the mask `****` as `secret`", &json!({"secret": "****"})),
        post("a mask with four characters as `secret`", &json!({"secret": "****0123"})),
        post("a mask as `key`", &json!({"key": "****0123"})),
        post("a mask with bullets as `secret`", &json!({"secret": "sk-zebra••••••"})),
        post("a mask with dots as `secret`", &json!({"secret": "sk-...zebra"})),
        post("`[REDACTED]` as `secret`", &json!({"secret": "[REDACTED]"})),
        post("a variable of LiteLLM as `secret`", &json!({"secret": "os.environ/zebra"})),
        post("a template as `secret`", &json!({"secret": "${zebra}"})),
        post("an environment variable as `key`", &json!({"key": "$ZEBRA_KEY"})),
        post("a line break in `key`", &json!({"key": "zebra\nzebra"})),
        post("`apiKeyUuid`", &json!({"apiKeyUuid": "zebra"})),
        post("an empty `workspaceId`", &json!({"workspaceId": ""})),
        post("a `workspaceId` that is not a UUID", &json!({"workspaceId": "zebra"})),
        post("a `workspaceId` of a workspace that does not exist", &json!({"workspaceId": UNKNOWN_ID})),
        post(
            "six invalid members at once",
            &json!({
                "name": "", "aiType": "zebra", "endpoint": "zebra", "secret": "****", "key": 7,
                "apiKeyUuid": "zebra",
            }),
        ),
    ]
}

fn endpoints() -> Vec<Case> {
    vec![
        post("`endpoint: null`", &json!({"endpoint": null})),
        endpoint("an empty `endpoint`", ""),
        endpoint("a word", "zebra"),
        endpoint("a path", "/zebra/v1"),
        endpoint("no scheme", "zebra.example/v1"),
        endpoint("no host", "https:///zebra"),
        endpoint("one slash after the scheme", "https:/zebra.example"),
        endpoint("the scheme `ftp`", "ftp://zebra.example/v1"),
        endpoint("the scheme `file`", "file:///etc/zebra"),
        endpoint("the scheme `javascript`", "javascript:zebra"),
        endpoint("a user name and a password", "https://zebra:zebra@api.example/v1"),
        endpoint("a user name", "https://zebra@api.example/v1"),
        endpoint("a backslash", "https://zebra.example\\@api.example/v1"),
        endpoint("a space", "https://zebra.example/v 1"),
        endpoint("a line break", "https://zebra.example/\r\nx: y"),
        endpoint("NUL", "https://zebra.example/\0"),
        endpoint("a fragment", "https://zebra.example/v1#zebra"),
        endpoint("a credential in the query", "https://zebra.example/v1?api_key=zebra"),
        endpoint("the port 99999", "https://zebra.example:99999/v1"),
        endpoint("half an IPv6 address", "https://[::1/zebra"),
        endpoint("2,048 characters", &format!("https://zebra.example/{}", "z".repeat(2026))),
        endpoint("2,049 characters", &format!("https://zebra.example/{}", "z".repeat(2027))),
    ]
}

fn updates() -> Vec<Case> {
    vec![
        put("no member", &json!({})),
        put("an empty `name`", &json!({"name": ""})),
        put("an empty `secret`", &json!({"secret": ""})),
        put("an empty `endpoint`", &json!({"endpoint": ""})),
        put("a number for `aiType`", &json!({"aiType": 7})),
        put("another host without `secret`", &json!({"endpoint": "https://zebra.invalid/v1"})),
        put("another scheme without `secret`", &json!({"endpoint": "http://zebra.example/v1"})),
        put("another port without `secret`", &json!({"endpoint": "https://zebra.example:8443/v1"})),
        put(
            "another host with `secret`, but not the `key` that is stored",
            &json!({"endpoint": "https://zebra.invalid/v1", "secret": "sk-zebra-4567"}),
        ),
        json_request(
            "`secret` without `endpoint`, after another user set the origin",
            "PUT",
            "/ai/llm/{shared_config}",
            &json!({"secret": "sk-zebra-4567"}),
        ),
        put("a mask as `key` that differs from the stored mask", &json!({"key": "****zebr"})),
        put("a mask as `secret`", &json!({"secret": "****"})),
        put("a mask with stars as `secret`", &json!({"secret": "sk-***zebra"})),
        put("a reference of 1Password as `secret`", &json!({"secret": "op://zebra/zebra/zebra"})),
        put("a template as `key`", &json!({"key": "{{zebra}}"})),
        put("one good member and one bad", &json!({"name": "zebra 2", "endpoint": "zebra"})),
        put("`apiKeyUuid`", &json!({"apiKeyUuid": "zebra"})),
        put("an `If-Match` that does not match the revision", &json!({}))
            .with_header("if-match", "\"zebra\""),
        put("an `If-Match` without quotes", &json!({})).with_header("if-match", "zebra"),
        request_without_body("an `If-Match` that does not match the revision", "DELETE", "/ai/llm/{config}")
            .with_header("if-match", "\"zebra\""),
        json_request("an array instead of an object", "PUT", "/ai/llm/{config}", &json!(["zebra"])),
        raw_request("an empty body", "PUT", "/ai/llm/{config}", ""),
        json_request("an id that is not a UUID", "PUT", "/ai/llm/zebra", &json!({})),
        json_request("an unknown id", "PUT", &format!("/ai/llm/{UNKNOWN_ID}"), &json!({})),
        json_request("the id of an LLM of `/v1/llms`", "PUT", "/ai/llm/{llm}", &json!({})),
        json_request("a route's name as id", "PUT", "/ai/llm/stats", &json!({})),
        request_without_body("an id that is not a UUID", "DELETE", "/ai/llm/zebra"),
        request_without_body("an id with a NUL", "DELETE", "/ai/llm/zebra%00"),
        request_without_body("an id that is not UTF-8", "DELETE", "/ai/llm/zebra%FF"),
        request_without_body("a `workspaceId` that is not a UUID", "GET", "/ai/llm?workspaceId=zebra"),
        request_without_body("a `workspaceId` that is not UTF-8", "GET", "/ai/llm?workspaceId=%FF%00"),
        request_without_body("an `aiLlmId` that is not a UUID", "GET", "/ai/llm/stats?aiLlmId=zebra"),
        request_without_body("a mistyped parameter", "GET", "/ai/llm?workspaceID=zebra"),
        request_without_body(
            "a limit that is too large, a text as cursor, and an unknown parameter",
            "GET",
            "/ai/llm/available?page=1&limit=501&cursor=zebra",
        ),
    ]
}
