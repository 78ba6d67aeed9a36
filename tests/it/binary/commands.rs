//! The commands `migrate` and `token`.

use std::fs;

use llm_config_core::access::Right;
use serde_json::{Value, json};

use super::sqlite;
use crate::support::{Installation, llm, wait_for_coherence};

#[test]
fn migrate_without_keyring_creates_tables() {
    for installation in Installation::each() {
        let first = installation.run(&["migrate"]).succeeded();
        assert!(first.contains("ran 0001"), "{first}");
        let second = installation.run(&["migrate"]).succeeded();
        assert!(second.contains("up to date"), "{second}");
        assert!(!installation.keyring().exists());
        let server = installation.start();
        server.client(&server.token()).create_llm(&llm());
    }
}

#[test]
fn token_commands_take_effect_while_server_runs() {
    for installation in Installation::each() {
        let server = installation.start();
        let issue = |arguments: &[&str]| {
            let printed = installation.run(&[&["token", "issue"], arguments].concat()).succeeded();
            let token = printed.trim().to_owned();
            assert!(token.starts_with("gm_") && !token.contains(char::is_whitespace), "{printed}");
            token
        };
        let full = issue(&["--label", "for=test"]);
        let reader = issue(&[
            "--user",
            "ROOT@localhost",
            "--rights",
            "READ_LLM_OWN,LIST_LLM_OWN",
            "--expires-in-days",
            "1",
        ]);
        let path = server.client(&full).create_llm_path(&llm());
        server.client(&reader).get(&path).json(200);
        server.client(&reader).delete(&path).goodmem_error(403, &["DELETE_LLM_OWN"]);
        let listed = installation.run(&["token", "list", "--user", "root@localhost"]).succeeded();
        // A heading and three tokens.
        assert_eq!(listed.lines().count(), 4, "{listed}");
        assert_eq!(listed, installation.run(&["token", "list"]).succeeded());
        assert!(
            !listed.contains(&full) && listed.contains(&full[..11]) && listed.contains("for=test"),
            "{listed}"
        );
        let line = listed.lines().find(|line| line.contains("for=test")).unwrap();
        let id = line.split_whitespace().next().unwrap();
        assert_eq!(installation.run(&["token", "revoke", id]).succeeded().trim(), format!("revoked {id}"));
        wait_for_coherence();
        server.client(&full).get(&path).goodmem_error(401, &[]);
        server.client(&reader).get(&path).json(200);
        installation.run(&["token", "revoke", id]).assert_error(&["no token has the id", id]);
    }
}

#[test]
fn token_revoke_prints_descendants_revoked_with_it() {
    for installation in Installation::each() {
        let server = installation.start();
        let issue = |with: &str| {
            let created = server.client(with).post("/v1/apikeys", &json!({})).json(201);
            let text = |value: &Value| value.as_str().expect("the value is a string").to_owned();
            (text(&created["apiKeyMetadata"]["apiKeyId"]), text(&created["rawApiKey"]))
        };
        let issue_by_operator = || {
            let issued = installation.json(&["token", "issue"]);
            (issued["id"].as_str().unwrap().to_owned(), issued["token"].as_str().unwrap().to_owned())
        };
        let (first, text) = issue_by_operator();
        let (second, text) = issue(&text);
        let (third, _) = issue(&text);
        let revoked = installation.json(&["token", "revoke", &first]);
        let expected = (&json!(first), &json!("REVOKED"), &json!([second, third]));
        assert_eq!((&revoked["id"], &revoked["state"], &revoked["alsoRevoked"]), expected);
        let (first, text) = issue_by_operator();
        let (second, _) = issue(&text);
        let printed = installation.run(&["token", "revoke", &first]).succeeded();
        assert_eq!(printed, format!("revoked {first}\nrevoked {second}, which was issued by using it\n"));
        let listed = installation.run(&["token", "list"]).succeeded();
        assert!(!listed.contains(&first) && !listed.contains(&second), "{listed}");
    }
}

#[test]
fn token_issue_help_names_every_offered_right_and_no_other() {
    let help = sqlite().run(&["token", "issue", "--help"]).succeeded();
    for right in Right::ALL {
        let is_named = help.split_whitespace().any(|word| word == right.as_str());
        assert_eq!(is_named, Right::OFFERED.contains(right), "{right} in:\n{help}");
    }
}

#[test]
fn token_command_with_invalid_arguments_names_error() {
    let installation = sqlite();
    installation
        .run(&["token", "issue"])
        .assert_error(&["does not exist", "the server creates the database on its first start"]);
    installation.start().stop();
    for (arguments, expected) in [
        (vec!["--user", "unknown@example.com"], "no user has"),
        (vec!["--workspaces", "Nowhere"], "`Nowhere`"),
        (vec!["--configs", "Nowhere"], "`Nowhere`"),
    ] {
        installation.run(&[vec!["token", "issue"], arguments].concat()).assert_error(&[expected]);
    }
    // Arguments that cannot be parsed are explained with the usage, and exit status 64.
    for (arguments, expected) in [
        (vec!["issue", "--user", "unknown"], "e-mail address"),
        (vec!["issue", "--rights", "FLY"], "`token issue --help` list the rights"),
        (vec!["issue", "--rights", "READ_AUDIT"], "docs/team.md"),
        (vec!["issue", "--label", "x"], "`--label` must be `KEY=VALUE`"),
        (vec!["issue", "--label", "x=1", "--label", "x=2"], "`--label` has the key `x` twice"),
        (vec!["issue", "--label", "X=y"], "--label"),
        (vec!["revoke", "1"], "UUID"),
    ] {
        let printed = installation.run(&[vec!["token"], arguments].concat());
        assert_eq!((printed.code, printed.stderr.contains(expected)), (Some(64), true), "{printed:?}");
    }
    assert_eq!(installation.run(&["token", "issue", "--expires-in-days", "0"]).code, Some(64));
    assert_eq!(installation.run(&["token", "list"]).succeeded().lines().count(), 2);
}

#[test]
fn command_with_trace_log_filter_prints_only_its_result() {
    let installation = sqlite();
    installation.start().stop();
    for format in ["text", "json"] {
        let printed = installation.run(&["token", "list", "--log-format", format, "--log-filter", "trace"]);
        assert_eq!((printed.code, printed.stdout.lines().count()), (Some(0), 2), "{printed:?}");
    }
    assert!(fs::read_to_string(installation.keyring()).is_ok());
}
