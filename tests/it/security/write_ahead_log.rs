//! SQLite: deleted and replaced ciphertext leaves every file of the database.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use llm_config_store::testing::{KEYRING, TestDatabase};
use serde_json::json;

use crate::support::{Client, Installation, Server, llm_with_secret};

/// The time limit of the purge in the background.
const PURGE_LIMIT: Duration = Duration::from_secs(30);

fn started() -> (Installation, Server, Client) {
    let installation = Installation::with_database(TestDatabase::sqlite()).with("KEYRING", KEYRING);
    let server = installation.start();
    let client = server.client(&server.token());
    (installation, server, client)
}

/// The stored envelopes.
fn envelopes(installation: &Installation) -> Vec<Vec<u8>> {
    let texts = installation.database.texts("SELECT hex(envelope) AS value FROM secrets");
    let bytes = |text: &String| {
        let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("digits"));
        digits.map(|pair| u8::from_str_radix(pair, 16).expect("a byte")).collect()
    };
    texts.iter().map(bytes).collect()
}

/// Copies the files of the database in another process: closing a file in this one would release the locks
/// that its reader holds.
fn copy(installation: &Installation, to: &Path) {
    let from = installation.database.folder().expect("a SQLite database").join(".");
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().expect("`cp` runs").success());
}

/// The files of the database that contain a part of the value.
fn holders(installation: &Installation, value: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary directory");
    copy(installation, folder.path());
    let mut holders = Vec::new();
    for entry in fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("a readable directory entry").path();
        let file = fs::read(&path).expect("a readable file");
        // The beginning is left out: it names the key and is the same for all envelopes.
        let mut parts = value.rchunks_exact(32).take(4);
        if parts.any(|part| file.windows(part.len()).any(|window| window == part)) {
            holders.push(path.display().to_string());
        }
    }
    holders
}

/// The gauge; `None` if the program under test has none.
fn pending(client: &Client) -> Option<u8> {
    let metrics = client.get("/metrics").body;
    let line = metrics.lines().find_map(|line| line.strip_prefix("llm_config_secret_purge_pending "));
    line.map(|line| line.parse().expect("a number"))
}

/// Waits until no purge is pending.
fn wait_for_purge(client: &Client) {
    let end = Instant::now() + PURGE_LIMIT;
    while pending(client) == Some(1) {
        assert!(Instant::now() < end, "still pending");
    }
}

#[track_caller]
fn check_purged(installation: &Installation, client: &Client, old: &[Vec<u8>]) {
    wait_for_purge(client);
    for envelope in old {
        assert_eq!(holders(installation, envelope), Vec::<String>::new());
    }
}

#[test]
fn delete_configuration_removes_its_ciphertext_from_every_file() {
    let (installation, _server, client) = started();
    let path = client.create_llm_path(&llm_with_secret("sk-to-be-deleted"));
    let old = envelopes(&installation);
    assert_eq!(old.len(), 1);
    assert_ne!(holders(&installation, &old[0]), Vec::<String>::new());
    assert_eq!(client.delete(&path).status, 204);
    check_purged(&installation, &client, &old);
}

#[test]
fn replace_secret_removes_old_ciphertext_from_every_file() {
    let (installation, _server, client) = started();
    let path = client.create_llm_path(&llm_with_secret("sk-to-be-replaced"));
    let old = envelopes(&installation);
    let credentials = json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": "sk-new"}});
    let endpoint = llm_with_secret("")["endpointUrl"].clone();
    client.put(&path, &json!({"credentials": credentials, "endpointUrl": endpoint})).json(200);
    check_purged(&installation, &client, &old);
    let new = envelopes(&installation);
    assert_eq!(new.len(), 1);
    assert_ne!(holders(&installation, &new[0]), Vec::<String>::new());
}

#[test]
fn move_configuration_removes_old_ciphertext_from_every_file() {
    let (installation, server, client) = started();
    let ada = ["user", "create", "ada@example.com", "--first-name", "Ada", "--last-name", "Lovelace"];
    installation.run(&ada).succeeded();
    let path = client.create_llm_path(&llm_with_secret("sk-to-be-moved"));
    let old = envelopes(&installation);
    let id = path.rsplit('/').next().expect("a path that ends in an id");
    installation.run(&["config", "move", id, "--owner", "ada@example.com"]).succeeded();
    check_purged(&installation, &client, &old);
    drop(server);
}

#[test]
fn purge_blocked_by_reader_is_pending_until_reader_ends() {
    let (installation, _server, client) = started();
    let path = client.create_llm_path(&llm_with_secret("sk-to-be-deleted"));
    let old = envelopes(&installation);
    wait_for_purge(&client);
    let reader = installation.database.reader();
    let begun = Instant::now();
    assert_eq!(client.delete(&path).status, 204);
    assert!(begun.elapsed() < Duration::from_secs(3), "the response waited for the reader");
    assert_eq!(pending(&client), Some(1));
    assert_ne!(holders(&installation, &old[0]), Vec::<String>::new());
    // Other writes succeed meanwhile.
    client.create_llm_path(&llm_with_secret("sk-another"));
    drop(reader);
    check_purged(&installation, &client, &old);
}

#[test]
fn move_configuration_with_open_reader_prints_warning() {
    let (installation, _server, client) = started();
    let ada = ["user", "create", "ada@example.com", "--first-name", "Ada", "--last-name", "Lovelace"];
    installation.run(&ada).succeeded();
    let path = client.create_llm_path(&llm_with_secret("sk-to-be-moved"));
    let id = path.rsplit('/').next().expect("a path that ends in an id");
    let reader = installation.database.reader();
    let moved = installation.run(&["config", "move", id, "--owner", "ada@example.com"]);
    assert_eq!(moved.code, Some(0), "{moved:?}");
    assert!(moved.stderr.contains("may stay in its write-ahead log"), "{moved:?}");
    drop(reader);
}

#[test]
fn start_on_files_of_killed_server_purges_deleted_ciphertext() {
    let (installation, _server, client) = started();
    let path = client.create_llm_path(&llm_with_secret("sk-to-be-deleted"));
    let old = envelopes(&installation);
    let reader = installation.database.reader();
    assert_eq!(client.delete(&path).status, 204);
    // The copy is the state after a crash of both.
    let crashed = Installation::with_database(TestDatabase::sqlite()).with("KEYRING", KEYRING);
    copy(&installation, crashed.database.folder().expect("a SQLite database"));
    drop(reader);
    assert_ne!(holders(&crashed, &old[0]), Vec::<String>::new());
    let server = crashed.start();
    check_purged(&crashed, &server.client(&client.token.clone().expect("a token")), &old);
}
