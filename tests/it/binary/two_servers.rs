//! Several servers on one database.

use super::sqlite;
use crate::support::{Installation, Server, llm};

/// Starts three servers concurrently and asserts that one prints the root token and that all serve.
#[track_caller]
fn check(installations: &[&Installation]) {
    let servers: Vec<Server> = std::thread::scope(|scope| {
        let starts: Vec<_> =
            installations.iter().map(|installation| scope.spawn(|| installation.start())).collect();
        starts.into_iter().map(|thread| thread.join().expect("a server")).collect()
    });
    let first: Vec<_> = servers.iter().filter(|server| !server.stdout().is_empty()).collect();
    assert_eq!(first.len(), 1);
    let token = first[0].token();
    servers[0].client(&token).create_llm(&llm());
    for server in &servers {
        server.anonymous().get("/ready").json(200);
        assert_eq!(server.client(&token).llm_names(""), ["local"]);
    }
    let roots = installations[0].database.texts("SELECT email AS value FROM users");
    assert_eq!(roots, ["root@localhost"]);
}

#[test]
fn start_concurrently_on_one_directory_creates_one_root() {
    for installation in Installation::each() {
        check(&[&installation, &installation, &installation]);
    }
}

#[cfg(feature = "postgres-tests")]
#[test]
fn start_concurrently_with_one_keyring_creates_one_root() {
    use llm_config_store::testing::{KEYRING, TestDatabase};

    let database = TestDatabase::postgres();
    let one = Installation::with_database(database).with("KEYRING", KEYRING);
    let other = || Installation::sharing_database(&one.database).with("KEYRING", KEYRING);
    check(&[&one, &other(), &other()]);
    // With the keyring in the environment and the database on a server, no file is written.
    assert!(!one.data_dir().exists());
}

#[test]
fn start_with_another_keyring_on_shared_database_is_refused() {
    for installation in Installation::each() {
        installation.start().stop();
        let other = Installation::sharing_database(&installation.database);
        other.run(&[]).assert_error(&["the database is initialised", "bring back the keyring"]);
        assert!(!other.keyring().exists());
    }
}

#[test]
fn start_on_address_in_use_is_refused() {
    let first = sqlite();
    let server = first.start();
    let second = sqlite().without("DATABASE_URL").with("LISTEN", server.base.trim_start_matches("http://"));
    second.run(&[]).assert_error(&["is taken by another program", "--listen"]);
    assert!(!second.data_dir().exists());
    server.anonymous().get("/ready").json(200);
}
