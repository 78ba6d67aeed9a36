//! The first start and later ones.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::{Value, json};

use super::sqlite;
use crate::support::{Installation, llm};

#[test]
fn first_start_prints_token_and_three_working_commands() {
    for installation in Installation::each() {
        let server = installation.start();
        let stdout = server.stdout();
        let lines: Vec<_> = stdout.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let export =
            lines.iter().find(|line| line.starts_with("export LLM_CONFIG_TOKEN=gm_")).expect("an export");
        let commands: Vec<_> = lines.iter().filter(|line| line.starts_with("curl ")).collect();
        let responses: Vec<Value> = commands
            .iter()
            .map(|command| {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("{export}\n{command}")]).env("no_proxy", "*");
                let output = shell.output().expect("`sh` runs");
                assert!(output.status.success(), "{command}");
                serde_json::from_slice(&output.stdout).expect("valid JSON")
            })
            .collect();
        let [me, created, list] = responses.try_into().expect("three commands");
        assert_eq!(me["username"], "root");
        assert_eq!(created["llm"]["ownerId"], me["userId"]);
        assert_eq!(list["llms"], json!([created["llm"]]));
        assert_eq!(stdout.matches(&server.token()).count(), 2);
        // The output also names the keyring to back up, and the documentation.
        let keyring = installation.keyring().canonicalize().expect("the file exists").display().to_string();
        assert!(stdout.contains(&format!("file {keyring}")), "{stdout}");
        assert!(lines.contains(&format!("Browse the APIs at {}/docs", server.base).as_str()), "{stdout}");
        assert!(stdout.contains(&format!("Open the console at {}/console and", server.base)), "{stdout}");
    }
}

#[test]
fn first_start_behind_proxy_prints_console_at_public_url() {
    let server = sqlite().with("PUBLIC_URL", "https://llm.example/registry/").start();
    let line = "Open the console at https://llm.example/registry/console and sign in with the root token";
    assert!(server.stdout().contains(line), "{}", server.stdout());
}

#[test]
fn second_start_prints_nothing_and_keeps_data() {
    for installation in Installation::each() {
        let server = installation.start();
        let token = server.token();
        let created = server.client(&token).create_llm(&llm());
        server.stop();
        for _ in 0..2 {
            let server = installation.start();
            assert_eq!(server.stdout(), "");
            assert_eq!(server.client(&token).get("/v1/llms").json(200)["llms"], json!([created]));
            server.stop();
        }
    }
}

#[test]
fn first_start_without_settings_keeps_private_files_in_data_directory() {
    let installation = sqlite().without("DATABASE_URL");
    let server = installation.start();
    server.client(&server.token()).create_llm(&llm());
    let data = installation.data_dir();
    let mode =
        |path: &std::path::Path| path.metadata().expect("the file exists").permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    let mut names: Vec<_> =
        data.read_dir().expect("a readable directory").map(|entry| entry.expect("a file").path()).collect();
    names.sort();
    assert!(names.contains(&data.join("keyring")) && names.contains(&data.join("registry.db")), "{names:?}");
    for path in names {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn init_after_first_start_creates_no_second_root() {
    for installation in Installation::each() {
        let server = installation.start();
        let token = server.token();
        let init = server.anonymous().post_empty("/v1/system/init").json(200);
        assert_eq!((&init["alreadyInitialized"], &init["rootApiKey"]), (&json!(true), &json!(null)));
        server.stop();
        let installation = installation.with("WAIT_FOR_INIT", "true");
        let server = installation.start();
        let init = server.anonymous().post_empty("/v1/system/init").json(200);
        assert_eq!((&init["alreadyInitialized"], &init["rootApiKey"]), (&json!(true), &json!(null)));
        server.client(&token).get("/v1/users/me").json(200);
    }
}
