//! Environment variables that no setting reads.

use serde_json::{Value, json};

use super::sqlite;

const WARNING: &str =
    "no setting reads the environment variable LLM_CONFIG_DATADIR; did you mean LLM_CONFIG_DATA_DIR?";

#[test]
fn command_with_unread_variable_warns_on_standard_error() {
    let installation = sqlite();
    installation.start().stop();
    let installation = installation.with("DATADIR", "/elsewhere");
    for command in
        [&["user", "list"][..], &["workspace", "list"], &["token", "list"], &["config", "list"], &["migrate"]]
    {
        let printed = installation.run(command);
        assert_eq!((printed.code, printed.stderr), (Some(0), format!("warning: {WARNING}\n")), "{command:?}");
        let printed = installation.run(&[command, &["--json"]].concat());
        let warning: Value = serde_json::from_str(&printed.stderr).expect("one JSON document");
        assert_eq!((printed.code, warning), (Some(0), json!({"warning": WARNING})), "{command:?}");
        serde_json::from_str::<Value>(&printed.stdout).expect("one JSON document");
    }
    // The warning explains a command that fails because of the mistake.
    let mistaken = sqlite().without("DATABASE_URL").with("DATADIR", "/elsewhere").run(&["user", "list"]);
    assert!(mistaken.stderr.starts_with(&format!("warning: {WARNING}\n")), "{mistaken:?}");
    mistaken.assert_error(&["does not exist"]);
}

#[test]
fn server_with_unread_variable_logs_it() {
    let log = sqlite().with("DATADIR", "/elsewhere").start().stop();
    let line = log.lines().find(|line| line.contains("LLM_CONFIG_DATADIR")).expect("a warning");
    assert!(line.contains("WARN") && line.contains("LLM_CONFIG_DATA_DIR\""), "{line}");
}
