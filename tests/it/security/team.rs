//! A workspace with two colleagues, and two providers on this machine.

use llm_config_egress::testing::ScriptedServer;
use serde_json::{Value, json};

use crate::support::{Client, Installation, Manners, Server, provider};

/// A user of the organisation and a token of theirs that is not narrowed.
pub(super) struct User {
    pub(super) id: String,
    pub(super) client: Client,
}

/// Alice and Mallory may write in one workspace. An administrator may read and change what is theirs.
pub(super) struct Team {
    pub(super) root: Client,
    pub(super) alice: User,
    pub(super) mallory: User,
    pub(super) administrator: User,
    pub(super) workspace: String,
    /// Where Alice's configurations belong.
    pub(super) good: ScriptedServer,
    /// Mallory's own.
    pub(super) thief: ScriptedServer,
    pub(super) server: Server,
    pub(super) installation: Installation,
}

impl Team {
    pub(super) fn new(installation: Installation) -> Self {
        let providers = [(); 2].map(|()| provider(Manners::Open, ""));
        let hosts: Vec<_> = providers.iter().map(|it| format!("127.0.0.1:{}", it.port())).collect();
        let installation = installation.with("ALLOWED_HOSTS", &hosts.join(","));
        let server = installation.start();
        let root = server.client(&server.token());
        let [alice, mallory] = ["alice", "mallory"].map(|name| user(&server, &root, name, 0));
        let administrator = user(&server, &root, "adam", 254);
        let made = root.post("/workspace", &json!({"name": "Team"})).success();
        let workspace = made["workspace"]["id"].as_str().expect("an id").to_owned();
        for member in [&alice, &mallory] {
            let path = format!("/workspace/{workspace}/users");
            root.post(&path, &json!({"userId": member.id, "role": "WRITE"})).success();
        }
        let [good, thief] = providers;
        Self { root, alice, mallory, administrator, workspace, good, thief, server, installation }
    }

    pub(super) fn good_endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.good.port())
    }

    pub(super) fn thief_endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.thief.port())
    }

    /// The body of a configuration of the workspace.
    pub(super) fn ai_llm(&self, name: &str, endpoint: &str, secret: &str) -> Value {
        json!({
            "name": name, "aiType": "OTHER", "endpoint": endpoint, "secret": secret,
            "workspaceId": self.workspace,
        })
    }

    /// A configuration of the workspace that Alice made at her provider; its path.
    pub(super) fn alices(&self, name: &str) -> String {
        let body = self.ai_llm(name, &self.good_endpoint(), "sk-alice-first-0123456789");
        format!("/ai/llm/{}", self.alice.client.add(&body))
    }

    /// Everything that was sent to Mallory's provider has none of these secrets.
    #[track_caller]
    pub(super) fn check_thief_has_none_of(&self, secrets: &[&str]) {
        for request in self.thief.received() {
            for secret in secrets {
                assert!(!request.carries(secret), "the thief received `{secret}`");
            }
        }
    }

    /// The kinds of the audit events, oldest first.
    pub(super) fn audited(&self, prefix: &str) -> Vec<String> {
        let sql = "SELECT kind AS value FROM audit_events ORDER BY at, id";
        let kinds = self.installation.database.texts(sql);
        kinds.into_iter().filter(|kind| kind.starts_with(prefix)).collect()
    }
}

/// Makes a user with that role, by its number, and a token.
pub(super) fn user(server: &Server, root: &Client, name: &str, role: u8) -> User {
    let body = json!({
        "email": format!("{name}@example.com"), "firstName": name, "lastName": "Example", "orgRole": role,
    });
    let made = root.post("/organization/users", &body).success();
    let id = made["data"]["id"].as_str().expect("an id").to_owned();
    let client = token(server, root, &json!({"subjectPrincipalId": id}));
    User { id, client }
}

/// Issues a token, by that request.
#[track_caller]
pub(super) fn token(server: &Server, issuer: &Client, request: &Value) -> Client {
    let made = issuer.post("/v1/apikeys", request).json(201);
    server.client(made["rawApiKey"].as_str().expect("a token"))
}

/// The body of an LLM of an owner, with that inline secret or without a credential.
pub(super) fn llm(endpoint: &str, model: &str, secret: Option<&str>) -> Value {
    let mut body = json!({
        "displayName": model, "providerType": "VLLM", "endpointUrl": endpoint, "modelIdentifier": model,
    });
    if let Some(secret) = secret {
        body["credentials"] = credentials(secret);
    }
    body
}

pub(super) fn credentials(secret: &str) -> Value {
    json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": secret}})
}
