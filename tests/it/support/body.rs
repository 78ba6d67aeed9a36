//! Request bodies.

use serde_json::{Value, json};

/// The smallest creation.
pub(crate) fn llm() -> Value {
    json!({
        "displayName": "local",
        "providerType": "VLLM",
        "endpointUrl": "http://gpu.example:8000/v1",
        "modelIdentifier": "qwen3",
    })
}

/// `base` with the members of `changes` in it; `null` takes a member away.
pub(crate) fn with(mut base: Value, changes: &Value) -> Value {
    let members = base.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    base
}

/// A creation with that secret.
pub(crate) fn keyed(secret: &str) -> Value {
    let credentials = json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": secret}});
    with(llm(), &json!({"credentials": credentials}))
}
