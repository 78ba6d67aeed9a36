//! LLMs that the version before stored as different, and that are equal under the current rules.

use llm_config_store::testing::{KEYRING, TestDatabase};
use serde_json::{Value, json};

use super::token_hashes::execute;
use crate::support::{Installation, llm_with_secret, merge_patch};

const BEFORE: &str = include_str!("before_fingerprint_rules.sql");

/// The migrations of that version, for SQLite and for PostgreSQL.
macro_rules! tables {
    ($database:literal) => {
        [
            include_str!(concat!(
                "../../../../crates/llm-config-store/migrations/",
                $database,
                "/0001_registry/up.sql"
            )),
            include_str!(concat!(
                "../../../../crates/llm-config-store/migrations/",
                $database,
                "/0002_checks/up.sql"
            )),
            include_str!(concat!(
                "../../../../crates/llm-config-store/migrations/",
                $database,
                "/0003_origins/up.sql"
            )),
            include_str!(concat!(
                "../../../../crates/llm-config-store/migrations/",
                $database,
                "/0004_uniqueness_rules/up.sql"
            )),
            include_str!(concat!(
                "../../../../crates/llm-config-store/migrations/",
                $database,
                "/0005_keyed_tokens/up.sql"
            )),
        ]
    };
}

const TOKEN: &str = "gm_iummuuml6hm3bdfnjeuhuur5sf3zn3ckvuekf2orkjwpe76ri2da";

/// The stored LLMs, oldest first: name, endpoint and API path.
const LLMS: [(&str, &str, &str); 7] = [
    ("query", "https://llm.example/v1?", "/chat/completions"),
    ("plain", "https://llm.example/v1", "/chat/completions"),
    ("encoded", "https://llm.example/%76%31/", "/chat/completions"),
    ("alone", "https://llm.example/%61%2fb", "/chat/completions"),
    ("slash", "https://llm.example/a/b", "/chat/completions"),
    ("path query", "https://llm.example/v2", "/chat/completions?"),
    ("path", "https://llm.example/v2", "/chat/completions"),
];

/// The LLMs that equal an older one, with that one.
const COLLISIONS: [(&str, &str); 3] = [("plain", "query"), ("encoded", "query"), ("path", "path query")];

fn earlier_installations() -> Vec<Installation> {
    let databases = TestDatabase::each().into_iter().inspect(|database| {
        let tables = if database.folder().is_some() { tables!("sqlite") } else { tables!("postgres") };
        execute(database, &format!("{}{BEFORE}", tables.concat()));
    });
    databases.map(|database| Installation::with_database(database).with("KEYRING", KEYRING)).collect()
}

fn llm(endpoint: &str, api_path: &str) -> Value {
    let changes = json!({
        "providerType": "VLLM", "endpointUrl": endpoint, "apiPath": api_path, "modelIdentifier": "m"
    });
    merge_patch(llm_with_secret("sk-0123456789abcdef"), &changes)
}

#[test]
fn start_on_earlier_database_keeps_equal_llms_and_refuses_new_ones() {
    for installation in earlier_installations() {
        let server = installation.start();
        let root = server.client(TOKEN);
        let stored = root.get("/v1/llms").json(200)["llms"].as_array().unwrap().clone();
        assert_eq!(stored.len(), LLMS.len());
        let find = |name: &str| stored.iter().find(|llm| llm["displayName"] == name).unwrap();
        let path = |name: &str| format!("/v1/llms/{}", find(name)["llmId"].as_str().unwrap());
        for (name, endpoint, api_path) in LLMS {
            assert_eq!(
                (&find(name)["endpointUrl"], &find(name)["apiPath"]),
                (&json!(endpoint), &json!(api_path))
            );
            assert_eq!(root.post("/v1/llms", &llm(endpoint, api_path)).status, 409, "{name}");
            // The stored secret opens, and every row can be changed.
            let pinged =
                root.post("/v1/ping:once", &json!({"targetId": find(name)["llmId"], "timeoutMs": 1}));
            assert_eq!(pinged.status, 200, "{name}");
            root.put(&path(name), &json!({"description": "changed", "endpointUrl": endpoint})).json(200);
        }
        for (endpoint, api_path) in [
            ("https://LLM.example:443/v1/?", ""),
            ("https://llm.example/x/../a%2Fb", ""),
            ("https://llm.example/v2", "chat/%63ompletions/?"),
        ] {
            assert_eq!(root.post("/v1/llms", &llm(endpoint, api_path)).status, 409, "{endpoint} {api_path}");
        }
        // An update that changes the connection must not make it equal to another one.
        let to_plain = json!({"endpointUrl": "https://llm.example/v1"});
        assert_eq!(root.put(&path("slash"), &to_plain).status, 409);
        // The connection stays taken while one of the equal LLMs exists.
        for name in ["query", "plain", "encoded"] {
            assert_eq!(root.put(&path("slash"), &to_plain).status, 409);
            root.delete(&path(name));
        }
        root.put(&path("slash"), &to_plain).json(200);
    }
}

#[test]
fn start_on_earlier_database_logs_equal_llms_once() {
    for installation in earlier_installations() {
        // `migrate` has no keys, so it leaves the fingerprints to the start.
        installation.run(&["migrate"]).succeeded();
        installation.run(&["config", "list"]).assert_error(&["fingerprints", "start the server once"]);
        let server = installation.start();
        let stored = server.client(TOKEN).get("/v1/llms").json(200)["llms"].as_array().unwrap().clone();
        let id = |name: &str| {
            let llm = stored.iter().find(|llm| llm["displayName"] == name).unwrap();
            llm["llmId"].as_str().unwrap().to_owned()
        };
        let log = server.stop();
        let warned: Vec<&str> = log.lines().filter(|line| line.contains("WARN")).collect();
        assert_eq!(warned.len(), COLLISIONS.len(), "{log}");
        for (name, older) in COLLISIONS {
            let names_both = |line: &&&str| line.contains(&id(name)) && line.contains(&id(older));
            assert_eq!(warned.iter().filter(names_both).count(), 1, "{name}: {log}");
        }
        assert!(!log.contains("llm.example"), "{log}");
        let log = installation.start().stop();
        assert!(!log.contains("WARN"), "{log}");
    }
}
