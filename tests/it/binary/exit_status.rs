//! Exit statuses, errors as JSON, and readers that have gone.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use llm_config_server::cli::ExitStatus;
use serde_json::{Value, json};

use super::sqlite;
use crate::support::{Installation, ProgramOutput};

const UNKNOWN: &str = "550e8400-e29b-41d4-a716-446655440000";

/// The JSON document of an error: the last line on standard error, after those of the server's log, and
/// nothing on standard output.
#[track_caller]
fn error(output: &ProgramOutput) -> Value {
    let (mut lines, printed) = (output.stderr.lines(), output.stdout.as_str());
    let last = lines.next_back().unwrap_or_default();
    assert!(lines.all(|line| line.contains("INFO")) && printed.is_empty(), "{output:?}");
    serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[track_caller]
fn check(installation: &Installation, arguments: &[&str], status: ExitStatus, part: &str) {
    installation.run(arguments).assert_failed(status, &[part]);
    let output = installation.run(&[arguments, &["--json"]].concat());
    assert_eq!(output.code, Some(status.number().into()), "{output:?}");
    let error = error(&output);
    assert_eq!((&error["code"], &error["status"]), (&json!(status.name()), &json!(status.number())));
    let sentence = error["error"].as_str().unwrap_or_default();
    assert!(sentence.contains(part) && !sentence.starts_with("error"), "{error}");
}

#[test]
fn failed_command_exits_with_the_status_of_its_cause() {
    for installation in Installation::each() {
        let server = installation.start();
        for (arguments, status, part) in [
            (&["user", "role", "root@localhost", "USER"][..], ExitStatus::Refused, "the last owner"),
            (&["user", "show", "x@example.com"], ExitStatus::NotFound, "no user has"),
            (&["workspace", "show", "x"], ExitStatus::NotFound, "no workspace has"),
            (&["config", "show", UNKNOWN], ExitStatus::NotFound, "no configuration has"),
            (&["token", "revoke", UNKNOWN], ExitStatus::NotFound, "no token has"),
            (&["user", "show", "x"], ExitStatus::Usage, "e-mail address"),
            (&["user", "sohw"], ExitStatus::Usage, "unrecognized subcommand"),
            (&["--lisen", "x"], ExitStatus::Usage, "unexpected argument '--lisen'"),
        ] {
            check(&installation, arguments, status, part);
        }
        let twice = ["workspace", "create", "Twice"];
        installation.run(&twice).succeeded();
        server.client(&server.token()).post("/workspace", &json!({"name": "Twice"})).success();
        check(&installation, &["workspace", "show", "Twice"], ExitStatus::Usage, "use an id instead");
        let taken = server.base.trim_start_matches("http://");
        check(&installation, &["--listen", taken], ExitStatus::TryAgain, "is taken");
        drop(server);
        fs::set_permissions(installation.keyring(), fs::Permissions::from_mode(0o620)).unwrap();
        check(&installation, &["user", "list"], ExitStatus::NoPermission, "keyring");
        fs::remove_file(installation.keyring()).unwrap();
        check(&installation, &["user", "list"], ExitStatus::Configuration, "bring back the keyring");
    }
}

#[test]
fn command_without_usable_database_exits_with_the_status_of_its_cause() {
    check(&sqlite().without("DATABASE_URL"), &["user", "list"], ExitStatus::Configuration, "does not exist");
    let with = |url: &str| sqlite().without("DATABASE_URL").with("DATABASE_URL", url);
    let away = with("postgres://u@127.0.0.1:1/d");
    for arguments in [&["user", "list"][..], &["migrate"], &["serve"]] {
        check(&away, arguments, ExitStatus::Unavailable, "cannot be reached");
    }
    check(&with("mysql://h/d"), &["user", "list"], ExitStatus::Configuration, "postgres://");
}

#[test]
fn json_flag_before_command_is_the_flag_after_it() {
    let installation = sqlite();
    let after = installation.json(&["config", "check"]);
    let before = installation.run(&["--json", "config", "check"]).succeeded();
    assert_eq!(serde_json::from_str::<Value>(&before).unwrap(), after);
    let between = installation.run(&["config", "--json", "check"]).succeeded();
    assert_eq!(serde_json::from_str::<Value>(&between).unwrap(), after);
    let refused = installation.run(&["--json", "config", "chekc"]);
    assert_eq!(error(&refused)["code"], "USAGE");
    // After `--`, it is an argument.
    let refused = installation.run(&["user", "show", "--", "--json"]);
    assert!(refused.code == Some(64) && refused.stderr.starts_with("error: "), "{refused:?}");
}

#[test]
fn command_whose_reader_has_gone_ends_silently() {
    let installation = sqlite();
    installation.start().stop();
    for arguments in
        [&["user", "list"][..], &["user", "list", "--json"], &["openapi", "goodmem"], &["--help"]]
    {
        let ended = installation.run_without_reader(arguments);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn command_that_changes_something_and_cannot_report_it_fails() {
    let installation = sqlite();
    installation.start().stop();
    let ada = ["user", "create", "ada@example.com", "--first-name", "A", "--last-name", "L", "--token"];
    for (arguments, part) in [
        (&["token", "issue"][..], "`token revoke "),
        (&["token", "issue", "--json"], "`token revoke "),
        (&ada, "`token issue --user ada@example.com`"),
        (&["workspace", "create", "Research"], "has done its work"),
        (&["migrate"], "has done its work"),
    ] {
        let ended = installation.run_without_reader(arguments);
        assert_eq!(ended.code, Some(ExitStatus::InputOutput.number().into()), "{ended:?}");
        assert!(ended.stderr.contains(part) && !ended.stderr.contains("gm_"), "{ended:?}");
    }
    // The root token and three others.
    assert_eq!(installation.json(&["token", "list"]).as_array().map(Vec::len), Some(4));
    installation.run(&["workspace", "show", "Research"]).succeeded();
}

#[test]
fn first_start_whose_reader_has_gone_serves_and_warns() {
    let installation = sqlite();
    let server = installation.start_without_reader();
    server.anonymous().get("/ready").json(200);
    let token = installation.json(&["token", "issue"])["token"].as_str().unwrap().to_owned();
    server.client(&token).get("/v1/users/me").json(200);
    let log = server.stop();
    assert!(log.contains("the root token could not be printed"), "{log}");
}
