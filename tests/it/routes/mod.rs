//! What holds for every route of the reviewed list.

mod head;
mod query_parameters;
mod slashes;

use llm_config_server::http::document::Document;
use llm_config_server::http::routes::{Route, for_document};
use llm_config_store::testing::TestDatabase;
use serde_json::{Value, json};

use crate::support::{TestApp, ai_llm, llm, new_user};

/// An app with one object of each kind.
struct Fixture {
    app: TestApp,
    workspace: String,
    config: String,
    llm: String,
    key: String,
    user: String,
}

impl Fixture {
    fn new() -> Self {
        let app = TestApp::with_database(TestDatabase::sqlite());
        let root = app.root();
        let id = |response: &Value, pointer: &str| {
            response.pointer(pointer).and_then(Value::as_str).expect("an id").to_owned()
        };
        let workspace = root.create_workspace("Research");
        let config = root.create_ai_llm(&ai_llm(&workspace)).to_string();
        let llm = id(&root.create_llm(&llm()), "/llmId");
        let key = id(&root.post("/v1/apikeys", &json!({})).json(201), "/apiKeyMetadata/apiKeyId");
        let user = id(&root.post("/organization/users", &new_user("ada@example.com")).json(200), "/data/id");
        let path = format!("/workspace/{workspace}/users");
        root.post(&path, &json!({"userId": user, "role": "READ"})).json(200);
        Self { app, workspace, config, llm, key, user }
    }

    /// The path of an existing object.
    fn path(&self, pattern: &str) -> String {
        let id = match pattern.split('/').nth(1) {
            Some("ai") => &self.config,
            Some("workspace") => &self.workspace,
            Some("v1") if pattern.starts_with("/v1/apikeys") => &self.key,
            Some("openai" | "anthropic" | "gemini") => &self.llm,
            Some("v1" | "llm-config") if !pattern.starts_with("/v1/users") => &self.llm,
            _ => &self.user,
        };
        let path = pattern.replace("{id}", id).replace("{userId}", &self.user);
        let path = path.replace("{model}", &self.llm);
        path.replace("{email}", "ada@example.com").replace("{file}", "index.css")
    }
}

/// Every route.
fn all() -> impl Iterator<Item = &'static Route> {
    Document::ALL.into_iter().flat_map(for_document)
}

/// Whether the route calls models.
fn is_of_gateway(route: &Route) -> bool {
    for_document(Document::Gateway).iter().any(|other| other.path == route.path)
}

/// Whether the route is part of an API of ours, and not for calls of models, monitoring or documentation.
fn is_api(route: &Route) -> bool {
    let prefixes = ["/ai/", "/workspace", "/organization/", "/v1/", "/llm-config/"];
    !is_of_gateway(route) && prefixes.iter().any(|prefix| route.path.starts_with(prefix))
}
