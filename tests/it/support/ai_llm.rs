//! The API of `/ai/llm`, as tests use it.

use llm_config_core::id::{ConfigId, WorkspaceId};
use serde_json::{Value, json};

use super::{Answer, Client};

/// The secret of [`ai_llm`].
pub(crate) const SECRET: &str = "sk-first-0123456789";

/// The smallest creation in a workspace.
pub(crate) fn ai_llm(workspace: WorkspaceId) -> Value {
    json!({
        "name": "GPT",
        "aiType": "OPENAI",
        "endpoint": "https://api.openai.com/v1",
        "secret": SECRET,
        "workspaceId": workspace.to_string(),
    })
}

/// `base` with the members of `changes` in it; `null` stays `null`.
pub(crate) fn set(mut base: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().expect("an object") {
        base[name] = value.clone();
    }
    base
}

/// The names of the members of an object, sorted.
#[track_caller]
pub(crate) fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<_> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

impl Answer {
    /// Asserts a refusal in the shape of this API, whose sentence has each of `parts`.
    #[track_caller]
    pub(crate) fn failed(&self, status: u16, parts: &[&str]) {
        let body = self.json(status);
        assert_eq!(members(&body), ["message", "success"], "{body}");
        assert_eq!(body["success"], false);
        let message = body["message"].as_str().expect("a sentence");
        for part in parts {
            assert!(message.contains(part), "`{message}` does not say `{part}`");
        }
        assert!(message.starts_with(char::is_alphabetic), "{message}");
    }

    /// The fields of a configuration that a refusal of a malformed request names, in its order.
    #[track_caller]
    pub(crate) fn failed_fields(&self) -> Vec<&'static str> {
        const FIELDS: &[&str] = &["name", "aiType", "endpoint", "key", "secret", "workspaceId", "apiKeyUuid"];
        self.failed(400, &[]);
        let body = self.json(400);
        let parts = body["message"].as_str().expect("a sentence").split("; ");
        let field = |part: &str| FIELDS.iter().find(|it| part.split(' ').next() == Some(**it)).copied();
        parts.filter_map(field).collect()
    }

    /// Asserts a success and returns its JSON.
    #[track_caller]
    pub(crate) fn success(&self) -> Value {
        let body = self.json(200);
        assert_eq!(body["success"], true, "{body}");
        body
    }
}

impl Client {
    /// Creates a configuration that there is nothing wrong with and returns its id.
    #[track_caller]
    pub(crate) fn add(&self, body: &Value) -> ConfigId {
        let created = self.post("/ai/llm", body).success();
        created["aiLlmId"].as_str().expect("an id").parse().expect("a UUID")
    }

    /// The configurations that a list shows.
    #[track_caller]
    pub(crate) fn ai_llms(&self, query: &str) -> Vec<Value> {
        let list = self.get(&format!("/ai/llm{query}")).success();
        list["aiLlms"].as_array().expect("a list").clone()
    }

    /// The names of the configurations that a list shows, in its order.
    #[track_caller]
    pub(crate) fn ai_llm_names(&self, query: &str) -> Vec<String> {
        let name = |it: &Value| it["name"].as_str().expect("a name").to_owned();
        self.ai_llms(query).iter().map(name).collect()
    }

    /// One configuration as lists show it.
    #[track_caller]
    pub(crate) fn listed(&self, id: ConfigId) -> Value {
        let id = id.to_string();
        self.ai_llms("").into_iter().find(|it| it["id"] == id.as_str()).expect("it is listed")
    }
}
