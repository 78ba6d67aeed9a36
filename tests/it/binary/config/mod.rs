//! `config create`, `config update`, `config delete` and `config check ID`.

mod check;
mod create;
mod credential;
mod delete;
mod prompt;
mod update;

use serde_json::Value;

use crate::support::Installation;

/// A secret of which no output may contain the middle.
const CANARY: &str = "sk-canary5e1d7b-0123456789wxyz";

/// An endpoint whose host is the provider's own.
const OPENAI: &str = "https://api.openai.com/v1";

/// An installation that a server has initialised, and that has the workspace `Research`.
fn initialised(installation: &Installation) {
    installation.start().stop();
    installation.run(&["workspace", "create", "Research"]).succeeded();
}

/// `config create` for the root user. `arguments` replace the flags that they have.
fn for_root<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    let defaults = [
        ("--owner", "root@localhost"),
        ("--name", "GPT"),
        ("--provider", "OPENAI"),
        ("--endpoint", OPENAI),
        ("--model", "gpt-4o-mini"),
    ];
    create_with(&defaults, arguments)
}

/// `config create` in the workspace `Research`. `arguments` replace the flags that they have.
fn for_team<'a>(provider: &'a str, arguments: &[&'a str]) -> Vec<&'a str> {
    let defaults = [
        ("--workspace", "Research"),
        ("--name", "Team"),
        ("--provider", provider),
        ("--endpoint", "https://llm.example/v1"),
    ];
    create_with(&defaults, arguments)
}

fn create_with<'a>(defaults: &[(&'a str, &'a str)], arguments: &[&'a str]) -> Vec<&'a str> {
    let kept = defaults.iter().filter(|(flag, _)| !arguments.contains(flag));
    let kept = kept.flat_map(|(flag, value)| [*flag, *value]);
    ["config", "create"].into_iter().chain(kept).chain(arguments.iter().copied()).collect()
}

/// Runs `config create` with a secret on standard input, and returns the printed configuration.
#[track_caller]
fn create(installation: &Installation, arguments: &[&str], secret: &str) -> Value {
    let arguments = [arguments, &["--secret-file", "-", "--json"]].concat();
    printed(&installation.run_with_input(&arguments, secret).succeeded())
}

/// The configuration in the output of a command with `--json`. Asserts that the output has no secret.
#[track_caller]
fn printed(output: &str) -> Value {
    assert!(!output.contains("canary"), "{output}");
    serde_json::from_str(output).unwrap_or_else(|error| panic!("{error}: {output}"))
}

#[track_caller]
fn id(config: &Value) -> &str {
    config["id"].as_str().expect("the id is a string")
}
