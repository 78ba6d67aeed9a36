//! Deserialisation of credentials from JSON: no error quotes the input.

use llm_config_core::config::NewLlmConfig;
use llm_config_core::credential::{ApiKey, Credential, GcpAdc, KeyPair, SecretValue};
use llm_config_core::secret::Secret;

/// A secret in the wrong field. It consists of digits, so that it is also a number.
const MARKER: &str = "4815162342108";

/// A credential on one line, with its secrets exposed.
fn printed(credential: &Credential) -> String {
    let value = |value: &SecretValue| match value {
        SecretValue::Inline(secret) => format!("secret {}", secret.expose()),
        SecretValue::Reference(reference) => format!("reference {}", reference.uri()),
    };
    match credential {
        Credential::ApiKey(key) => {
            let ApiKey { header, prefix, value: secret } = key;
            let prefix = prefix.as_ref().map(|prefix| prefix.as_str().to_owned());
            {
                let header = header.as_ref().map_or("-", |header| header.as_str());
                format!("{header} {prefix:?} {}", value(secret))
            }
        }
        Credential::KeyPair(KeyPair { key_id, secret }) => format!("{} {}", key_id.expose(), value(secret)),
        Credential::GcpAdc(GcpAdc { scopes, quota_project }) => format!("{scopes:?} {quota_project:?}"),
    }
}

/// Deserialises `json` alone and inside a configuration, from text and from a tree.
fn check(json: &str, expected: &str) {
    let config = format!(
        r#"{{"settings": {{"name": "n", "provider": "OPENAI", "endpoint": "https://h"}},
            "credential": {json}}}"#
    );
    let alone: Credential = serde_json::from_str(json).unwrap();
    let within: NewLlmConfig = serde_json::from_str(&config).unwrap();
    let tree: serde_json::Value = serde_json::from_str(&config).unwrap();
    let from_tree: NewLlmConfig = serde_json::from_value(tree).unwrap();
    assert_eq!(printed(&alone), expected);
    assert_eq!(printed(&within.credential.unwrap()), expected);
    assert_eq!(printed(&from_tree.credential.unwrap()), expected);
}

/// The errors of `json` as every type that contains secrets, from text and from a tree.
fn errors(json: &str) -> Vec<String> {
    let tree: serde_json::Value = serde_json::from_str(json).unwrap();
    [
        serde_json::from_str::<Secret>(json).map(drop).err(),
        serde_json::from_str::<Credential>(json).map(drop).err(),
        serde_json::from_str::<NewLlmConfig>(json).map(drop).err(),
        serde_json::from_value::<Secret>(tree.clone()).map(drop).err(),
        serde_json::from_value::<Credential>(tree.clone()).map(drop).err(),
        serde_json::from_value::<NewLlmConfig>(tree).map(drop).err(),
    ]
    .into_iter()
    .flatten()
    .map(|error| format!("{error} / {error:?}"))
    .collect()
}

/// The credential `json` is rejected, alone and inside a configuration, and no error quotes the marker.
fn check_rejected(json: &str, expected: &str) {
    let json = json.replace("MARKER", MARKER);
    let found = serde_json::from_str::<Credential>(&json).map(drop).unwrap_err().to_string();
    assert!(found.starts_with(expected), "{json}: {found}");
    check_quotes_no_secret(&json);
}

fn check_quotes_no_secret(json: &str) {
    let json = json.replace("MARKER", MARKER);
    let settings = r#"{"name": "n", "provider": "OPENAI", "endpoint": "https://h"}"#;
    let documents = [
        json.clone(),
        format!("[{json}]"),
        format!(r#"{{"settings": {settings}, "credential": {json}}}"#),
        format!(r#"{{"settings": {settings}, "credential": [{json}]}}"#),
        format!(r#"{{"settings": {json}, "credential": null}}"#),
        format!(r#"{{"{MARKER}": {json}, "settings": {settings}}}"#),
    ];
    for document in documents {
        let found = errors(&document);
        assert!(!found.is_empty(), "{document} is accepted");
        for error in found {
            assert!(!error.contains(MARKER), "{document}: {error}");
        }
    }
}

#[test]
fn deserialize_api_key_defaults_to_bearer_token() {
    check(r#"{"kind": "API_KEY", "secret": "sk-1"}"#, "Authorization None secret sk-1");
    check(
        r#"{"kind": "API_KEY", "secret": "sk-1", "header": "x-api-key", "prefix": "Token "}"#,
        r#"x-api-key Some("Token ") secret sk-1"#,
    );
    check(
        r#"{"kind": "API_KEY", "reference": "vault://kv/openai#key", "secret": null}"#,
        "Authorization None reference vault://kv/openai#key",
    );
}

#[test]
fn deserialize_key_pair_requires_identifier() {
    check(r#"{"kind": "KEY_PAIR", "key_id": "AKIA", "secret": "s"}"#, "AKIA secret s");
    check(r#"{"kind": "KEY_PAIR", "key_id": "AKIA", "reference": "env://S"}"#, "AKIA reference env://S");
}

#[test]
fn deserialize_gcp_adc_with_scopes_and_project_succeeds() {
    check(r#"{"kind": "GCP_ADC"}"#, "[] None");
    check(r#"{"kind": "GCP_ADC", "scopes": ["a", "b"], "quota_project": "p"}"#, r#"["a", "b"] Some("p")"#);
    check(r#"{"kind": "GCP_ADC", "scopes": null}"#, "[] None");
}

#[test]
fn deserialize_secret_from_string_succeeds() {
    let secret: Secret = serde_json::from_str(r#"" sk-\u00e9 ""#).unwrap();
    assert_eq!(secret.expose(), " sk-é ");
}

#[test]
fn deserialize_config_without_credential_succeeds() {
    let settings = r#"{"name": "n", "provider": "OLLAMA", "endpoint": "http://h:11434"}"#;
    for json in
        [format!(r#"{{"settings": {settings}}}"#), format!(r#"{{"settings":{settings},"credential":null}}"#)]
    {
        let config: NewLlmConfig = serde_json::from_str(&json).unwrap();
        assert!(config.credential.is_none() && config.inferred.is_empty());
    }
}

#[test]
fn deserialize_config_keeps_bytes_of_client_config() {
    let json = r#"{"settings": {"name": "n", "provider": "VLLM", "endpoint": "http://h", "client_config":
        { "b":1.50,  "a" : "\u00e9" }}}"#;
    let config: NewLlmConfig = serde_json::from_str(json).unwrap();
    assert_eq!(config.settings.client_config.unwrap().as_json(), r#"{ "b":1.50,  "a" : "\u00e9" }"#);
}

#[test]
fn deserialize_malformed_credential_is_rejected_without_quote() {
    let shape = "expected a credential: an object with `kind` and the members of that kind";
    let table = [
        // The secret instead of the whole credential.
        (r#""MARKER""#, shape),
        ("MARKER", shape),
        ("-MARKER", shape),
        ("MARKER.5", shape),
        (r#"["MARKER"]"#, shape),
        (r#"["API_KEY", null, null, "MARKER"]"#, shape),
        (r#"[["MARKER"]]"#, shape),
        // Members of a wrong type.
        (r#"{"kind": "API_KEY", "secret": MARKER}"#, "expected a string"),
        (r#"{"kind": "API_KEY", "secret": -MARKER}"#, "expected a string"),
        (r#"{"kind": "API_KEY", "secret": MARKER.5}"#, "expected a string"),
        (r#"{"kind": "API_KEY", "secret": ["MARKER"]}"#, "invalid type: sequence, expected a string"),
        (r#"{"kind": "API_KEY", "secret": {"value": "MARKER"}}"#, "invalid type: map, expected a string"),
        (r#"{"kind": "API_KEY", "secret": {"MARKER": {}}}"#, "invalid type: map, expected a string"),
        (r#"{"kind": MARKER}"#, "expected a string"),
        (r#"{"kind": "API_KEY", "header": MARKER}"#, "expected a string"),
        (r#"{"kind": "API_KEY", "prefix": MARKER}"#, "expected a string"),
        (r#"{"kind": "API_KEY", "reference": MARKER}"#, "expected a string"),
        (r#"{"kind": "KEY_PAIR", "key_id": MARKER}"#, "expected a string"),
        (r#"{"kind": "GCP_ADC", "scopes": "MARKER"}"#, "expected a sequence"),
        (r#"{"kind": "GCP_ADC", "scopes": [MARKER]}"#, "expected a string"),
        (r#"{"kind": "GCP_ADC", "scopes": {"MARKER": 1}}"#, "invalid type: map, expected a sequence"),
        (r#"{"kind": "GCP_ADC", "quota_project": MARKER}"#, "expected a string"),
        // The secret in another member.
        (r#"{"kind": "MARKER"}"#, "must be one of API_KEY, KEY_PAIR, GCP_ADC"),
        (r#"{"kind": "api_key", "secret": "MARKER"}"#, "must be one of API_KEY, KEY_PAIR, GCP_ADC"),
        (r#"{"secret": "MARKER"}"#, "missing field `kind`"),
        (r#"{"kind": "API_KEY", "MARKER": "secret"}"#, "has a member other than `kind`, `header`, `prefix`"),
        (r#"{"kind": "API_KEY", "apiKey": "MARKER"}"#, "has a member other than `kind`"),
        (
            r#"{"kind": "API_KEY", "secret": "s", "header": "Bearer MARKER"}"#,
            "`header` must be an HTTP header",
        ),
        (
            r#"{"kind": "API_KEY", "secret": "s", "header": "x-forwarded-MARKER"}"#,
            "`header` must not be a header",
        ),
        (r#"{"kind": "API_KEY", "secret": "s", "prefix": "MARKER\u0000"}"#, "`prefix` must not contain"),
        (r#"{"kind": "API_KEY", "reference": "MARKER"}"#, "`reference` must start with one of vault://"),
        (r#"{"kind": "API_KEY", "reference": "env://MARKER\n\u0001"}"#, "`reference` must not contain"),
        // Invalid secrets, and members that exclude each other.
        (r#"{"kind": "API_KEY", "secret": "MARKER\u0000"}"#, "must not contain NUL"),
        (r#"{"kind": "API_KEY", "header": "x-MARKER"}"#, "exactly one of `secret` and `reference`"),
        (r#"{"kind": "API_KEY", "secret": "MARKER", "reference": "env://MARKER"}"#, "exactly one of"),
        (r#"{"kind": "API_KEY", "secret": "MARKER", "secret": "MARKER"}"#, "duplicate field `secret`"),
        (
            r#"{"kind": "API_KEY", "secret": "MARKER", "key_id": "MARKER"}"#,
            "a credential of this kind may have only",
        ),
        (r#"{"kind": "KEY_PAIR", "secret": "MARKER"}"#, "`key_id` is required"),
        (r#"{"kind": "KEY_PAIR", "key_id": "MARKER"}"#, "exactly one of"),
        (
            r#"{"kind": "KEY_PAIR", "key_id": "a", "secret": "MARKER", "prefix": "MARKER"}"#,
            "a credential of this",
        ),
        (r#"{"kind": "GCP_ADC", "secret": "MARKER"}"#, "a credential of this kind may have only"),
        (r#"{"kind": "GCP_ADC", "scopes": ["MARKER\u0001"]}"#, "`credential.scopes[0]` must not contain"),
    ];
    for (json, expected) in table {
        check_rejected(json, expected);
    }
}

#[test]
fn deserialize_malformed_settings_are_rejected_without_quote() {
    let config = |member: &str, value: &str| {
        format!(
            r#"{{"settings": {{"name": "n", "provider": "OPENAI", "endpoint": "https://h",
                    "{member}": {value}}},
                "credential": {{"kind": "API_KEY", "secret": "s"}}}}"#
        )
    };
    let members = [
        "model",
        "api_path",
        "modalities",
        "capabilities",
        "sampling",
        "context_length",
        "client_config",
        "MARKER",
    ];
    let shapes = ["true", "MARKER.5", r#"["MARKER", MARKER]"#, r#"[{"MARKER": "MARKER"}]"#];
    for member in members {
        for value in shapes {
            check_quotes_no_secret(&config(member, value));
        }
    }
    for (member, value) in [
        ("context_length", r#""MARKER""#),
        ("context_length", "-MARKER"),
        ("labels", r#""MARKER""#),
        ("labels", r#"{"a": MARKER}"#),
        ("sampling", r#""MARKER""#),
        ("sampling", r#"{"MARKER": 1}"#),
        ("sampling", r#"{"temperature": "MARKER"}"#),
        ("sampling", r#"{"stop_sequences": "MARKER"}"#),
        ("monitoring_endpoint", r#""https://u:MARKER@h""#),
        ("monitoring_endpoint", r#""MARKER""#),
        ("api_path", r#""/c?key=MARKER""#),
        ("version", r#""MARKER\u0000""#),
        ("client_config", r#""MARKER""#),
    ] {
        check_quotes_no_secret(&config(member, value));
    }
}

#[test]
fn deserialize_config_from_other_type_names_expected_type() {
    let check = |json: &str, expected: &str| {
        let found = serde_json::from_str::<NewLlmConfig>(json).map(drop).unwrap_err().to_string();
        assert!(found.starts_with(expected), "{json}: {found}");
    };
    let settings = r#""settings": {"name": "n", "provider": "OPENAI", "endpoint": "https://h"#;
    check("3", "expected a configuration: an object with `settings` and `credential`");
    check("{}", "missing field `settings`");
    check(r#"{"a": 1}"#, "has a member other than `settings`, `credential`");
    check(&format!(r#"{{{settings}", "b": 1}}}}"#), "has a member other than `name`, `provider`, `endpoint`");
    check(&format!(r#"{{{settings}", "context_length": "9"}}}}"#), "expected i64");
    check(&format!(r#"{{{settings}#x"}}}}"#), "must not contain a fragment");
}
