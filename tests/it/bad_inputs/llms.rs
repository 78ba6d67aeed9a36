//! Bad input to `/v1/llms` and `/v1/apikeys`.

use serde_json::{Map, Value, json};

use super::case::{
    Case, Section, api_key, json_request, llm_creation, malformed_bodies, raw_request, request_without_body,
};
use crate::support::{UNKNOWN_ID, assign};

/// `POST /v1/llms` with these changes of a valid body. The model contains the description, so that the LLM is
/// not a duplicate.
fn post(description: &'static str, changes: &Value) -> Case {
    let body = assign(llm_creation(&json!({"modelIdentifier": format!("zebra: {description}")})), changes);
    json_request(description, "POST", "/v1/llms", &body)
}

/// `PUT /v1/llms/{id}` with these members.
fn put(description: &'static str, changes: &Value) -> Case {
    json_request(description, "PUT", "/v1/llms/{llm}", changes)
}

fn issue(description: &'static str, body: &Value) -> Case {
    json_request(description, "POST", "/v1/apikeys", body)
}

fn labels(n: usize) -> Value {
    (0..n).map(|n| (format!("l{n}"), json!("zebra"))).collect::<Map<_, _>>().into()
}

pub(super) fn sections() -> Vec<Section> {
    vec![
        Section { title: "## `/v1/llms`: malformed bodies", cases: bodies() },
        Section { title: "## `/v1/llms`: values of a new LLM", cases: values() },
        Section { title: "## `/v1/llms`: numbers, flags and lists", cases: numbers() },
        Section { title: "## `/v1/llms`: credentials", cases: credentials() },
        Section { title: "## `/v1/llms`: updates, ids and queries", cases: updates() },
        Section { title: "## `/v1/apikeys` and `/v1/users`", cases: keys() },
    ]
}

fn bodies() -> Vec<Case> {
    let good = || llm_creation(&json!({})).to_string();
    let twice = |description, member: &str| {
        let good = good();
        raw_request(description, "POST", "/v1/llms", format!("{}, {member}}}", &good[..good.len() - 1]))
    };
    let with_content_type = |description, content_type: &str| {
        raw_request(description, "POST", "/v1/llms", good()).with_content_type(content_type)
    };
    let unknown: Map<_, _> = (0..50).map(|n| (format!("f{n:02}"), json!("zebra"))).collect();
    let mut cases = malformed_bodies("/v1/llms");
    cases.extend([
        twice("`displayName` twice", r#""displayName": "zebra""#),
        twice("a label twice", r#""labels": {"a": "zebra", "a": "zebra"}"#),
        with_content_type("the content type `text/plain`", "text/plain"),
        with_content_type("the content type `application/xml`", "application/xml"),
        post("50 unknown fields", &unknown.into()),
    ]);
    cases
}

fn values() -> Vec<Case> {
    let url = |description, url: &str| post(description, &json!({"endpointUrl": url}));
    vec![
        json_request("no field at all", "POST", "/v1/llms", &json!({})),
        post("a field with another capital letter", &json!({"displayname": "zebra"})),
        post("a field that the server sets", &json!({"createdAt": 1})),
        post("a number for `displayName`", &json!({"displayName": 7})),
        post("an empty `displayName`", &json!({"displayName": ""})),
        post("a `displayName` of 255 characters of 4 bytes each", &json!({"displayName": "🦓".repeat(255)})),
        post("a `displayName` of 256 characters", &json!({"displayName": "z".repeat(256)})),
        post("NUL in `displayName`", &json!({"displayName": "zebra\0"})),
        post("`null` for `modelIdentifier`", &json!({"modelIdentifier": null})),
        post("a `modelIdentifier` of 513 characters", &json!({"modelIdentifier": "z".repeat(513)})),
        post("a `version` of 65 characters", &json!({"version": "z".repeat(65)})),
        post("a `description` of 4,097 characters", &json!({"description": "z".repeat(4097)})),
        post("NUL in `description`", &json!({"description": "zebra\0"})),
        post("an unknown `providerType`", &json!({"providerType": "zebra"})),
        post("a `providerType` of the other API", &json!({"providerType": "ANTHROPIC"})),
        post("`DASHSCOPE` for `providerType`", &json!({"providerType": "DASHSCOPE"})),
        post("`dashscopeApiDialect`", &json!({"dashscopeApiDialect": "zebra"})),
        url("a word for `endpointUrl`", "zebra"),
        url("the scheme `ws`", "ws://zebra.example/v1"),
        url("a user name and a password", "https://zebra:zebra@api.example/v1"),
        url("a backslash", "https:\\\\zebra.example"),
        url("a token in the query", "https://zebra.example/v1?access_token=zebra"),
        url("a control character", "https://zebra.example/\u{1}"),
        url("a bidirectional control character", "https://zebra.example/\u{202e}1v"),
        post("an `apiPath` with a space", &json!({"apiPath": "/zebra zebra"})),
        post("an `apiPath` with a NUL", &json!({"apiPath": "/zebra\0"})),
        post("an `apiPath` of 1,025 characters", &json!({"apiPath": format!("/{}", "z".repeat(1024))})),
        post(
            "a `monitoringEndpoint` of another scheme",
            &json!({"monitoringEndpoint": "gopher://zebra.example"}),
        ),
        post("an `llmId` that is not a UUID", &json!({"llmId": "zebra"})),
        post("an `llmId` that is taken", &json!({"llmId": "{llm}"})),
        post(
            "a duplicate with another name",
            &json!({"displayName": "zebra 2", "modelIdentifier": "zebra", "ownerId": "{user}"}),
        ),
        post("an `ownerId` that is not a UUID", &json!({"ownerId": "zebra"})),
        post("an unknown `ownerId`", &json!({"ownerId": UNKNOWN_ID})),
        post("20 labels", &json!({"labels": labels(20)})),
        post("21 labels", &json!({"labels": labels(21)})),
        post("a label without a key", &json!({"labels": {"": "zebra"}})),
        post("a label with a capital letter in its key", &json!({"labels": {"A": "zebra"}})),
        post("a label with a key of 256 characters", &json!({"labels": {"a".repeat(256): "zebra"}})),
        post("a label of 256 characters", &json!({"labels": {"a": "z".repeat(256)}})),
        post("a number as a label with a long key", &json!({"labels": {"a".repeat(10_000): 7}})),
        post("a number as a label", &json!({"labels": {"a": 7}})),
        post("NUL in a label", &json!({"labels": {"a": "zebra\0"}})),
        post("an array of labels", &json!({"labels": ["zebra"]})),
        post("an array for `clientConfig`", &json!({"clientConfig": ["zebra"]})),
        post("a `clientConfig` of more than 16 KiB", &json!({"clientConfig": {"a": "z".repeat(16_384)}})),
    ]
}

fn numbers() -> Vec<Case> {
    let sampling = |description, name: &str, value: Value| {
        post(description, &json!({"defaultSamplingParams": {name: value}}))
    };
    let context = |description, length: &str| {
        let body = llm_creation(&json!({"maxContextLength": 7})).to_string();
        raw_request(description, "POST", "/v1/llms", body.replace(":7", &format!(":{length}")))
    };
    vec![
        context("a negative `maxContextLength`", "-1"),
        context("0 for `maxContextLength`", "0"),
        context("a fraction for `maxContextLength`", "4096.5"),
        context("2^31 for `maxContextLength`", "2147483648"),
        context("a number of 400 digits for `maxContextLength`", &"9".repeat(400)),
        context("`1e300` for `maxContextLength`", "1e300"),
        context("`1e999` for `maxContextLength`", "1e999"),
        context("a word for `maxContextLength`", "\"zebra\""),
        sampling("a negative `maxTokens`", "maxTokens", json!(-1)),
        sampling("a `temperature` of 2.1", "temperature", json!(2.1)),
        sampling("`NaN` as a string for `temperature`", "temperature", json!("NaN")),
        sampling("a `topP` of 1.1", "topP", json!(1.1)),
        sampling("a `topK` in a string", "topK", json!("40")),
        sampling("a `presencePenalty` of -3", "presencePenalty", json!(-3)),
        sampling("a string for `stopSequences`", "stopSequences", json!("zebra")),
        sampling("an unknown sampling parameter", "top_k", json!(1)),
        post("an array for `defaultSamplingParams`", &json!({"defaultSamplingParams": []})),
        post("`yes` for a capability", &json!({"capabilities": {"supportsChat": "yes"}})),
        post("1 for a capability", &json!({"capabilities": {"supportsChat": 1}})),
        post("an unknown capability", &json!({"capabilities": {"supportsVision": true}})),
        post("an unknown modality", &json!({"supportedModalities": ["TEXT", "zebra"]})),
        post("a string for `supportedModalities`", &json!({"supportedModalities": "TEXT"})),
    ]
}

fn credentials() -> Vec<Case> {
    let with_credentials =
        |description, credentials: Value| post(description, &json!({"credentials": credentials}));
    let inline =
        |description, secret: Value| with_credentials(description, api_key(&json!({"inlineSecret": secret})));
    let reference =
        |description, uri: &str| with_credentials(description, api_key(&json!({"secretRef": {"uri": uri}})));
    vec![
        with_credentials("a string", json!("sk-zebra")),
        with_credentials("an empty object", json!({})),
        with_credentials(
            "an unknown `kind`",
            json!({"kind": "zebra", "apiKey": {"inlineSecret": "sk-zebra"}}),
        ),
        with_credentials("a `kind` without its object", json!({"kind": "CREDENTIAL_KIND_API_KEY"})),
        with_credentials(
            "the object of another `kind`",
            json!({"kind": "CREDENTIAL_KIND_GCP_ADC", "apiKey": {"inlineSecret": "sk-zebra"}}),
        ),
        with_credentials("no secret", api_key(&json!({}))),
        with_credentials(
            "two secrets",
            api_key(&json!({"inlineSecret": "sk-zebra", "secretRef": {"uri": "vault://zebra"}})),
        ),
        inline("an empty secret", json!("")),
        inline("a number for the secret", json!(7)),
        inline("the mask `****` as the secret", json!("****")),
        inline("a mask with four characters as the secret", json!("****0123")),
        inline("a mask with bullets as the secret", json!("sk-zebra••••••")),
        inline("a mask with dots as the secret", json!("sk-...zebra")),
        inline("nothing but `x` as the secret", json!("xxxxxxxx")),
        inline("the value for \"unchanged\" of n8n as the secret", json!("__n8n_BLANK_VALUE_zebra")),
        inline("a variable of LiteLLM as the secret", json!("os.environ/zebra")),
        inline("a reference of this server as the secret", json!("env://ZEBRA")),
        inline("a template as the secret", json!("{{ secrets.zebra }}")),
        inline("a reference of Azure as the secret", json!("@Microsoft.KeyVault(zebra)")),
        inline("a line break in the secret", json!("sk-zebra\r\nx: y")),
        inline("NUL in the secret", json!("sk-zebra\0")),
        with_credentials(
            "a `headerName` with a line break",
            api_key(&json!({"inlineSecret": "sk-zebra", "headerName": "x-zebra\r\ny"})),
        ),
        with_credentials(
            "`Host` for `headerName`",
            api_key(&json!({"inlineSecret": "sk-zebra", "headerName": "Host"})),
        ),
        with_credentials(
            "a `prefix` with a line break",
            api_key(&json!({"inlineSecret": "sk-zebra", "prefix": "zebra\r\n"})),
        ),
        reference("a word as a reference", "zebra"),
        reference("a reference to a file of the server", "file:///etc/zebra"),
        reference("a reference to the server's environment", "env://ZEBRA_zebra"),
        with_credentials(
            "an unknown field",
            api_key(&json!({"inlineSecret": "sk-zebra", "value": "sk-zebra"})),
        ),
    ]
}

fn updates() -> Vec<Case> {
    let list =
        |description, query: &str| request_without_body(description, "GET", &format!("/v1/llms?{query}"));
    vec![
        put("no field", &json!({})),
        put("only `null`", &json!({"displayName": null})),
        put("a field that cannot change", &json!({"providerType": "OPENAI"})),
        put("an empty `displayName`", &json!({"displayName": ""})),
        put("an empty `modelIdentifier`", &json!({"modelIdentifier": ""})),
        put("both maps of labels", &json!({"replaceLabels": {}, "mergeLabels": {}})),
        put("20 more labels than are stored", &json!({"mergeLabels": labels(20)})),
        put("another host without a secret", &json!({"endpointUrl": "https://zebra.invalid/v1"})),
        put("another scheme without a secret", &json!({"endpointUrl": "http://zebra.example/v1"})),
        put("another port without a secret", &json!({"endpointUrl": "https://zebra.example:444/v1"})),
        json_request(
            "credentials without `endpointUrl`, after another user set the origin",
            "PUT",
            "/v1/llms/{shared_llm}",
            &json!({"credentials": api_key(&json!({"inlineSecret": "sk-zebra-4567"}))}),
        ),
        put("one good field and one bad", &json!({"displayName": "zebra 3", "version": "z".repeat(65)})),
        put("an `If-Match` that does not match the revision", &json!({"displayName": "zebra 4"}))
            .with_header("if-match", "\"zebra\""),
        put("an `If-Match` without quotes", &json!({"displayName": "zebra 4"}))
            .with_header("if-match", "zebra"),
        request_without_body("an `If-Match` that does not match the revision", "DELETE", "/v1/llms/{llm}")
            .with_header("if-match", "\"zebra\""),
        raw_request("an object that does not end", "PUT", "/v1/llms/{llm}", "{"),
        request_without_body("an id that is not a UUID", "GET", "/v1/llms/zebra"),
        request_without_body("an id with a NUL", "GET", "/v1/llms/zebra%00"),
        request_without_body("an id that is not UTF-8", "DELETE", "/v1/llms/zebra%FF"),
        request_without_body("an unknown id", "GET", &format!("/v1/llms/{UNKNOWN_ID}")),
        request_without_body("the id of a configuration of `/ai/llm`", "GET", "/v1/llms/{config}"),
        request_without_body(
            "a word for `includeCredentials`",
            "GET",
            "/v1/llms/{llm}?includeCredentials=zebra",
        ),
        request_without_body("`includeCredentials`", "GET", "/v1/llms/{llm}?includeCredentials=true"),
        request_without_body("`includeCredentials` of a list", "GET", "/v1/llms?includeCredentials=true"),
        list("an `ownerId` that is not a UUID", "ownerId=zebra"),
        list("an unknown `providerType`", "providerType=zebra"),
        list("two values for one filter", "providerType=VLLM&provider_type=OPENAI"),
        list("a label with a capital letter in its key", "label.A=zebra"),
        list("a mistyped filter", "providertype=zebra"),
        list("a filter of another API, and a wrong value", "workspaceId=zebra&ownerId=zebra"),
        list("a parameter without a name", "=zebra"),
        list("a parameter whose name has control characters", "a%00%0Ab=zebra"),
    ]
}

fn keys() -> Vec<Case> {
    let rule = |operation: &str| json!([{"operation": operation, "selector": "OWN"}]);
    vec![
        issue("an unknown field", &json!({"name": "zebra"})),
        issue("an `expiresAt` in the past", &json!({"expiresAt": 1})),
        issue("a negative `expiresAt`", &json!({"expiresAt": -1})),
        issue("a date for `expiresAt`", &json!({"expiresAt": "2099-01-01T00:00:00Z"})),
        issue("a huge `expiresAt`", &json!({"expiresAt": 1e300})),
        issue("an unknown `authorityMode`", &json!({"authorityMode": "zebra"})),
        issue("`SCOPED` without a `ceiling`", &json!({"authorityMode": "SCOPED"})),
        issue("a `ceiling` without `SCOPED`", &json!({"ceiling": rule("READ_LLM")})),
        issue("an unknown operation", &json!({"authorityMode": "SCOPED", "ceiling": rule("zebra")})),
        issue("an unknown right", &json!({"rights": ["zebra"]})),
        issue("a workspace that is not a UUID", &json!({"workspaces": ["zebra"]})),
        issue("21 labels", &json!({"labels": labels(21)})),
        issue("an unknown `subjectPrincipalId`", &json!({"subjectPrincipalId": UNKNOWN_ID})),
        issue("an `apiKeyId` that is taken", &json!({"apiKeyId": "{key}"})),
        json_request("an unknown `status`", "PUT", "/v1/apikeys/{key}", &json!({"status": "zebra"})),
        json_request("no field", "PUT", "/v1/apikeys/{key}", &json!({})),
        request_without_body("an id that is not a UUID", "DELETE", "/v1/apikeys/zebra"),
        request_without_body("an unknown `lifecycleState`", "GET", "/v1/apikeys?lifecycleState=zebra"),
        request_without_body("an unknown parameter", "GET", "/v1/users/me?limit=1"),
        request_without_body("an id that is not a UUID", "GET", "/v1/users/zebra"),
        request_without_body("an invalid e-mail address", "GET", "/v1/users/email/zebra"),
        request_without_body("an unknown e-mail address", "GET", "/v1/users/email/zebra@zebra.example"),
    ]
}
