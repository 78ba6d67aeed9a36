//! A workspace with two colleagues, and two providers on this machine.

use llm_config_egress::testing::ScriptedServer;
use serde_json::{Value, json};

use crate::support::{ApiUser, Client, FakeVendor, Installation, Server, ai_llm, assign, fake_provider};

/// Alice and Mallory have the role WRITE in one workspace; the administrator has access to their own LLMs.
pub(super) struct Team {
    pub(super) root: Client,
    pub(super) alice: ApiUser,
    pub(super) mallory: ApiUser,
    pub(super) administrator: ApiUser,
    pub(super) workspace: String,
    /// Alice's provider.
    pub(super) provider: ScriptedServer,
    /// Mallory's provider.
    pub(super) attacker: ScriptedServer,
    pub(super) server: Server,
    pub(super) installation: Installation,
}

impl Team {
    pub(super) fn new(installation: Installation) -> Self {
        let providers = [(); 2].map(|()| fake_provider(FakeVendor::NoAuthentication, ""));
        let hosts: Vec<_> =
            providers.iter().map(|provider| format!("127.0.0.1:{}", provider.port())).collect();
        let installation = installation.with("ALLOWED_HOSTS", &hosts.join(","));
        let server = installation.start();
        let root = server.client(&server.token());
        let [alice, mallory] = ["alice", "mallory"].map(|name| ApiUser::create(&server, &root, name, 0));
        let administrator = ApiUser::create(&server, &root, "adam", 254);
        let workspace = root.create_workspace("Team");
        for member in [&alice, &mallory] {
            let path = format!("/workspace/{workspace}/users");
            root.post(&path, &json!({"userId": member.id, "role": "WRITE"})).success();
        }
        let [provider, attacker] = providers;
        Self { root, alice, mallory, administrator, workspace, provider, attacker, server, installation }
    }

    pub(super) fn provider_endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.provider.port())
    }

    pub(super) fn attacker_endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.attacker.port())
    }

    /// The body of a configuration of the workspace.
    pub(super) fn ai_llm(&self, name: &str, endpoint: &str, secret: &str) -> Value {
        let changes = json!({"name": name, "aiType": "OTHER", "endpoint": endpoint, "secret": secret});
        assign(ai_llm(&self.workspace), &changes)
    }

    /// Creates a configuration of the workspace as Alice, at her provider; returns its path.
    pub(super) fn create_as_alice(&self, name: &str) -> String {
        let body = self.ai_llm(name, &self.provider_endpoint(), "sk-alice-first-0123456789");
        format!("/ai/llm/{}", self.alice.client.create_ai_llm(&body))
    }

    /// Asserts that Mallory's provider received none of these secrets.
    #[track_caller]
    pub(super) fn check_attacker_received_none_of(&self, secrets: &[&str]) {
        for request in self.attacker.received() {
            for secret in secrets {
                assert!(!request.carries(secret), "Mallory's provider received `{secret}`");
            }
        }
    }

    /// The kinds of the audit events with that prefix, oldest first.
    pub(super) fn audited(&self, prefix: &str) -> Vec<String> {
        let sql = "SELECT kind AS value FROM audit_events ORDER BY at, id";
        let kinds = self.installation.database.texts(sql);
        kinds.into_iter().filter(|kind| kind.starts_with(prefix)).collect()
    }
}
