//! The sources of credentials of `config create`, other than a prompt.

use std::os::unix::fs::PermissionsExt;

use llm_config_core::secret::Secret;
use llm_config_server::cli::ExitStatus;
use serde_json::json;

use super::super::sqlite;
use super::{CANARY, create, for_root, for_team, id, initialised, printed};
use crate::support::{Installation, UNKNOWN_ID};

#[test]
fn create_with_secret_file_drops_one_line_break() {
    let installation = sqlite();
    initialised(&installation);
    for (n, (text, mask)) in
        [("12345678wxyz\n", "****wxyz"), ("12345678wxyz\r\n", "****wxyz"), ("12345678wxyz\n\n", "****xyz?")]
            .into_iter()
            .enumerate()
    {
        let file = installation.write_file("secret", text);
        let model = format!("m{n}");
        let arguments = for_root(&["--secret-file", &file, "--model", &model, "--json"]);
        let created = printed(&installation.run(&arguments).succeeded());
        assert_eq!(created["credential"]["mask"], mask, "{text:?}");
    }
}

#[test]
fn create_with_secret_file_of_others_warns() {
    let installation = sqlite();
    initialised(&installation);
    let file = installation.write_file("secret", CANARY);
    for (n, mode) in [0o640, 0o604, 0o644].into_iter().enumerate() {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("own file");
        let model = format!("m{n}");
        let finished = installation.run(&for_root(&["--secret-file", &file, "--model", &model]));
        assert_eq!(finished.code, Some(0), "{finished:?}");
        assert!(finished.stderr.contains("WARN") && finished.stderr.contains("chmod 600"), "{finished:?}");
        assert!(!finished.stderr.contains("canary"), "{finished:?}");
    }
}

#[test]
fn create_with_unreadable_secret_file_names_the_file() {
    let installation = sqlite();
    initialised(&installation);
    let missing = installation.folder.path().join("missing").display().to_string();
    let folder = installation.folder.path().display().to_string();
    let failed = installation.run(&for_root(&["--secret-file", &folder]));
    failed.assert_failed(ExitStatus::InputOutput, &["secret", &folder]);
    let failed = installation.run(&for_root(&["--no-credential", "--client-config-file", &missing]));
    failed.assert_failed(ExitStatus::NotFound, &[&missing]);
}

#[test]
fn create_with_text_that_is_no_secret_is_refused() {
    let installation = sqlite();
    initialised(&installation);
    let too_long = "x".repeat(Secret::LIMIT + 1);
    for (text, sentence) in [
        ("", "must not be blank"),
        (" \n", "must not be blank"),
        ("****wxyz", "looks like the mask"),
        ("sk-\u{2022}\u{2022}\u{2022}\u{2022}wxyz", "looks like the mask"),
        ("${OPENAI_CANARY}", "is for `--reference`"),
        ("env://OPENAI_CANARY", "is for `--reference`"),
        ("sk-canary\0", "NUL"),
        (&too_long, "must have at most 16384 bytes"),
    ] {
        let failed = installation.run_with_input(&for_root(&["--secret-file", "-"]), text);
        failed.assert_failed(ExitStatus::Usage, &["`--secret-file`", sentence]);
        assert!(!failed.stderr.to_lowercase().contains("canary"), "{}", failed.stderr);
    }
    let failed = installation.run_with_input(&for_root(&["--secret-file", "-"]), b"sk-\xff");
    failed.assert_failed(ExitStatus::Usage, &["`--secret-file` must be UTF-8 text"]);
    // Without a terminal nothing is read from standard input unless a flag says so.
    let failed = installation.run_with_input(&for_root(&[]), CANARY);
    failed.assert_failed(ExitStatus::Usage, &["`--secret-file` is required", "`--no-credential`"]);
    assert_eq!(installation.json(&["config", "list"]), json!([]));
}

#[test]
fn create_with_secret_as_argument_is_refused_and_does_not_repeat_it() {
    let installation = sqlite();
    initialised(&installation);
    for flag in ["--secret", "--api-key", "--key", "--token"] {
        let joined = format!("{flag}={CANARY}");
        for argument in [&[flag, CANARY][..], &[&joined]] {
            let failed = installation.run(&for_root(argument));
            failed.assert_failed(ExitStatus::Usage, &["cannot be an argument", "`--secret-file FILE`"]);
            assert!(!failed.stderr.contains("canary"), "{}", failed.stderr);
        }
    }
}

#[test]
fn create_with_secret_in_place_of_its_file_does_not_repeat_it() {
    let installation = sqlite();
    initialised(&installation);
    let too_long = CANARY.repeat(200);
    let below_a_file = format!("{}/{CANARY}", installation.write_file("file", ""));
    let sentence = |flag| format!("the file that `{flag}` names does not exist; the flag takes the name");
    for text in [CANARY, &too_long, &below_a_file] {
        for (arguments, flag) in [
            (for_root(&["--secret-file", text]), "--secret-file"),
            (for_team("AWS", &["--key-id-file", text, "--secret-file", "-"]), "--key-id-file"),
        ] {
            let failed = installation.run(&arguments);
            failed.assert_failed(ExitStatus::NotFound, &[&sentence(flag)]);
            assert!(!failed.stderr.contains("canary"), "{}", failed.stderr);
        }
    }
}

#[test]
fn create_with_secret_as_stray_argument_does_not_repeat_it() {
    let installation = sqlite();
    initialised(&installation);
    let unknown_flag = format!("--secret-fil={CANARY}");
    let update = ["config", "update", UNKNOWN_ID, "--name", "x", CANARY];
    for arguments in [
        for_root(&[CANARY]),
        for_root(&["--secret-file", "-", CANARY, "--json"]),
        for_root(&[&unknown_flag]),
        update.to_vec(),
        vec!["config", "update", CANARY, "--name", "x"],
        vec!["token", "revoke", CANARY],
        vec!["config", "check", CANARY, "--json"],
    ] {
        let failed = installation.run(&arguments);
        assert_eq!(failed.code, Some(64), "{failed:?}");
        assert!(!failed.stderr.contains("canary") && !failed.stderr.is_empty(), "{}", failed.stderr);
    }
}

#[test]
fn create_with_key_pair_stores_both_parts() {
    for installation in Installation::each() {
        initialised(&installation);
        let key_id = installation.write_file("key-id", "AKIA0123456789ABCD\n");
        let created = create(&installation, &for_team("AWS", &["--key-id-file", &key_id]), CANARY);
        let credential = &created["credential"];
        assert_eq!(
            (&credential["kind"], &credential["keyIdMask"], &credential["mask"]),
            (&json!("KEY_PAIR"), &json!("****ABCD"), &json!("****wxyz"))
        );
        for (arguments, sentence) in [
            (for_team("AWS", &["--key-id-file", "-", "--secret-file", "-"]), "must be a file"),
            (
                for_root(&["--key-id-file", &key_id, "--secret-file", "-"]),
                "only for configurations of workspaces",
            ),
        ] {
            let failed = installation.run_with_input(&arguments, CANARY);
            failed.assert_failed(ExitStatus::Usage, &["`--key-id-file`", sentence]);
        }
    }
}

#[test]
fn create_without_secret_stores_reference_identity_or_nothing() {
    for installation in Installation::each() {
        initialised(&installation);
        let identity = ["--google-identity", "--google-scopes", "a,b", "--google-quota-project", "p"];
        for (n, (arguments, kind)) in [
            (&["--reference", "env://OPENAI_KEY", "--hint", "encoding=base64"][..], json!("API_KEY")),
            (
                &["--reference", "file:///keys/openai", "--header", "x-api-key", "--prefix", " "],
                json!("API_KEY"),
            ),
            (&identity, json!("GCP_ADC")),
            (&["--no-credential"], json!(null)),
        ]
        .into_iter()
        .enumerate()
        {
            let name = format!("n{n}");
            for create in [for_root(&["--model", &name]), for_team("OTHER", &["--name", &name])] {
                let created = installation.json(&[&create[..], arguments].concat());
                assert_eq!(created["credential"]["kind"], kind, "{arguments:?}");
                assert_eq!(created["credential"]["mask"], json!(null));
                assert_eq!(installation.json(&["config", "show", id(&created)]), created);
            }
        }
        let failed = installation.run(&for_root(&["--reference", "http://keys.example/"]));
        failed.assert_failed(ExitStatus::Usage, &["`--reference` must start with one of vault://"]);
    }
}
