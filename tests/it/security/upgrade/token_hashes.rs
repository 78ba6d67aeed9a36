//! A token requires its row and the installation's key: a row alone does not authenticate.

use llm_config_store::testing::{KEYRING, TestDatabase};
use serde_json::{Value, json};

use crate::support::{Installation, llm_with_secret, merge_patch};

const BEFORE: &str = include_str!("before_keyed_tokens.sql");

/// The migrations of that version, for SQLite and for PostgreSQL.
const TABLES: [[&str; 2]; 2] = [
    [
        include_str!("../../../../crates/llm-config-store/migrations/sqlite/0001_registry/up.sql"),
        include_str!("../../../../crates/llm-config-store/migrations/sqlite/0002_checks/up.sql"),
    ],
    [
        include_str!("../../../../crates/llm-config-store/migrations/postgres/0001_registry/up.sql"),
        include_str!("../../../../crates/llm-config-store/migrations/postgres/0002_checks/up.sql"),
    ],
];

const ROOT_ID: &str = "01a22423-1c0a-7051-8c6a-4e750bbd6833";
const LLM: &str = "/v1/llms/01a22423-1c82-78da-8bfd-59dc4f54825f";

/// The tokens of that database: root's, and two that were each issued with the one before.
const TOKENS: [&str; 3] = [
    "gm_uuhebnunv4wqsqrmub4o6oy2fbajoesny542xcynvoadbt2w67za",
    "gm_ka5b76uj6qzn6sipmrkdvy4mp73cajdd4e5bshrpne3jxdznaeaq",
    "gm_fq6umfrs5qk4pqzafqwwq6m3quz677vs3n4iciviuaw4jc2diupa",
];

/// A token that was never issued, and its SHA-256.
const FORGED: &str = "gm_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const FORGED_SHA_256: &str = "b4a3fdb368d85e0bd583116a2a80af5d0438b2436d4b992a79e60571758f8a76";

fn installation(database: TestDatabase) -> Installation {
    Installation::with_database(database).with("KEYRING", KEYRING)
}

/// Runs SQL whose binary literals are in the syntax of SQLite.
pub(super) fn execute(database: &TestDatabase, sql: &str) {
    if database.folder().is_some() {
        database.execute(sql);
    } else {
        database.execute(&sql.replace("X'", "'\\x"));
    }
}

/// Databases of an earlier version, with more tokens than one batch of the upgrade.
fn earlier_installations() -> Vec<Installation> {
    let databases = TestDatabase::each().into_iter();
    let filled = databases.inspect(|database| {
        let tables = TABLES[usize::from(database.folder().is_none())];
        execute(database, &format!("{}{}{BEFORE}", tables[0], tables[1]));
        for first in ["00000000", "ffffffff"] {
            let rows = (0..700).map(|n| {
                let id = format!("{first}-0000-7000-8000-{n:012x}");
                token_row(&id, "gm_00000000", &format!("{first}{n:056x}"))
            });
            execute(database, &rows.collect::<String>());
        }
    });
    filled.map(installation).collect()
}

/// A statement that inserts a token of root.
fn token_row(id: &str, prefix: &str, hash: &str) -> String {
    format!(
        "INSERT INTO tokens (id, user_id, prefix, hash, labels, status, revision, created_at, created_by, \
         updated_at, updated_by) VALUES ('{id}', '{ROOT_ID}', '{prefix}', X'{hash}', '{{}}', 'ACTIVE', 1, 1, \
         '{ROOT_ID}', 1, '{ROOT_ID}');\n"
    )
}

fn forged_row() -> String {
    token_row("01a22423-ffff-7000-8000-000000000000", &FORGED[..11], FORGED_SHA_256)
}

/// The body of a duplicate of the stored configuration.
fn equal_llm() -> Value {
    let changes = json!({
        "providerType": "OPENAI", "endpointUrl": "https://api.openai.com/v1", "modelIdentifier": "gpt-4o-mini"
    });
    merge_patch(llm_with_secret("sk-0123456789abcdef"), &changes)
}

#[test]
fn start_on_database_of_earlier_version_keeps_every_token_working() {
    for installation in earlier_installations() {
        for _ in 0..2 {
            let server = installation.start();
            for token in TOKENS {
                assert_eq!(server.client(token).get("/v1/users/me").json(200)["userId"], ROOT_ID);
            }
            // The keys of fingerprints and of secrets are unchanged.
            let root = server.client(TOKENS[0]);
            let equal = root.post("/v1/llms", &equal_llm());
            assert_eq!(equal.status, 409);
            root.get(LLM).json(200);
            server.stop();
        }
        // Revoking a token still revokes its descendants.
        let server = installation.start();
        let middle = server.client(TOKENS[1]).get("/v1/apikeys").json(200);
        assert!(!middle["keys"].as_array().expect("the list is an array").is_empty());
        server.client(TOKENS[0]).delete("/v1/apikeys/01a22423-1c65-7a21-b675-70b83ada40c4");
        for token in &TOKENS[1..] {
            assert_eq!(server.client(token).get("/v1/users/me").status, 401);
        }
    }
}

#[test]
fn start_on_database_of_earlier_version_replaces_every_stored_hash() {
    for installation in earlier_installations() {
        installation.start().stop();
        let database = &installation.database;
        let hash = if database.folder().is_some() { "hex(hash)" } else { "upper(encode(hash, 'hex'))" };
        let hashes = database.texts(&format!("SELECT {hash} AS value FROM tokens"));
        assert_eq!(hashes.len(), 1403);
        for old in ["00000000", "FFFFFFFF", "EBB0A61644E8", "F7C92F79ED05", "A9ADE2379023"] {
            assert!(!hashes.iter().any(|hash| hash.starts_with(old)), "{old}");
        }
    }
}

#[test]
fn command_on_database_of_earlier_version_requires_start() {
    for installation in earlier_installations() {
        installation.run(&["token", "list"]).assert_error(&["has no tables of this version"]);
        installation.run(&["migrate"]).succeeded();
        installation.run(&["token", "list"]).assert_error(&["earlier version", "start the server once"]);
        installation.start().stop();
        assert!(installation.run(&["token", "list"]).succeeded().contains("gm_uuhebnun"));
    }
}

#[test]
fn insert_token_row_with_plain_hash_authenticates_no_one() {
    for database in TestDatabase::each() {
        let installation = installation(database);
        let server = installation.start();
        let root = server.client(&server.token());
        let id =
            root.get("/v1/users/me").json(200)["userId"].as_str().expect("the id is a string").to_owned();
        execute(&installation.database, &forged_row().replace(ROOT_ID, &id));
        assert_eq!(server.client(FORGED).get("/v1/users/me").status, 401);
        server.stop();
        // The same after a restart.
        let server = installation.start();
        assert_eq!(server.client(FORGED).get("/v1/users/me").status, 401);
        server.stop();
        // Without the key of tokens the server does not start, so no upgrade adopts the row.
        installation.database.execute(
            "DELETE FROM server_keys WHERE purpose = 'token'; \
             DELETE FROM __diesel_schema_migrations WHERE version = '0005'",
        );
        installation.run(&[]).assert_error(&["server_keys", "token"]);
    }
}
