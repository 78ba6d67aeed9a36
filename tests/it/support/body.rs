//! Request bodies, and how a test varies them.

use std::fmt::Display;

use serde_json::{Value, json};

/// A valid UUID that is not the id of an object.
pub(crate) const UNKNOWN_ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// The secret of [`ai_llm`].
pub(crate) const SECRET: &str = "sk-first-0123456789";

/// The smallest body of `POST /ai/llm`.
pub(crate) fn ai_llm(workspace: impl Display + Copy) -> Value {
    json!({
        "name": "GPT",
        "aiType": "OPENAI",
        "endpoint": "https://api.openai.com/v1",
        "secret": SECRET,
        "workspaceId": workspace.to_string(),
    })
}

/// The smallest body of `POST /v1/llms`; it has no credential.
pub(crate) fn llm() -> Value {
    json!({
        "displayName": "local",
        "providerType": "VLLM",
        "endpointUrl": "http://gpu.example:8000/v1",
        "modelIdentifier": "qwen3",
    })
}

/// [`llm`] with an inline secret.
pub(crate) fn llm_with_secret(secret: &str) -> Value {
    merge_patch(llm(), &json!({"credentials": api_key_credentials(secret)}))
}

/// [`llm`] at this endpoint, with `model` as its model and its name, and with an inline secret or without a
/// credential.
pub(crate) fn llm_at(endpoint: &str, model: &str, secret: Option<&str>) -> Value {
    let body = secret.map_or_else(llm, llm_with_secret);
    merge_patch(body, &json!({"displayName": model, "modelIdentifier": model, "endpointUrl": endpoint}))
}

/// The member `credentials` of `/v1/llms` for an inline secret.
pub(crate) fn api_key_credentials(secret: &str) -> Value {
    json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": secret}})
}

/// A body of `POST /organization/users`.
pub(crate) fn new_user(email: &str) -> Value {
    json!({"email": email, "firstName": "Ada", "lastName": "Lovelace"})
}

/// `base` with the members of `changes`; `null` removes a member (as in RFC 7396, on the first level).
pub(crate) fn merge_patch(mut base: Value, changes: &Value) -> Value {
    let members = base.as_object_mut().expect("the value is a JSON object");
    for (name, value) in changes.as_object().expect("the value is a JSON object") {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    base
}

/// `base` with the members of `changes`; `null` stays `null`.
pub(crate) fn assign(mut base: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().expect("the value is a JSON object") {
        base[name] = value.clone();
    }
    base
}

/// The names of an object's members, sorted.
#[track_caller]
pub(crate) fn member_names(value: &Value) -> Vec<&str> {
    let mut names: Vec<_> =
        value.as_object().expect("the value is a JSON object").keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}
