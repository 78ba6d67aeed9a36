//! Settings and files with which the program refuses to start: it prints one error and changes nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use llm_config_server::cli::ExitStatus;
use llm_config_store::testing::KEYRING;

use super::sqlite;
use crate::support::Installation;

/// Installations that were started once.
fn initialised() -> Vec<Installation> {
    let installations = Installation::each();
    for installation in &installations {
        installation.start().stop();
    }
    installations
}

#[test]
fn start_with_keyring_readable_by_others_is_refused() {
    for installation in initialised() {
        for mode in [0o644, 0o640, 0o604] {
            fs::set_permissions(installation.keyring(), fs::Permissions::from_mode(mode)).unwrap();
            installation.run(&[]).assert_error(&["keyring", "can be read by others", "chmod 600"]);
        }
    }
}

#[test]
fn start_with_wrong_key_is_refused() {
    for installation in initialised() {
        let right = fs::read_to_string(installation.keyring()).unwrap();
        let line = right.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap();
        let id = line.split_whitespace().next().unwrap();
        // Another id and key, and another key under the same id.
        for (wrong, expected) in [(KEYRING.to_owned(), "keyring"), (KEYRING.replace("test-key", id), id)] {
            fs::write(installation.keyring(), &wrong).unwrap();
            installation.run(&[]).assert_error(&[expected]);
            assert_eq!(fs::read_to_string(installation.keyring()).unwrap(), wrong);
        }
        fs::write(installation.keyring(), right).unwrap();
        installation.start().stop();
    }
}

#[test]
fn start_on_initialised_database_without_keyring_is_refused() {
    for installation in initialised() {
        fs::remove_file(installation.keyring()).unwrap();
        let refusal = ["the database is initialised", "bring back the keyring"];
        installation.run(&[]).assert_error(&refusal);
        installation.run(&["token", "list"]).assert_error(&refusal);
        assert!(!installation.keyring().exists(), "a second keyring was created");
    }
}

#[test]
fn start_with_malformed_keyring_is_refused() {
    for text in ["", "k AAAA=", "only-one-word", "k not*base64"] {
        let installation = sqlite();
        fs::create_dir(installation.data_dir()).unwrap();
        fs::write(installation.keyring(), text).unwrap();
        fs::set_permissions(installation.keyring(), fs::Permissions::from_mode(0o600)).unwrap();
        let refused = installation.run(&[]);
        refused.assert_error(&["keyring"]);
        assert!(
            !refused.stderr.contains("AAAA") && !refused.stderr.contains("not*base64"),
            "{}",
            refused.stderr
        );
    }
}

#[test]
fn run_on_database_of_newer_version_is_refused() {
    for installation in initialised() {
        installation.database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')");
        for command in [vec![], vec!["migrate"], vec!["token", "list"]] {
            installation.run(&command).assert_error(&["newer"]);
        }
    }
}

#[test]
fn start_on_public_address_without_flag_is_refused() {
    for address in ["0.0.0.0:0", "[::]:0", "10.0.0.1:8080"] {
        let installation = sqlite().without("DATABASE_URL").with("LISTEN", address);
        installation.run(&[]).assert_error(&[address, "--allow-public-listen"]);
        assert!(!installation.data_dir().exists());
        // The address may not be one of this machine.
        let allowed = installation.with("ALLOW_PUBLIC_LISTEN", "true").run(&["config", "check"]);
        assert!(allowed.stdout.contains(address), "{allowed:?}");
    }
}

#[test]
fn start_with_invalid_settings_file_is_refused() {
    let installation = sqlite().without("DATABASE_URL");
    let file = installation.folder.path().join("settings.toml");
    let installation = installation.with("FILE", file.to_str().unwrap());
    installation.run(&[]).assert_error(&["settings.toml", "cannot be read"]);
    fs::write(&file, "listen = '127.0.0.1:0'\ndatabse-url = 'postgres://u:hunter2@h/d'\n").unwrap();
    let refused = installation.run(&[]);
    refused.assert_error(&["settings.toml", "line 2", "databse-url"]);
    assert!(!refused.stderr.contains("hunter2"), "{}", refused.stderr);
    for wrong in
        ["listen = 8080", "listen = 'localhost'", "log-format = 'xml'", "keyring = 'k AAAA'", "listen ="]
    {
        fs::write(&file, wrong).unwrap();
        installation.run(&[]).assert_error(&["settings.toml", "line 1"]);
    }
    assert!(!installation.data_dir().exists());
}

#[test]
fn start_with_invalid_database_url_is_refused() {
    for url in ["mysql://u:hunter2@h/d", "postgres//u:hunter2@h", "hunter2", "sqlite://"] {
        let installation = sqlite().without("DATABASE_URL").with("DATABASE_URL", url);
        let refused = installation.run(&[]);
        refused.assert_failed(ExitStatus::Configuration, &["LLM_CONFIG_DATABASE_URL"]);
        assert!(!refused.stderr.contains("hunter2"), "{}", refused.stderr);
        assert!(!installation.data_dir().exists());
    }
}

#[test]
fn start_with_unreachable_database_is_refused() {
    let installation =
        sqlite().without("DATABASE_URL").with("DATABASE_URL", "postgres://u:hunter2@127.0.0.1:1/d");
    let refused = installation.run(&[]);
    refused.assert_error(&["127.0.0.1:1", "cannot be reached"]);
    assert!(!refused.stderr.contains("hunter2"), "{}", refused.stderr);
    assert!(!installation.keyring().exists());
    let missing =
        sqlite().without("DATABASE_URL").with("DATABASE_URL", "sqlite:///nowhere/at/all/registry.db");
    missing.run(&[]).assert_failed(
        ExitStatus::Configuration,
        &["/nowhere/at/all/registry.db cannot be created", "the directory /nowhere does not exist"],
    );
}

#[test]
fn start_with_file_that_is_not_database_is_refused() {
    let installation = sqlite();
    let file = installation.database.folder().unwrap().join("registry.db");
    fs::write(&file, "not a database, but a text that is long enough to have a header ".repeat(20)).unwrap();
    installation.run(&[]).assert_error(&["registry.db"]);
}

#[test]
fn start_with_file_as_data_directory_is_refused() {
    let installation = sqlite();
    fs::write(installation.data_dir(), "a file").unwrap();
    installation.run(&[]).assert_failed(ExitStatus::Configuration, &["data is not a directory"]);
}

#[test]
fn start_with_invalid_setting_is_refused() {
    for (name, value, expected) in [
        ("DATABASE_CONNECTIONS", "0", "LLM_CONFIG_DATABASE_CONNECTIONS"),
        ("WORKERS", "0", "LLM_CONFIG_WORKERS"),
        ("WORKERS", "many", "'many' for LLM_CONFIG_WORKERS"),
        ("CHECK_EVERY", "6", "'6' for LLM_CONFIG_CHECK_EVERY"),
        ("LISTEN", "registry.example:1", "LLM_CONFIG_LISTEN: must be an address and a port"),
        ("LOG_FORMAT", "xml", "LLM_CONFIG_LOG_FORMAT: must be `text` or `json`"),
        ("WAIT_FOR_INIT", "maybe", "LLM_CONFIG_WAIT_FOR_INIT: must be `true` or `false`"),
        ("LOG_FILTER", "info,=,", "LLM_CONFIG_LOG_FILTER"),
        ("CURRENT_KEY", "k", "LLM_CONFIG_CURRENT_KEY"),
        ("KEYRING_DIR", "/nowhere", "/nowhere"),
        ("KEYRING", "k AAAA", "LLM_CONFIG_KEYRING"),
    ] {
        let refused = sqlite().with(name, value).run(&[]);
        refused.assert_failed(ExitStatus::Configuration, &[expected]);
        assert!(!refused.stderr.contains("AAAA"), "{}", refused.stderr);
    }
    let both = sqlite().with("KEYRING", KEYRING).with("KEYRING_FILE", "keyring").run(&[]);
    both.assert_error(&["LLM_CONFIG_KEYRING_FILE and LLM_CONFIG_KEYRING each name a source of the keys"]);
    // The same values as flags are errors of the command line.
    for (flag, value) in [
        ("--listen", "8080"),
        ("--workers", "0"),
        ("--workers", "many"),
        ("--log-format", "xml"),
        ("--check-every", "6"),
        ("--wait-for-init", "maybe"),
        ("--allowed-networks", "10.0.0.1/16"),
        ("--cors-origins", "*"),
        ("--current-key", "a/b"),
    ] {
        sqlite().run(&[flag, value]).assert_failed(ExitStatus::Usage, &[value, flag]);
    }
    sqlite().run(&["--listen", "0.0.0.0:1"]).assert_failed(ExitStatus::Usage, &["--allow-public-listen"]);
}

#[test]
fn start_with_empty_variables_uses_the_defaults() {
    let names =
        ["KEYRING", "KEYRING_FILE", "KEYRING_DIR", "FILE", "CORS_ORIGINS", "WAIT_FOR_INIT", "LOG_FILTER"];
    let installation = names.into_iter().fold(sqlite(), |installation, name| installation.with(name, ""));
    let server = installation.start();
    server.client(&server.token()).get("/v1/users/me").json(200);
}
