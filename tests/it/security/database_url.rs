//! The program never prints a part of the database password, whatever is wrong with the URL.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use llm_config_store::testing::TestDatabase;

use crate::support::Installation;

/// Characters with a meaning in a URL, for libpq, or in a shell.
const SPECIAL: &[char] =
    &['@', '?', '%', '#', '/', ':', '[', ']', ' ', '\'', '\\', '"', '&', '=', '+', ',', '\n', 'é'];

/// Commands; the last one would serve if the database were usable.
const COMMANDS: [&[&str]; 4] = [&["config", "check"], &["migrate"], &["token", "list"], &["serve"]];

fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// Every substring of four characters, in lower case.
fn parts(text: &str) -> Vec<String> {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    text.windows(4).map(|window| window.iter().collect()).collect()
}

/// Asserts that the output contains no part of the password.
#[track_caller]
fn check_not_printed(printed: &str, password: &str, url: &str) {
    let printed = printed.to_lowercase();
    for form in [password.to_owned(), encoded(password)] {
        for part in parts(&form) {
            assert!(!printed.contains(&part), "`{part}` of {url} is in: {printed}");
        }
    }
}

fn with_url(url: &str) -> Installation {
    Installation::with_database(TestDatabase::sqlite()).without("DATABASE_URL").with("DATABASE_URL", url)
}

/// Asserts that every command fails on this URL without printing a part of the password.
#[track_caller]
fn check_commands(url: &str, password: &str) {
    let installation = with_url(url);
    for command in COMMANDS {
        let finished = installation.run(command);
        check_not_printed(&format!("{}{}", finished.stdout, finished.stderr), password, url);
        if command != COMMANDS[0] {
            assert_ne!(finished.code, Some(0), "{command:?} {url}");
        }
    }
}

#[test]
fn run_with_password_of_special_characters_prints_no_part_of_it() {
    for special in SPECIAL {
        let password = format!("Qz{special}7xW{special}Kj9v");
        for written in [password.clone(), encoded(&password)] {
            for url in [
                format!("postgres://ada:{written}@127.0.0.1:1/registry"),
                format!("postgres://ada@127.0.0.1:1/registry?password={written}"),
            ] {
                check_commands(&url, &password);
            }
        }
    }
}

#[test]
fn run_with_broken_url_prints_no_part_of_password() {
    const PASSWORD: &str = "Qz7xWKj9v";
    for url in [
        "postgres://ada:Qz7xWKj9v@[::1/registry",
        "postgres://ada:Qz7xWKj9v@[::1]x:5432/registry?x",
        "postgres://ada:Qz7xWKj9v@127.0.0.1:port/registry",
        "postgres://ada:Qz7xWKj9v@127.0.0.1:0/registry",
        "postgres://ada:Qz7xWKj9v@127.0.0.1:1,/registry",
        "postgres://ada:x@127.0.0.1:Qz7xWKj9v/registry",
        "postgres://ada:x@127.0.0.1:1/registry?Qz7xWKj9v=x",
        "postgres://ada:x@127.0.0.1:1/registry?Qz7xWKj9v",
        "postgres://ada:Qz7xWKj9v",
        "postgres://ada:1?Qz7xWKj9v@127.0.0.1:1/registry",
        "postgres://ada:1/Qz7xWKj9v@127.0.0.1:1/registry",
        "postgres://ada:Qz7xWKj9v%@127.0.0.1:1/registry",
        "postgres://ada:Qz7xWKj9v@127.0.0.1:1/registry?sslmode=Qz7xWKj9v",
        "postgres://ada:Qz7xWKj9v@127.0.0.1:1/registry?connect_timeout=Kj9v",
        "mysql://ada:Qz7xWKj9v@127.0.0.1/registry",
    ] {
        check_commands(url, PASSWORD);
    }
}

#[test]
fn run_with_unparsable_url_explains_percent_encoding() {
    for url in ["postgres://ada:a@b@h/d", "postgres://ada:a#b@h/d", "postgres://ada:100%@h/d"] {
        with_url(url).run(&["config", "check"]).assert_error(&[
            "LLM_CONFIG_DATABASE_URL",
            "`@` as `%40`",
            "`%` as `%25`",
        ]);
    }
}

#[cfg(feature = "postgres-tests")]
#[test]
fn start_with_password_of_special_characters_prints_no_part_of_it() {
    let database = TestDatabase::postgres();
    let installation = Installation::with_database(database);
    let special: String = SPECIAL.iter().filter(|character| **character != '\n').collect();
    let password = format!("Qz7{special}xWKj9v");
    let location = installation.database.url().to_owned();
    let url = location.replacen('@', &format!(":{}@", encoded(&password)), 1);
    let installation = installation.without("DATABASE_URL").with("DATABASE_URL", &url);
    let server = installation.start();
    server.client(&server.token()).get("/v1/users/me").json(200);
    let printed = server.stdout();
    check_not_printed(&format!("{printed}{}", server.stop()), &password, &url);
    for command in [&["config", "check"][..], &["user", "list"], &["--help"]] {
        check_not_printed(&installation.run(command).succeeded(), &password, &url);
    }
}

#[cfg(feature = "postgres-tests")]
#[test]
fn connection_error_is_printed_without_password() {
    let database = TestDatabase::postgres();
    // The server's message names the wrong role, database or parameter.
    let location = database.url().split_once('@').expect("a user").1;
    let (server, name) = location.split_once('/').expect("a database");
    for url in [
        format!("postgres://stranger_Qz7x:Qz7xWKj9v@{server}/{name}"),
        format!("postgres://stranger:Qz7xWKj9v@{server}/{name}?dbname=WKj9v"),
        format!("postgres://llm_config:Qz7xWKj9v@{server}/{name}?options=-cqz7xwkj9v%3D1"),
    ] {
        let refused = with_url(&url).run(&["migrate"]);
        refused.assert_error(&["cannot be reached"]);
        let message = refused.stderr.split_once("cannot be reached").expect("a message").1;
        check_not_printed(message, "Qz7xWKj9v", &url);
    }
}

#[test]
fn settings_file_with_wrong_type_is_not_quoted() {
    let installation = Installation::with_database(TestDatabase::sqlite()).without("DATABASE_URL");
    let file = installation.folder.path().join("settings.toml");
    for line in [
        "database-connections = 'postgres://ada:Qz7xWKj9v@h/d'",
        "vault = 'Qz7xWKj9v'",
        "secret-grants = 'Qz7xWKj9v'",
        "log-format = 'Qz7xWKj9v'",
        "database-url = ['postgres://ada:Qz7xWKj9v@h/d']",
        "database-url = 'postgres://ada:Qz7xWKj9v@h/d",
        "listen = 'postgres://ada:Qz7xWKj9v@h/d'",
    ] {
        fs::write(&file, format!("{line}\n")).expect("a writable file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("a mode");
        let refused =
            installation.run(&["--config", file.to_str().expect("a UTF-8 path"), "config", "check"]);
        refused.assert_error(&["settings.toml", "line 1"]);
        check_not_printed(&refused.stderr, "Qz7xWKj9v", line);
    }
}

#[test]
fn invalid_command_line_with_password_is_not_quoted() {
    let installation = Installation::with_database(TestDatabase::sqlite());
    for arguments in [
        &["postgres://ada:Qz7xWKj9v@h/d"][..],
        &["--listen", "postgres://ada:Qz7xWKj9v@h/d"],
        &["--database-connections=postgres://ada:Qz7xWKj9v@h/d"],
        &["migrate", "postgres://ada:Qz7xWKj9v@h/d"],
        &["--databaseurl=postgres://ada:Qz7xWKj9v@h/d"],
        &["--listen", "postgres://h/d?user=ada&password=Qz7xWKj9v"],
    ] {
        let refused = installation.run(arguments);
        assert_eq!(refused.code, Some(64), "{refused:?}");
        check_not_printed(&refused.stderr, "Qz7xWKj9v", &arguments.join(" "));
    }
    // Other invalid values are quoted.
    let refused = installation.run(&["--workers", "many"]);
    assert!(refused.stderr.contains("invalid value 'many' for '--workers"), "{refused:?}");
}
