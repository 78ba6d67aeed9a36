//! A workspace with two colleagues, and two providers on this machine.

use llm_config_egress::testing::ScriptedServer;
use serde_json::{Value, json};

use crate::support::{ApiUser, Client, FakeVendor, Installation, Server, ai_llm, assign, fake_provider};

/// Alice and Mallory may write in one workspace. An administrator may read and change what is theirs.
pub(super) struct Team {
    pub(super) root: Client,
    pub(super) alice: ApiUser,
    pub(super) mallory: ApiUser,
    pub(super) administrator: ApiUser,
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
        let providers = [(); 2].map(|()| fake_provider(FakeVendor::Open, ""));
        let hosts: Vec<_> = providers.iter().map(|it| format!("127.0.0.1:{}", it.port())).collect();
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
        let changes = json!({"name": name, "aiType": "OTHER", "endpoint": endpoint, "secret": secret});
        assign(ai_llm(&self.workspace), &changes)
    }

    /// A configuration of the workspace that Alice made at her provider; its path.
    pub(super) fn alices(&self, name: &str) -> String {
        let body = self.ai_llm(name, &self.good_endpoint(), "sk-alice-first-0123456789");
        format!("/ai/llm/{}", self.alice.client.create_ai_llm(&body))
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
