//! The help of the program and of each command.

use super::sqlite;

/// Lines of a terminal.
const SCREEN: usize = 40;

/// A setting that commands use, and one that only the server uses.
const OF_COMMANDS: &str = "--data-dir";
const OF_SERVER: &str = "--listen";

/// The commands of a help text.
fn commands_of(help: &str) -> Vec<String> {
    let lines = help.split("Commands:\n").nth(1).into_iter().flat_map(str::lines);
    let names = lines.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    names.map(str::to_owned).collect()
}

/// Every command of the program, such as `["workspace", "member", "set"]`.
fn commands() -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![Vec::new()];
    while let Some(command) = open.pop() {
        let arguments: Vec<&str> = command.iter().map(String::as_str).chain(["-h"]).collect();
        for name in commands_of(&sqlite().run(&arguments).succeeded()) {
            open.push([command.clone(), vec![name]].concat());
        }
        found.push(command);
    }
    found
}

#[test]
fn help_names_commands_settings_and_defaults() {
    let help = sqlite().run(&["--help"]).succeeded();
    for word in [
        "serve",
        "migrate",
        "config",
        "token",
        "--listen",
        "--data-dir",
        "--database-url",
        "--keyring-file",
        "LLM_CONFIG_WAIT_FOR_INIT",
        "LLM_CONFIG_KEYRING",
        "127.0.0.1:8080",
        "./data",
        "first start",
        "TOML",
    ] {
        assert!(help.contains(word), "`{word}` is not in:\n{help}");
    }
    let secret = sqlite().without("DATABASE_URL").with("DATABASE_URL", "postgres://u:hunter2@h/d");
    assert!(!secret.run(&["--help"]).succeeded().contains("hunter2"));
    let version = sqlite().run(&["--version"]).succeeded();
    let mut lines = version.lines();
    let first = format!("llm-config-server {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(lines.next(), Some(first.as_str()));
    let libraries = lines.next().expect("the libraries inside");
    assert!(["SQLite 3.", "OpenSSL 3.", "libpq "].iter().all(|name| libraries.contains(name)), "{version}");
    assert_eq!(sqlite().run(&["-V"]).succeeded().trim(), first);
    assert_eq!(sqlite().run(&["sreve"]).code, Some(64));
}

#[test]
fn help_of_command_shows_its_settings_on_one_screen() {
    let commands = commands();
    assert!(commands.len() > 20, "{commands:?}");
    for command in commands {
        let help = |flag| {
            let arguments: Vec<&str> = command.iter().map(String::as_str).chain([flag]).collect();
            sqlite().run(&arguments).succeeded()
        };
        let (short, long) = (help("-h"), help("--help"));
        let (shows_commands, shows_server) = match command.first().map(String::as_str) {
            None | Some("serve") => (true, true),
            Some("openapi") => (false, false),
            Some(_) => (true, false),
        };
        for text in [&short, &long] {
            assert_eq!(text.contains(OF_COMMANDS), shows_commands, "{command:?}: {text}");
            assert_eq!(text.contains(&format!("{OF_SERVER} ")), shows_server, "{command:?}: {text}");
        }
        assert_eq!(long.contains("LLM_CONFIG_DATA_DIR"), shows_commands, "{command:?}: {long}");
        let has_many_own_flags = command == ["config", "create"] || command == ["config", "update"];
        if !shows_server && !has_many_own_flags {
            assert!(short.lines().count() <= SCREEN, "{command:?}: {short}");
        }
    }
}

#[test]
fn group_without_command_prints_short_usage() {
    for group in [&["config"][..], &["token"], &["user"], &["workspace"], &["workspace", "member"]] {
        let printed = sqlite().run(group);
        assert_eq!((printed.code, printed.stdout.as_str()), (Some(64), ""), "{printed:?}");
        assert!(printed.stderr.lines().count() < 10, "{printed:?}");
        for part in ["requires a subcommand", "[subcommands: ", "Usage: llm-config-server"] {
            assert!(printed.stderr.contains(part), "`{part}` is not in {printed:?}");
        }
    }
}

#[test]
fn setting_before_or_after_command_is_accepted() {
    let installation = sqlite();
    installation.start().stop();
    let elsewhere = format!("sqlite://{}", installation.folder.path().join("elsewhere.db").display());
    let missing =
        |arguments: &[&str]| installation.run(arguments).assert_error(&["elsewhere.db", "does not exist"]);
    missing(&["--database-url", &elsewhere, "user", "list"]);
    missing(&["user", "list", "--database-url", &elsewhere]);
    missing(&["user", "--database-url", &elsewhere, "list"]);
    // Settings of the server are not in the help of other commands, but accepted.
    installation.run(&["user", "list", "--listen", "127.0.0.1:9", "--workers", "2"]).succeeded();
    installation.run(&["--allow-public-listen", "--check-every", "6h", "workspace", "list"]).succeeded();
}
