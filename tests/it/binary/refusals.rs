//! What the program refuses to start with: one clear sentence each, and nothing is changed.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use llm_config_store::testing::KEYRING;

use super::sqlite;
use crate::support::Installation;

/// An installation that was started once.
fn initialised() -> Vec<Installation> {
    let installations = Installation::each();
    for installation in &installations {
        installation.start().stop();
    }
    installations
}

#[test]
fn a_key_file_that_others_can_read() {
    for installation in initialised() {
        for mode in [0o644, 0o640, 0o604] {
            fs::set_permissions(installation.keyring(), fs::Permissions::from_mode(mode)).unwrap();
            installation.run(&[]).refused(&["keyring", "can be read by others", "chmod 600"]);
        }
    }
}

#[test]
fn a_key_that_does_not_open_what_is_stored() {
    for installation in initialised() {
        let right = fs::read_to_string(installation.keyring()).unwrap();
        let line = right.lines().find(|it| !it.is_empty() && !it.starts_with('#')).unwrap();
        let id = line.split_whitespace().next().unwrap();
        // Another key, and another key under the same id.
        for (wrong, says) in [(KEYRING.to_owned(), "keyring"), (KEYRING.replace("test-key", id), id)] {
            fs::write(installation.keyring(), &wrong).unwrap();
            installation.run(&[]).refused(&[says]);
            assert_eq!(fs::read_to_string(installation.keyring()).unwrap(), wrong);
        }
        fs::write(installation.keyring(), right).unwrap();
        installation.start().stop();
    }
}

#[test]
fn an_initialised_database_without_a_key() {
    for installation in initialised() {
        fs::remove_file(installation.keyring()).unwrap();
        let refusal = ["the database is initialised", "bring back the keyring"];
        installation.run(&[]).refused(&refusal);
        installation.run(&["token", "list"]).refused(&refusal);
        assert!(!installation.keyring().exists(), "no second key is made");
    }
}

#[test]
fn a_keyring_that_is_no_keyring() {
    for text in ["", "k AAAA=", "only-one-word", "k not*base64"] {
        let installation = sqlite();
        fs::create_dir(installation.data_dir()).unwrap();
        fs::write(installation.keyring(), text).unwrap();
        fs::set_permissions(installation.keyring(), fs::Permissions::from_mode(0o600)).unwrap();
        let refused = installation.run(&[]);
        refused.refused(&["keyring"]);
        assert!(
            !refused.stderr.contains("AAAA") && !refused.stderr.contains("not*base64"),
            "{}",
            refused.stderr
        );
    }
}

#[test]
fn a_database_of_a_newer_program() {
    for installation in initialised() {
        installation.database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')");
        for command in [vec![], vec!["migrate"], vec!["token", "list"]] {
            installation.run(&command).refused(&["newer"]);
        }
    }
}

#[test]
fn an_address_that_others_can_reach_without_a_word() {
    for address in ["0.0.0.0:0", "[::]:0", "10.0.0.1:8080"] {
        let installation = sqlite().without("DATABASE_URL").with("LISTEN", address);
        installation.run(&[]).refused(&[address, "--allow-public-listen"]);
        assert!(!installation.data_dir().exists());
        installation.with("ALLOW_PUBLIC_LISTEN", "true").run(&["config", "check"]).succeeded();
    }
}

#[test]
fn a_settings_file_with_an_unknown_key() {
    let installation = sqlite().without("DATABASE_URL");
    let file = installation.folder.path().join("settings.toml");
    let installation = installation.with("FILE", file.to_str().unwrap());
    installation.run(&[]).refused(&["settings.toml", "cannot be read"]);
    fs::write(&file, "listen = '127.0.0.1:0'\ndatabse-url = 'postgres://u:hunter2@h/d'\n").unwrap();
    let refused = installation.run(&[]);
    refused.refused(&["settings.toml", "line 2", "databse-url"]);
    assert!(!refused.stderr.contains("hunter2"), "{}", refused.stderr);
    for wrong in
        ["listen = 8080", "listen = 'localhost'", "log-format = 'xml'", "keyring = 'k AAAA'", "listen ="]
    {
        fs::write(&file, wrong).unwrap();
        installation.run(&[]).refused(&["settings.toml", "line 1"]);
    }
    assert!(!installation.data_dir().exists());
}

#[test]
fn a_database_url_that_is_none() {
    for url in ["mysql://u:hunter2@h/d", "postgres//u:hunter2@h", "hunter2", "sqlite://", ""] {
        let installation = sqlite().without("DATABASE_URL").with("DATABASE_URL", url);
        let refused = installation.run(&[]);
        refused.refused(&["--database-url"]);
        assert!(!refused.stderr.contains("hunter2"), "{}", refused.stderr);
        assert!(!installation.data_dir().exists());
    }
}

#[test]
fn a_database_that_does_not_answer() {
    let installation =
        sqlite().without("DATABASE_URL").with("DATABASE_URL", "postgres://u:hunter2@127.0.0.1:1/d");
    let refused = installation.run(&[]);
    refused.refused(&["127.0.0.1:1", "cannot be reached"]);
    assert!(!refused.stderr.contains("hunter2"), "{}", refused.stderr);
    assert!(!installation.keyring().exists());
    let missing =
        sqlite().without("DATABASE_URL").with("DATABASE_URL", "sqlite:///nowhere/at/all/registry.db");
    missing.run(&[]).refused(&["/nowhere/at/all/registry.db", "cannot be reached"]);
}

#[test]
fn a_file_that_is_no_database() {
    let installation = sqlite();
    let file = installation.database.folder().unwrap().join("registry.db");
    fs::write(&file, "not a database, but a text that is long enough to have a header ".repeat(20)).unwrap();
    installation.run(&[]).refused(&["registry.db"]);
}

#[test]
fn a_data_directory_that_cannot_be_made() {
    let installation = sqlite();
    fs::write(installation.data_dir(), "a file").unwrap();
    installation.run(&[]).refused(&["data"]);
}

#[test]
fn settings_that_make_no_sense() {
    for (name, value, says) in [
        ("DATABASE_CONNECTIONS", "0", "--database-connections"),
        ("WORKERS", "0", "--workers"),
        ("LOG_FILTER", "info,=,", "log filter"),
        ("CURRENT_KEY", "k", "--current-key"),
        ("KEYRING_DIR", "/nowhere", "/nowhere"),
        ("KEYRING", "k AAAA", "LLM_CONFIG_KEYRING"),
    ] {
        let refused = sqlite().with(name, value).run(&[]);
        refused.refused(&[says]);
        assert!(!refused.stderr.contains("AAAA"), "{}", refused.stderr);
    }
    let both = sqlite().with("KEYRING", KEYRING).with("KEYRING_FILE", "keyring").run(&[]);
    both.refused(&["give only one"]);
    for (name, value) in
        [("LISTEN", "localhost:1"), ("WORKERS", "many"), ("LOG_FORMAT", "xml"), ("WAIT_FOR_INIT", "maybe")]
    {
        let refused = sqlite().with(name, value).run(&[]);
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.stderr.contains(value), "{refused:?}");
    }
}
