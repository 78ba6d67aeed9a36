//! `config check ID`.

use llm_config_egress::testing::{Reply, ScriptedServer};
use llm_config_server::cli::ExitStatus;
use serde_json::{Value, json};

use super::super::sqlite;
use super::{CANARY, create, for_root, for_team, id, initialised};
use crate::support::{FakeVendor, Installation, UNKNOWN_ID, VALID_KEY, fake_provider};

/// Runs `config check ID` with these arguments and asserts its exit status. Returns the report.
#[track_caller]
fn check(installation: &Installation, config: &Value, arguments: &[&str], status: ExitStatus) -> Value {
    let arguments = [&["config", "check", id(config), "--json"], arguments].concat();
    let finished = installation.run(&arguments);
    assert_eq!(finished.code, Some(status.number().into()), "{finished:?}");
    assert!(!finished.stderr.contains("genuine") && !finished.stdout.contains("genuine"), "{finished:?}");
    serde_json::from_str(&finished.stdout).expect("the report is JSON")
}

#[test]
fn check_of_working_configuration_prints_and_keeps_report() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
        let endpoint = format!("http://127.0.0.1:{}/v1", upstream.port());
        let config =
            create(&installation, &for_root(&["--endpoint", &endpoint, "--model", "tiny"]), VALID_KEY);
        let report = check(&installation, &config, &[], ExitStatus::Done);
        assert_eq!(
            (&report["usable"], &report["reason"], &report["depth"]),
            (&json!("yes"), &json!("ok"), &json!("credential"))
        );
        let kept = root.get(&format!("/llm-config/v1/configs/{}/checks", id(&config))).json(200);
        assert_eq!(
            (kept["checks"].as_array().map(Vec::len), &kept["checks"][0]["report"]),
            (Some(1), &report)
        );
        assert_eq!(kept["checks"][0]["checkedBy"], "00000000-0000-0000-0000-000000000000");
        assert_eq!(check(&installation, &config, &["--depth", "reach"], ExitStatus::Done)["depth"], "reach");
        let called = check(&installation, &config, &["--depth", "inference"], ExitStatus::Done);
        assert_eq!(called["cost"]["kind"], "up_to_tokens");
        let text = installation.run(&["config", "check", id(&config)]).succeeded();
        for line in
            ["usable         yes", "reason         ok", "credential     verified", "GET     /v1/models"]
        {
            assert!(text.contains(line), "`{line}` is not in:\n{text}");
        }
    }
}

#[test]
fn check_of_rejected_key_exits_with_refused() {
    let installation = sqlite();
    initialised(&installation);
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let endpoint = format!("http://127.0.0.1:{}/v1", upstream.port());
    let config = create(&installation, &for_team("OTHER", &["--endpoint", &endpoint]), CANARY);
    let report = check(&installation, &config, &[], ExitStatus::Refused);
    assert_eq!((&report["usable"], &report["reason"]), (&json!("no"), &json!("bad_key")));
    let finished = installation.run(&["config", "check", id(&config)]);
    assert!(finished.stdout.contains("bad_key") && finished.stderr.contains("does not work"), "{finished:?}");
    // As with `config check ID | grep -q`.
    let unread = installation.run_without_reader(&["config", "check", id(&config)]);
    assert_eq!(unread.code, Some(ExitStatus::Refused.number().into()), "{unread:?}");
}

#[test]
fn check_without_decision_exits_with_try_again() {
    let installation = sqlite();
    initialised(&installation);
    let upstream = ScriptedServer::start(|_| Reply::json(503, "{}")).expect("a free port");
    let endpoint = format!("http://127.0.0.1:{}/v1", upstream.port());
    let config = create(&installation, &for_root(&["--endpoint", &endpoint]), CANARY);
    assert_eq!(check(&installation, &config, &[], ExitStatus::TryAgain)["usable"], "unknown");
}

#[test]
fn check_follows_network_policy_of_settings() {
    let installation = sqlite();
    initialised(&installation);
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let endpoint = format!("http://127.0.0.1:{}/v1", upstream.port());
    let config = create(&installation, &for_root(&["--endpoint", &endpoint, "--model", "tiny"]), VALID_KEY);
    // Programs of this machine may be called only if the server listens on a loopback address.
    let public = ["--listen", "0.0.0.0:0", "--allow-public-listen"];
    let report = check(&installation, &config, &public, ExitStatus::Refused);
    assert_eq!((&report["reason"], &report["calls"]), (&json!("blocked_by_policy"), &json!([])));
    let allowed = format!("127.0.0.1:{}", upstream.port());
    let listed = [&public[..], &["--allowed-hosts", &allowed]].concat();
    check(&installation, &config, &listed, ExitStatus::Done);
}

#[test]
fn check_resolves_reference_by_grants_of_settings() {
    let installation = sqlite();
    initialised(&installation);
    let upstream = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let origin = format!("http://127.0.0.1:{}", upstream.port());
    let endpoint = format!("{origin}/v1");
    let key = installation.write_file("openai-key", VALID_KEY);
    let reference = format!("file://{key}");
    let arguments = ["--endpoint", &endpoint, "--model", "tiny", "--reference", &reference];
    let config = installation.json(&for_root(&arguments));
    let report = check(&installation, &config, &[], ExitStatus::Refused);
    assert_eq!(report["reason"], "secret_refused");
    let owner = config["scope"]["id"].as_str().expect("an id");
    let grant = format!(
        "[[secret-grants]]\nprefix = \"{reference}\"\nowners = [\"{owner}\"]\norigins = [\"{origin}\"]\n"
    );
    let settings = installation.write_file("settings.toml", &grant);
    check(&installation, &config, &["--config", &settings], ExitStatus::Done);
}

#[test]
fn check_with_wrong_arguments_checks_nothing() {
    let installation = sqlite();
    initialised(&installation);
    let unknown = installation.run(&["config", "check", UNKNOWN_ID]);
    unknown.assert_failed(ExitStatus::NotFound, &["no configuration has the id"]);
    for arguments in [&["nonsense"][..], &[UNKNOWN_ID, "--depth", "all"], &["--depth", "reach"]] {
        let finished = installation.run(&[&["config", "check"], arguments].concat());
        assert_eq!(finished.code, Some(64), "{arguments:?}: {finished:?}");
    }
}
