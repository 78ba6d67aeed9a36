//! The output of the operator's commands while the server runs.

use std::collections::BTreeSet;

use serde_json::Value;

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
    let mut printed = Vec::new();
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
