//! Assertions and requests for the API of `/ai/llm`.

use llm_config_core::id::ConfigId;
use serde_json::{Value, json};

use super::{Client, Response, member_names};

impl Response {
    /// Asserts an error in the format of this API whose message contains each of `parts`.
    #[track_caller]
    pub(crate) fn flashback_error(&self, status: u16, parts: &[&str]) {
        let body = self.json(status);
        assert_eq!(member_names(&body), ["message", "success"], "{body}");
        assert_eq!(body["success"], false);
        let message = body["message"].as_str().expect("the message is a string");
        for part in parts {
            assert!(message.contains(part), "`{message}` does not contain `{part}`");
        }
        assert!(message.starts_with(char::is_alphabetic), "{message}");
    }

    /// The fields of a configuration that a 400 names, in its order.
    #[track_caller]
    pub(crate) fn flashback_error_fields(&self) -> Vec<&'static str> {
        const FIELDS: &[&str] = &["name", "aiType", "endpoint", "key", "secret", "workspaceId", "apiKeyUuid"];
        self.flashback_error(400, &[]);
        let body = self.json(400);
        let parts = body["message"].as_str().expect("the message is a string").split("; ");
        let field = |part: &str| FIELDS.iter().find(|field| part.split(' ').next() == Some(**field)).copied();
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
    /// Creates a workspace and returns its id.
    #[track_caller]
    pub(crate) fn create_workspace(&self, name: &str) -> String {
        let created = self.post("/workspace", &json!({"name": name})).success();
        created["workspace"]["id"].as_str().expect("the id is a string").to_owned()
    }

    /// Creates a configuration and returns its id.
    #[track_caller]
    pub(crate) fn create_ai_llm(&self, body: &Value) -> ConfigId {
        let created = self.post("/ai/llm", body).success();
        created["aiLlmId"].as_str().expect("the id is a string").parse().expect("a UUID")
    }

    /// The configurations in a list.
    #[track_caller]
    pub(crate) fn ai_llms(&self, query: &str) -> Vec<Value> {
        let list = self.get(&format!("/ai/llm{query}")).success();
        list["aiLlms"].as_array().expect("the list is an array").clone()
    }

    /// The names of the configurations in a list, in its order.
    #[track_caller]
    pub(crate) fn ai_llm_names(&self, query: &str) -> Vec<String> {
        let name = |config: &Value| config["name"].as_str().expect("the name is a string").to_owned();
        self.ai_llms(query).iter().map(name).collect()
    }

    /// One configuration, as an element of the list.
    #[track_caller]
    pub(crate) fn find_ai_llm(&self, id: ConfigId) -> Value {
        let id = id.to_string();
        self.ai_llms("")
            .into_iter()
            .find(|config| config["id"] == id.as_str())
            .expect("an element of that id")
    }
}
