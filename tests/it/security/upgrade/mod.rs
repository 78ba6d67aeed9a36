//! A database of version `d40f4d1`, which had fewer rules: every row stays usable, and new rows that collide
//! with them are rejected.
//!
//! `*.sql` are dumps of databases with the same rows, created over its API: in the workspace
//! `Te\u{ad}am` the configurations `Pro\u{ad}d`, `Prod`, `Prod\u{200b}`, `Prod\u{202e}`, `Alone\u{2060}` and
//! `plain`, in that order, and an owner's LLM; the users `root@localhost`, `root\u{200b}@localhost`, two
//! spellings of `å@example.com`, `grace@bücher.example` and `ada@example.com`.

mod fingerprint_rules;
mod token_hashes;

use std::collections::{BTreeMap, BTreeSet};

use actix_web::rt::Runtime;
use llm_config_core::caller::Caller;
use llm_config_core::credential::{Credential, SecretValue};
use llm_config_core::target::Purpose;
use llm_config_store::Store;
use llm_config_store::testing::{KEYRING, TestDatabase};
use serde_json::{Value, json};

use crate::support::{Client, Installation, ai_llm, assign, new_user};

/// The names in the workspace, newest first.
const NAMES: [&str; 6] = ["plain", "Alone\u{2060}", "Prod\u{202e}", "Prod\u{200b}", "Prod", "Pro\u{ad}d"];

/// The secret of each configuration; the last one is the owner's.
const SECRETS: [(&str, &str); 7] = [
    ("Pro\u{ad}d", "sk-soft-hyphen-0001"),
    ("Prod", "sk-plain-000000002"),
    ("Prod\u{200b}", "sk-zero-width-0003"),
    ("Prod\u{202e}", "sk-bidi-0000000004"),
    ("Alone\u{2060}", "sk-alone-000000005"),
    ("plain", "sk-other-000000006"),
    ("lo\u{202e}cal", "sk-prefix-00000007"),
];

const DECOMPOSED: &str = "a\u{30a}@example.com";
const COMPOSED: &str = "\u{e5}@example.com";

/// An installation of that version, and its root token.
struct EarlierVersion {
    installation: Installation,
    token: &'static str,
}

impl EarlierVersion {
    fn from_dump(database: TestDatabase, dump: &str, token: &'static str) -> Self {
        database.execute(dump);
        Self { installation: Installation::with_database(database).with("KEYRING", KEYRING), token }
    }

    /// An earlier version on a database of each kind.
    fn each() -> Vec<Self> {
        vec![
            Self::from_dump(
                TestDatabase::sqlite(),
                include_str!("sqlite.sql"),
                "gm_mjp3ffcvv5s4q5qthrjjdyoonmydgynicldqnmuwwet642xw4gtq",
            ),
            #[cfg(feature = "postgres-tests")]
            Self::from_dump(
                TestDatabase::postgres(),
                include_str!("postgres.sql"),
                "gm_h4fmk6xi3vlskp4pvmufxsfjq65lcief7mego4krcymy5olqprsa",
            ),
        ]
    }

    /// The stored unique keys and applied migrations.
    fn state(&self) -> Vec<String> {
        let mut state: Vec<String> = [
            "SELECT id || name_key AS value FROM llm_configs",
            "SELECT id || email_key AS value FROM users",
            "SELECT version AS value FROM __diesel_schema_migrations",
        ]
        .into_iter()
        .flat_map(|sql| self.installation.database.texts(sql))
        .collect();
        state.sort();
        state
    }
}

/// The ids of the workspace's configurations by name.
fn configs(root: &Client) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().expect("the value is a string").to_owned();
    root.ai_llms("").iter().map(|config| (text(&config["name"]), text(&config["id"]))).collect()
}

/// The ids of all users by e-mail address.
fn users(root: &Client) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().expect("the value is a string").to_owned();
    let list = root.get("/organization/users").json(200);
    let list = list["data"].as_array().expect("the list is an array");
    list.iter().map(|user| (text(&user["email"]), text(&user["id"]))).collect()
}

/// The workspace of the configurations, and the empty one.
fn workspaces(root: &Client) -> (String, String) {
    let list = root.get("/workspace").success();
    let id_of = |name: &str| {
        let found = list["workspaces"]
            .as_array()
            .expect("the list is an array")
            .iter()
            .find(|workspace| workspace["name"] == name);
        found.expect("a workspace")["id"].as_str().expect("the id is a string").to_owned()
    };
    (id_of("Te\u{ad}am"), id_of("other"))
}

fn ai_llm_with_name(workspace: &str, name: &str) -> Value {
    assign(ai_llm(workspace), &json!({"name": name, "endpoint": "https://llm.example/v1"}))
}

#[test]
fn start_on_earlier_database_lists_all_rows_and_logs_collisions_once() {
    for old in EarlierVersion::each() {
        let server = old.installation.start();
        let root = server.client(old.token);
        assert_eq!(root.ai_llm_names(""), NAMES);
        let owned = root.get("/v1/llms").json(200);
        assert_eq!(
            (&owned["llms"][0]["displayName"], &owned["unreadable"]),
            (&json!("lo\u{202e}cal"), &Value::Null)
        );
        assert_eq!(owned["llms"][0]["labels"], json!({"team": "pla\u{200b}tform"}));
        assert_eq!(
            root.get("/v1/llms?label.team=pla%E2%80%8Btform").json(200)["llms"].as_array().unwrap().len(),
            1
        );
        let (configs, users) = (configs(&root), users(&root));
        let addresses: BTreeSet<&str> = users.keys().map(String::as_str).collect();
        let expected = [
            DECOMPOSED,
            COMPOSED,
            "ada@example.com",
            "grace@b\u{fc}cher.example",
            "root@localhost",
            "root\u{200b}@localhost",
        ];
        assert_eq!(addresses, BTreeSet::from(expected));
        let keys = root.get("/v1/apikeys").json(200);
        assert_eq!(keys["keys"].as_array().unwrap().len(), 2, "{keys}");
        let beside = [
            ("llm_configs", &configs["Prod"], &configs["Pro\u{ad}d"]),
            ("llm_configs", &configs["Prod\u{200b}"], &configs["Pro\u{ad}d"]),
            ("llm_configs", &configs["Prod\u{202e}"], &configs["Pro\u{ad}d"]),
            ("users", &users["root\u{200b}@localhost"], &users["root@localhost"]),
            ("users", &users[COMPOSED], &users[DECOMPOSED]),
        ];
        let log = server.stop();
        let warned: Vec<&str> = log.lines().filter(|line| line.contains("WARN")).collect();
        assert_eq!(warned.len(), beside.len(), "{log}");
        for (table, id, older) in beside {
            let names_both = |line: &&&str| [table, id, older].iter().all(|part| line.contains(*part));
            assert_eq!(warned.iter().filter(names_both).count(), 1, "{table} {id} {older}: {log}");
        }
        for quoted in ["Prod", "Pro\u{ad}d", "Alone", "root@", "root\u{200b}", "example.com"] {
            assert!(!log.contains(quoted), "{log}");
        }
        let log = old.installation.start().stop();
        assert!(!log.contains("WARN"), "{log}");
    }
}

#[test]
fn write_to_rows_of_earlier_version_succeeds_and_new_collisions_are_rejected() {
    for old in EarlierVersion::each() {
        let server = old.installation.start();
        let root = server.client(old.token);
        let (team, _) = workspaces(&root);
        let (configs, users) = (configs(&root), users(&root));
        let path = |name: &str| format!("/ai/llm/{}", configs[name]);
        for name in NAMES {
            root.put(&path(name), &json!({"endpoint": "https://llm.example/v2"})).success();
        }
        assert_eq!(root.ai_llm_names(""), NAMES);
        let owned = root.get("/v1/llms").json(200)["llms"][0]["llmId"].as_str().unwrap().to_owned();
        let merged = json!({"mergeLabels": {"env": "a"}, "description": "changed"});
        let merged = root.put(&format!("/v1/llms/{owned}"), &merged).json(200);
        assert_eq!(merged["labels"], json!({"team": "pla\u{200b}tform", "env": "a"}));
        for email in ["root\u{200b}@localhost", COMPOSED, "grace@b\u{fc}cher.example"] {
            let path = format!("/organization/users/{}", users[email]);
            assert_eq!(root.put(&path, &json!({"name": "Grace"})).success()["data"]["email"], email);
        }

        let refused =
            |name: &str| root.post("/ai/llm", &ai_llm_with_name(&team, name)).flashback_error(400, &["name"]);
        let taken = |email: &str| {
            let user = new_user(email);
            root.post("/organization/users", &user).flashback_error(400, &["email"]);
        };
        refused("Prod");
        refused("\u{ff30}rod");
        refused("Al\u{ff4f}ne");
        taken("\u{c5}@example.com");
        taken("\u{ff52}\u{ff4f}\u{ff4f}\u{ff54}@localhost");

        // The name stays taken while one of the colliding rows exists.
        root.delete(&path("Pro\u{ad}d")).success();
        refused("Prod");
        root.put(&path("Prod"), &json!({"name": "Renamed"})).success();
        refused("Prod");
        root.put(&path("Prod"), &json!({"name": "Prod"})).flashback_error(400, &["name"]);
        root.put(&path("Prod\u{202e}"), &json!({"name": "Prod"})).flashback_error(400, &["name"]);
        root.delete(&path("Prod\u{200b}")).success();
        root.put(&path("Prod\u{202e}"), &json!({"name": "Prod"})).success();
        root.delete(&path("Prod\u{202e}")).success();
        root.create_ai_llm(&ai_llm_with_name(&team, "Prod"));

        root.delete(&format!("/organization/users/{}", users[DECOMPOSED])).success();
        taken("\u{c5}@example.com");
        root.delete(&format!("/organization/users/{}", users[COMPOSED])).success();
        let user = new_user("\u{c5}@example.com");
        root.post("/organization/users", &user).success();
    }
}

#[test]
fn find_user_of_earlier_version_by_stored_email_succeeds() {
    for old in EarlierVersion::each() {
        let server = old.installation.start();
        let root = server.client(old.token);
        for (email, id) in users(&root) {
            let encoded = email.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"));
            let found = root.get(&format!("/v1/users/email/{encoded}")).json(200);
            assert_eq!(found["userId"], id.as_str(), "{}", email.escape_unicode());
            let found = old.installation.json(&["user", "show", &email]);
            assert_eq!(found["id"], id.as_str(), "{}", email.escape_unicode());
        }
        let found = old.installation.json(&["workspace", "show", "Te\u{ad}am"]);
        assert_eq!(found["id"], workspaces(&root).0);
    }
}

#[test]
fn open_and_move_secrets_of_earlier_version_succeeds() {
    for old in EarlierVersion::each() {
        let server = old.installation.start();
        let root = server.client(old.token);
        let (team, other) = workspaces(&root);
        let mut ids = configs(&root);
        let owned = root.get("/v1/llms").json(200)["llms"][0]["llmId"].as_str().unwrap().to_owned();
        ids.insert("lo\u{202e}cal".to_owned(), owned);
        let to = |name: &str, workspace: &str| {
            let id = ids[name].as_str();
            old.installation.run(&["config", "move", id, "--workspace", workspace])
        };
        // A move opens the credential and seals it again. The name has to be free in the target.
        to("Alone\u{2060}", &other).succeeded();
        to("Prod\u{200b}", &other).succeeded();
        to("Prod", &other).assert_error(&["rename one of the two first"]);
        to("Prod\u{200b}", &team).assert_error(&["rename one of the two first"]);
        server.stop();

        let runtime = Runtime::new().expect("a runtime starts");
        let store = runtime.block_on(Store::open(old.installation.database.options())).expect("a store");
        for (name, secret) in SECRETS {
            let operator = Caller::operator();
            let opened = store.open_target(ids[name].parse().unwrap(), &operator, Purpose::Call);
            let opened = runtime.block_on(opened).unwrap_or_else(|error| panic!("{name:?}: {error}"));
            let Some(Credential::ApiKey(key)) = opened.credential else { panic!("a key") };
            let SecretValue::Inline(found) = &key.value else { panic!("a secret") };
            assert_eq!(found.expose(), secret);
            let prefix = key.prefix.map(String::from);
            assert_eq!(prefix.as_deref(), name.starts_with("lo").then_some("Key\u{200b} "));
        }
    }
}

#[test]
fn failed_start_changes_nothing_and_migrate_upgrades() {
    for old in EarlierVersion::each() {
        let before = old.state();
        let wrong = "test-key AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
        let EarlierVersion { installation, token } = old;
        let installation = installation.without("KEYRING").with("KEYRING", wrong);
        installation.run(&[]).assert_error(&["key"]);
        let old =
            EarlierVersion { installation: installation.without("KEYRING").with("KEYRING", KEYRING), token };
        assert_eq!(old.state(), before);
        // Commands do not upgrade a database.
        old.installation
            .run(&["config", "list"])
            .assert_error(&["has no tables of this version", "`migrate`"]);
        assert_eq!(old.state(), before);

        let migrated = old.installation.run(&["migrate"]);
        assert_eq!((migrated.code, migrated.stderr.matches("WARN").count()), (Some(0), 5), "{migrated:?}");
        assert_ne!(old.state(), before);
        assert_eq!(old.installation.run(&["migrate"]).succeeded().matches("up to date").count(), 1);
        // Only a start of the server upgrades the hashes of tokens, because it has the keys.
        old.installation.run(&["config", "list"]).assert_error(&["start the server once"]);
        let log = old.installation.start().stop();
        assert!(!log.contains("WARN"), "{log}");
        assert_eq!(old.installation.json(&["config", "list"]).as_array().unwrap().len(), 7);
    }
}
