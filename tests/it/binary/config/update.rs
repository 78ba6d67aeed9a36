//! `config update`.

use llm_config_egress::testing::{Reply, ScriptedServer};
use llm_config_server::cli::ExitStatus;
use serde_json::{Value, json};

use super::super::sqlite;
use super::{CANARY, create, for_root, for_team, id, initialised, printed};
use crate::support::{Installation, UNKNOWN_ID, assign, llm};

const NEXT: &str = "sk-canary77aa1c-0123456789next";

/// Runs `config update` with a text on standard input, and returns the printed configuration.
#[track_caller]
fn update(installation: &Installation, config: &Value, arguments: &[&str], input: &str) -> Value {
    let arguments = [&["config", "update", id(config), "--json"], arguments].concat();
    printed(&installation.run_with_input(&arguments, input).succeeded())
}

/// Asserts that `config update` fails.
#[track_caller]
fn check_fails(
    installation: &Installation,
    config: &Value,
    arguments: &[&str],
    status: ExitStatus,
    parts: &[&str],
) {
    let arguments = [&["config", "update", id(config)], arguments].concat();
    let failed = installation.run_with_input(&arguments, NEXT);
    failed.assert_failed(status, parts);
    assert!(!failed.stderr.contains("canary"), "{}", failed.stderr);
}

/// `config` with the members of `changes`, without the members that every change has.
fn changed(config: &Value, changes: &Value) -> Value {
    unstamped(assign(config.clone(), changes))
}

fn unstamped(mut config: Value) -> Value {
    for name in ["revision", "updatedAt", "updatedBy"] {
        config.as_object_mut().expect("an object").remove(name);
    }
    config
}

#[test]
fn update_changes_what_the_flags_name_and_nothing_else() {
    for installation in Installation::each() {
        initialised(&installation);
        let config = create(&installation, &for_root(&["--description", "old", "--label", "a=1"]), CANARY);
        let mut before = config.clone();
        for (arguments, changes) in [
            (&["--name", "New"][..], json!({"name": "New"})),
            (&["--description", ""], json!({"description": null})),
            (&["--label", "b=2", "--label", "a=3"], json!({"labels": {"a": "3", "b": "2"}})),
            (
                &["--remove-label", "a", "--remove-label", "x", "--label", "c=4"],
                json!({"labels": {"b": "2", "c": "4"}}),
            ),
            (&["--replace-labels", "--label", "d=5"], json!({"labels": {"d": "5"}})),
            (&["--replace-labels"], json!({"labels": {}})),
            (&["--capabilities", "chat"], json!({"capabilities": ["supports_chat"]})),
            (&["--model", "gpt-4o", "--api-path", "/x"], json!({"model": "gpt-4o", "apiPath": "/x"})),
            (&["--api-path", ""], json!({"apiPath": "/chat/completions"})),
            (&["--endpoint", "https://api.openai.com/v2"], json!({"endpoint": "https://api.openai.com/v2"})),
            (&["--model-version", "v"], json!({"version": "v"})),
            (
                &["--modalities", "image", "--context-length", "9"],
                json!({"modalities": ["IMAGE"], "contextLength": 9}),
            ),
        ] {
            let after = update(&installation, &config, arguments, "");
            assert_eq!(unstamped(after.clone()), changed(&before, &changes), "{arguments:?}");
            before = after;
        }
        assert_eq!(installation.json(&["config", "show", id(&config)]), before);
        assert_eq!((&before["revision"], &before["credential"]), (&json!(13), &config["credential"]));
        let text = installation.run(&["config", "update", id(&config), "--name", "Last"]).succeeded();
        assert!(text.contains("updated `Last`") && text.contains("revision 14"), "{text}");
    }
}

#[test]
fn update_with_wrong_or_no_change_changes_nothing() {
    let installation = sqlite();
    initialised(&installation);
    let config = create(&installation, &for_root(&["--label", "a=1"]), CANARY);
    for (arguments, status, parts) in [
        (&[][..], ExitStatus::Usage, &["nothing to change"][..]),
        (&["--name", ""], ExitStatus::Usage, &["`--name` must not be blank"]),
        (
            &["--endpoint", "x", "--label", "B=1", "--context-length", "x"],
            ExitStatus::Usage,
            &["`--endpoint` must", "`--label` has the key `B`", "`--context-length` must be a whole number"],
        ),
        (&["--label", "a=1", "--remove-label", "a"], ExitStatus::Usage, &["`--label` sets `a`"]),
        (&["--header", "x-api-key"], ExitStatus::Usage, &["`--header` needs the secret again"]),
        (&["--provider", "AWS"], ExitStatus::Usage, &["`--provider` must be one of OPENAI, LITELLM_PROXY"]),
        (&["--if-revision", "7", "--name", "x"], ExitStatus::Refused, &["does not have the revision 7"]),
    ] {
        check_fails(&installation, &config, arguments, status, parts);
    }
    let usage = ["config", "update", id(&config), "--remove-label", "a", "--replace-labels"];
    assert_eq!(installation.run(&usage).code, Some(64));
    let unknown = installation.run(&["config", "update", UNKNOWN_ID, "--name", "x"]);
    unknown.assert_failed(ExitStatus::NotFound, &["no configuration has the id"]);
    assert_eq!(installation.json(&["config", "show", id(&config)]), config);
    let updated = update(&installation, &config, &["--if-revision", "1", "--name", "x"], "");
    assert_eq!(updated["revision"], 2);
}

#[test]
fn update_of_secret_keeps_header() {
    let installation = sqlite();
    initialised(&installation);
    let provider = ScriptedServer::start(|_| Reply::json(401, "{}")).expect("a free port");
    let endpoint = format!("http://127.0.0.1:{}/v1", provider.port());
    let arguments = ["--endpoint", &endpoint, "--header", "x-team-key", "--prefix", "Token "];
    let config = create(&installation, &for_root(&arguments), CANARY);
    let sends = |value: &str| {
        installation.run(&["config", "check", id(&config)]);
        provider.received().iter().any(|request| request.header("x-team-key") == Some(value))
    };
    update(&installation, &config, &["--secret-file", "-"], NEXT);
    assert!(sends(&format!("Token {NEXT}")));
    update(&installation, &config, &["--secret-file", "-", "--prefix", "Key "], CANARY);
    assert!(sends(&format!("Key {CANARY}")));
    update(&installation, &config, &["--secret-file", "-", "--header", "X-Team-Key"], NEXT);
    assert!(sends(&format!("Key {NEXT}")));
    update(&installation, &config, &["--secret-file", "-", "--prefix", ""], NEXT);
    assert!(sends(NEXT));
    let file = installation.write_file("key", CANARY);
    let reference = format!("file://{file}");
    let after = update(&installation, &config, &["--reference", &reference], "");
    assert_eq!(after["credential"]["source"], "REFERENCE");
    let owner = after["scope"]["id"].as_str().expect("an id");
    let origin = format!("http://127.0.0.1:{}", provider.port());
    let grant = format!(
        "[[secret-grants]]\nprefix = \"{reference}\"\nowners = [\"{owner}\"]\norigins = [\"{origin}\"]\n"
    );
    let settings = installation.write_file("settings.toml", &grant);
    installation.run(&["config", "check", id(&config), "--config", &settings]);
    assert!(provider.received().iter().any(|request| request.header("x-team-key") == Some(CANARY)));
}

#[test]
fn update_of_one_part_keeps_the_other_part() {
    for installation in Installation::each() {
        initialised(&installation);
        let key_id = installation.write_file("key-id", "AKIA0123456789ABCD");
        let pair = create(&installation, &for_team("AWS", &["--key-id-file", &key_id]), CANARY);
        let check = |arguments: &[&str], input: &str, kind: &str, masks: [Value; 2]| {
            let credential = update(&installation, &pair, arguments, input)["credential"].clone();
            let found = [credential["keyIdMask"].clone(), credential["mask"].clone()];
            assert_eq!((&credential["kind"], found), (&json!(kind), masks), "{arguments:?}");
        };
        let (none, next) = (json!(null), json!("****next"));
        check(&["--secret-file", "-"], NEXT, "KEY_PAIR", [json!("****ABCD"), next.clone()]);
        check(&["--key-id-file", "-"], "AKIA0123456789WXYZ", "KEY_PAIR", [json!("****WXYZ"), next.clone()]);
        let needs_key_id = ["`--key-id-file` is required", "`--no-key-id`"];
        check_fails(&installation, &pair, &["--reference", "env://K"], ExitStatus::Usage, &needs_key_id);
        let signs = ["send the secret again", "(`--secret-file`, and `--key-id-file` or `--no-key-id`)"];
        check_fails(&installation, &pair, &["--no-key-id"], ExitStatus::Usage, &signs);
        check(&["--no-key-id", "--secret-file", "-"], NEXT, "API_KEY", [none.clone(), next.clone()]);
        check(&["--reference", "env://K"], "", "API_KEY", [none.clone(), none.clone()]);
        check(&["--google-identity"], "", "GCP_ADC", [none.clone(), none.clone()]);
        check(&["--secret-file", "-", "--key-id-file", &key_id], NEXT, "KEY_PAIR", [json!("****ABCD"), next]);
    }
}

#[test]
fn update_of_origin_needs_the_secret() {
    let installation = sqlite();
    initialised(&installation);
    let config = create(&installation, &for_root(&[]), CANARY);
    let elsewhere = ["--endpoint", "https://llm.example/v1"];
    let parts =
        ["`--endpoint` is at https://llm.example", "entered for https://api.openai.com", "(`--secret-file`)"];
    check_fails(&installation, &config, &elsewhere, ExitStatus::Usage, &parts);
    assert_eq!(installation.json(&["config", "show", id(&config)]), config);
    let moved = update(&installation, &config, &[&elsewhere[..], &["--secret-file", "-"]].concat(), NEXT);
    assert_eq!(
        (&moved["origin"]["origin"], &moved["credential"]["mask"]),
        (&json!("https://llm.example"), &json!("****next"))
    );
}

#[test]
fn update_of_secret_for_endpoint_of_another_user_needs_the_endpoint() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let config = json!({"id": root.create_llm(&llm())["llmId"]});
        let parts =
            ["`--endpoint` is required", "http://gpu.example:8000", "set by", "(`--endpoint` with this"];
        check_fails(&installation, &config, &["--secret-file", "-"], ExitStatus::Usage, &parts);
        let endpoint = ["--endpoint", "http://gpu.example:8000/v1", "--secret-file", "-"];
        let updated = update(&installation, &config, &endpoint, NEXT);
        assert_eq!(updated["credential"]["mask"], "****next");
        // From then on the operator has confirmed it.
        update(&installation, &config, &["--secret-file", "-"], CANARY);
    }
}
