//! The output of the operator's commands while the server runs.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{POSITIVE_CONTROL, secret};
use crate::support::Installation;

/// Runs a command, asserts success and returns its output.
#[track_caller]
fn run(installation: &Installation, command: &str) -> String {
    installation.run(&command.split(' ').collect::<Vec<_>>()).succeeded()
}

/// Runs every command and moves every configuration. Returns the output of the commands that print no token,
/// and adds the tokens that the others print to `tokens`.
pub(super) fn run_everything(installation: &Installation, tokens: &mut Vec<String>) -> Vec<String> {
    for issues_token in
        ["user create heir@example.com --first-name H --last-name X --token --json", "token issue --json"]
    {
        let printed: Value = serde_json::from_str(&run(installation, issues_token)).expect("valid JSON");
        tokens.push(printed["token"].as_str().expect("the token is a string").to_owned());
    }
    let link: Value =
        serde_json::from_str(&run(installation, "login-link heir@example.com --json")).expect("valid JSON");
    let url = link["url"].as_str().expect("the URL is a string");
    tokens.push(url.split_once('#').expect("the code is in the fragment").1.to_owned());
    let mut printed = change_configurations(installation);
    let listed: Value = serde_json::from_str(&run(installation, "config list --json")).expect("valid JSON");
    let mut kinds = BTreeSet::new();
    for config in listed.as_array().expect("the list is an array") {
        let id = config["id"].as_str().expect("the id is a string");
        let kind = config["scope"]["kind"].as_str().expect("the kind is a string");
        kinds.insert(kind.to_owned());
        let (flag, target) = match kind {
            "owner" => ("--owner", "heir@example.com"),
            _ => ("--workspace", "another place"),
        };
        for end in [&["show", id][..], &["show", id, "--json"], &["move", id, flag, target]] {
            printed.push(installation.run(&[&["config"], end].concat()).succeeded());
        }
        let result = installation.run(&["config", "move", id, flag, "nowhere@example.com"]);
        printed.push(format!("{result:?}"));
    }
    assert_eq!(kinds.len(), 2, "the list lacks a configuration of one kind of scope");
    printed.extend(
        [
            "config list",
            "config list --json",
            "config list --owner heir@example.com",
            "config check",
            "token list",
            "token list --json",
            "user list",
            "user list --json",
            "user show heir@example.com",
            "workspace list --json",
            "workspace list",
        ]
        .map(|command| run(installation, command)),
    );
    for command in [&["user", "delete", "heir@example.com"][..], &["workspace", "delete", "another place"]] {
        let result = installation.run(command);
        result.assert_error(&["still"]);
        printed.push(format!("{result:?}"));
    }
    printed
}

/// Creates, changes, checks and deletes configurations with the canary as their secret and in the place of
/// other values. Returns all output.
fn change_configurations(installation: &Installation) -> Vec<String> {
    let mut printed = Vec::new();
    let mut run = |arguments: &[&str], input: &str, status: i32| {
        let finished = installation.run_with_input(arguments, input);
        assert_eq!(finished.code, Some(status), "{arguments:?}: {finished:?}");
        printed.push(format!("{finished:?}"));
        finished.stdout
    };
    let (key_id, masked) = (installation.write_file("key-id", &secret(51)), format!("****{}", secret(52)));
    let of_team = ["--workspace", "another place", "--provider", "AWS", "--key-id-file", &key_id];
    let of_owner = ["--owner", "root@localhost", "--provider", "OPENAI", "--model", "m"];
    for scope in [&of_team, &of_owner] {
        let create = ["config", "create", "--name", POSITIVE_CONTROL, "--secret-file", "-", "--json"];
        let create = [&create[..], &["--endpoint", "https://llm.invalid/"], scope].concat();
        let created: Value = serde_json::from_str(&run(&create, &secret(53), 0)).expect("valid JSON");
        let id = created["id"].as_str().expect("the id is a string");
        run(&create, &secret(53), 1);
        for refused in [&masked, "", &secret(54).repeat(1000), &format!("{}\0", secret(55))] {
            run(&create, refused, 64);
            run(&["config", "update", id, "--secret-file", "-"], refused, 64);
        }
        run(&["config", "update", id, "--secret-file", "-"], &format!("{}\n", secret(56)), 0);
        run(&["config", "update", id, "--endpoint", "https://elsewhere.invalid/"], "", 64);
        run(&["config", "update", id, "--secret", &secret(57)], "", 64);
        run(&["config", "update", id, "--secret-file", &secret(58)], "", 66);
        run(&["config", "update", id, "--name", "x", &secret(59)], "", 64);
        run(&["config", "update", &secret(59), "--name", "x", "--json"], "", 64);
        run(&["config", "check", id, "--json"], "", 1);
        run(&["config", "delete", id], "", 0);
    }
    printed
}
