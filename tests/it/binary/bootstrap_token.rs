//! The setting `LLM_CONFIG_BOOTSTRAP_TOKEN_FILE`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use llm_config_server::cli::ExitStatus;
use serde_json::json;

use super::sqlite;
use crate::support::{Installation, llm};

const TOKEN: &str = "Correct-Horse-Battery-Staple-0123456789";

/// Writes the file of the token and names it in the settings.
fn with_token(installation: Installation, content: &str, mode: u32) -> Installation {
    let file = file(&installation);
    fs::write(&file, content).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    installation.with("BOOTSTRAP_TOKEN_FILE", file.to_str().unwrap())
}

fn file(installation: &Installation) -> PathBuf {
    installation.folder.path().join("root-token")
}

#[test]
fn first_start_with_token_file_prints_no_token_and_accepts_it() {
    for installation in Installation::each() {
        let installation = with_token(installation, &format!("{TOKEN}\n"), 0o600);
        let server = installation.start();
        let printed = server.stdout();
        assert!(
            printed.contains("Its root token is the content of") && printed.contains("root-token"),
            "{printed}"
        );
        let client = server.client(TOKEN);
        client.create_llm(&llm());
        assert_eq!(client.get("/v1/users/me").json(200)["username"], "root");
        // Unlike a generated token, it has case.
        server.client(&TOKEN.to_lowercase()).get("/v1/users/me").goodmem_error(401, &[]);
        // Its displayed beginning is not its own.
        let listed = installation.json(&["token", "list"]);
        let prefix = listed[0]["prefix"].as_str().unwrap();
        assert!(prefix.starts_with("preset:") && !TOKEN.contains(&prefix[7..]), "{listed}");
        let key = client.get("/v1/apikeys").json(200);
        assert_eq!(key["keys"][0]["keyPrefix"], json!(prefix), "{key}");
        let log = server.stop();
        let everything = format!("{log}{printed}{listed}{key}");
        assert!(!everything.contains(TOKEN) && !everything.contains(&TOKEN[..8]), "{everything}");
        assert!(log.contains("its token is the content of this file"), "{log}");
    }
}

#[test]
fn later_start_ignores_token_file() {
    for installation in Installation::each() {
        let server = installation.start();
        let token = server.token();
        server.stop();
        for content in [Some(TOKEN), Some("short"), None] {
            let file = file(&installation);
            let shared = Installation::sharing_database(&installation.database)
                .with("KEYRING_FILE", installation.keyring().to_str().unwrap())
                .with("BOOTSTRAP_TOKEN_FILE", file.to_str().unwrap());
            match content {
                Some(content) => fs::write(&file, content).unwrap(),
                None => fs::remove_file(&file).unwrap(),
            }
            shared.run(&["config", "check"]).succeeded();
            let server = shared.start();
            assert_eq!(server.stdout(), "");
            server.client(&token).get("/v1/users/me").json(200);
            server.client(TOKEN).get("/v1/users/me").goodmem_error(401, &[]);
            let log = server.stop();
            assert!(log.contains("the bootstrap token file is not used"), "{log}");
        }
    }
}

#[test]
fn start_with_unusable_token_file_is_refused_and_initialises_nothing() {
    for (content, mode, status, part) in [
        (TOKEN, 0o644, ExitStatus::NoPermission, "can be read by others (mode 0644)"),
        (TOKEN, 0o660, ExitStatus::NoPermission, "mode 0660"),
        ("", 0o600, ExitStatus::Configuration, "32 to 255 printable ASCII characters"),
        ("0123456789012345678901234567890", 0o600, ExitStatus::Configuration, "32 to 255 printable"),
        ("two words of more than thirty-two characters", 0o600, ExitStatus::Configuration, "without spaces"),
    ] {
        let installation = with_token(sqlite().without("DATABASE_URL"), content, mode);
        for command in [&[][..], &["serve"]] {
            let refused = installation.run(command);
            refused.assert_failed(status, &["root-token", part]);
            assert!(content.is_empty() || !refused.stderr.contains(content), "{refused:?}");
        }
        let checked = installation.run(&["config", "check"]);
        assert_eq!(checked.code, Some(status.number().into()), "{checked:?}");
        assert!(!installation.data_dir().join("registry.db").exists() && !installation.keyring().exists());
    }
    let missing = sqlite().with("BOOTSTRAP_TOKEN_FILE", "/nowhere/token").run(&[]);
    missing.assert_failed(ExitStatus::Configuration, &["/nowhere/token does not exist"]);
}

#[test]
fn token_file_with_wait_for_init_is_refused() {
    let installation = with_token(sqlite(), TOKEN, 0o600).with("WAIT_FOR_INIT", "true");
    installation.run(&[]).assert_failed(
        ExitStatus::Configuration,
        &["LLM_CONFIG_WAIT_FOR_INIT and LLM_CONFIG_BOOTSTRAP_TOKEN_FILE exclude each other"],
    );
}

#[test]
fn start_concurrently_with_token_files_creates_one_root() {
    for installation in Installation::each() {
        let installation = with_token(installation, TOKEN, 0o400);
        let servers: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..2).map(|_| scope.spawn(|| installation.start())).collect();
            starts.into_iter().map(|thread| thread.join().expect("a server")).collect()
        });
        assert_eq!(servers.iter().filter(|server| server.stdout().is_empty()).count(), 1);
        for server in &servers {
            server.client(TOKEN).get("/v1/users/me").json(200);
        }
        assert_eq!(installation.database.texts("SELECT email AS value FROM users"), ["root@localhost"]);
        assert_eq!(installation.database.texts("SELECT id AS value FROM tokens").len(), 1);
    }
}
