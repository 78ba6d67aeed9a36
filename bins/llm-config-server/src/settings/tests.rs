//! Tests of settings: their sources, valid values, and the errors of invalid ones.

use std::collections::BTreeMap;
use std::fs;

use clap::{Args as _, FromArgMatches as _};
use tempfile::TempDir;

use super::*;

/// The settings of flags, variables without their prefix, and the text of a file.
#[derive(Default)]
struct Given<'g> {
    flags: &'g [&'g str],
    variables: &'g [(&'g str, &'g str)],
    file: Option<&'g str>,
}

impl Given<'_> {
    fn load(&self) -> Result<Settings, InvalidSettings> {
        let folder = TempDir::new().unwrap();
        let mut variables: BTreeMap<String, OsString> =
            self.variables.iter().map(|(name, text)| (format!("LLM_CONFIG_{name}"), text.into())).collect();
        if let Some(text) = self.file {
            let path = folder.path().join("settings.toml");
            fs::write(&path, text).unwrap();
            variables.insert("LLM_CONFIG_FILE".to_owned(), path.into());
        }
        let parser = Flags::augment_args(clap::Command::new("test").no_binary_name(true));
        let matches = parser.try_get_matches_from(self.flags).unwrap();
        Settings::merge(Flags::from_arg_matches(&matches).unwrap(), |name| variables.get(name).cloned())
    }
}

fn flags<'g>(flags: &'g [&'g str]) -> Given<'g> {
    Given { flags, ..Given::default() }
}

fn variables<'g>(variables: &'g [(&'g str, &'g str)]) -> Given<'g> {
    Given { variables, ..Given::default() }
}

fn file(text: &str) -> Given<'_> {
    Given { file: Some(text), ..Given::default() }
}

/// Asserts the address to listen on, or a part of the error.
#[track_caller]
fn check(given: &Given<'_>, expected: Result<&str, &str>) {
    match (given.load(), expected) {
        (Ok(settings), Ok(expected)) => assert_eq!(settings.listen.to_string(), expected),
        (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
        (Err(error), Ok(_)) => panic!("{error}"),
        (Ok(_), Err(expected)) => panic!("there is no error `{expected}`"),
    }
}

#[test]
fn load_without_settings_selects_loopback_and_data_directory() {
    let settings = Given::default().load().unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    let here = std::env::current_dir().unwrap();
    let registry = here.join("data/registry.db");
    assert_eq!(settings.database.to_string(), format!("sqlite://{}", registry.display()));
    assert!(matches!(&settings.keys, Keys::File(path) if *path == here.join("data/keyring")));
    assert!(!settings.wait_for_init);
}

#[test]
fn flag_overrides_variable_which_overrides_file() {
    let text = "listen = '127.0.0.1:1'\nworkers = 3\nwait-for-init = true\nallowed-hosts = ['a:1', 'b:2']\n";
    let given = Given {
        flags: &["--workers", "5"],
        variables: &[
            ("WORKERS", "4"),
            ("LISTEN", "127.0.0.1:2"),
            ("ALLOWED_NETWORKS", "10.0.0.0/8,fd00::/8"),
        ],
        file: Some(text),
    };
    let settings = given.load().unwrap();
    assert_eq!((settings.listen.port(), settings.workers, settings.wait_for_init), (2, Some(5), true));
    let views: BTreeMap<_, _> = settings.views().into_iter().map(|view| (view.name, view)).collect();
    for (name, text, source) in [
        ("workers", "5", SourceKind::Flag),
        ("listen", "127.0.0.1:2", SourceKind::Variable),
        ("wait-for-init", "true", SourceKind::File),
        ("allowed-hosts", "a:1, b:2", SourceKind::File),
        ("allowed-networks", "10.0.0.0/8, fd00::/8", SourceKind::Variable),
        ("metrics-listen", "none", SourceKind::Default),
        ("public-url", "none", SourceKind::Default),
    ] {
        assert_eq!((views[name].text().as_str(), views[name].source), (text, source), "{name}");
    }
}

#[test]
fn load_with_empty_variable_ignores_it() {
    for variable in arguments::variables() {
        let name = variable.trim_start_matches("LLM_CONFIG_");
        check(&variables(&[(name, ""), ("KEYRING", "")]), Ok("127.0.0.1:8080"));
    }
}

#[test]
fn invalid_value_is_blamed_on_its_source() {
    let workers = "must be a whole number from 1 to 1024";
    check(
        &variables(&[("WORKERS", "0")]),
        Err(&format!("invalid value '0' for LLM_CONFIG_WORKERS: {workers}")),
    );
    check(
        &variables(&[("LOG_FORMAT", "xml")]),
        Err("invalid value 'xml' for LLM_CONFIG_LOG_FORMAT: must be `text` or `json`"),
    );
    check(
        &variables(&[("WAIT_FOR_INIT", "maybe")]),
        Err("invalid value 'maybe' for LLM_CONFIG_WAIT_FOR_INIT: must be `true` or `false`"),
    );
    check(
        &variables(&[("ALLOWED_NETWORKS", "10.0.0.0/8,10.0.0.1/16")]),
        Err("invalid value '10.0.0.1/16' for LLM_CONFIG_ALLOWED_NETWORKS: must be a network"),
    );
    // A URL may contain a password.
    check(
        &variables(&[("LISTEN", "postgres://u:hunter2@h")]),
        Err("invalid value for LLM_CONFIG_LISTEN: must be"),
    );
    check(
        &variables(&[("CORS_ORIGINS", "https://u:1,hunter2@h")]),
        Err("invalid value for LLM_CONFIG_CORS_ORIGINS: "),
    );
    for mistyped in ["https:/u:1,hunter2@h", "https:u:1,hunter2@h", "https:/h/?password=1,hunter2"] {
        check(&variables(&[("CORS_ORIGINS", mistyped)]), Err("invalid value for LLM_CONFIG_CORS_ORIGINS: "));
    }
    check(&variables(&[("DATABASE_URL", "hunter2")]), Err("invalid value for LLM_CONFIG_DATABASE_URL: "));
    check(
        &variables(&[("LISTEN", "0.0.0.0:1")]),
        Err("LLM_CONFIG_LISTEN is 0.0.0.0:1, which other machines can reach"),
    );
    check(&flags(&["--listen", "0.0.0.0:1"]), Err("`--listen` is 0.0.0.0:1"));
    check(&file("\nlisten = '0.0.0.0:1'"), Err("`listen` (line 2 of the settings file "));
}

#[test]
fn invalid_flag_is_told_from_invalid_variable_and_line() {
    let first = |given: &Given<'_>| given.load().map(drop).unwrap_err().0.remove(0);
    assert!(matches!(first(&flags(&["--listen", "0.0.0.0:1"])), SettingsError::Flag(_)));
    assert!(matches!(first(&variables(&[("LISTEN", "0.0.0.0:1")])), SettingsError::Invalid(_)));
    assert!(matches!(first(&file("listen = '0.0.0.0:1'")), SettingsError::Invalid(_)));
    // Also if another source overrides it.
    let overridden = Given { flags: &["--workers", "1"], variables: &[("WORKERS", "x")], file: None };
    check(&overridden, Err("LLM_CONFIG_WORKERS"));
}

#[test]
fn several_invalid_settings_are_reported_together() {
    let given = Given { file: Some("listen = 'x'\nworkes = 3"), ..variables(&[("WORKERS", "0")]) };
    let InvalidSettings(errors) = given.load().map(drop).unwrap_err();
    let expected = ["`workes` (line 2", "`listen` (line 1", "LLM_CONFIG_WORKERS"];
    assert_eq!(errors.len(), expected.len(), "{errors:?}");
    for (error, expected) in errors.iter().zip(expected) {
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn line_of_file_with_mistake_is_explained() {
    for (text, expected) in [
        ("listen = 127.0.0.1:9000", "`listen` (line 1", "must be in quotation marks, as in `listen = \""),
        ("log-format = json # why", "`log-format` (line 1", "must be in quotation marks"),
        ("\nworkers = four", "`workers` (line 2", "must be a whole number from 1 to 1024"),
        ("workers = \"four\"", "`workers` (line 1", "must be a whole number from 1 to 1024"),
        ("workers = 1.5", "`workers` (line 1", "must be a whole number from 1 to 1024"),
        ("listen = 8080", "`listen` (line 1", "such as `127.0.0.1:8080`"),
        ("listen = ['127.0.0.1:1']", "`listen` (line 1", "such as `127.0.0.1:8080`"),
        ("listen =", "`listen` (line 1", "such as `127.0.0.1:8080`"),
        ("listen = '127.0.0.1:1", "`listen` (line 1", "is not valid TOML: "),
        ("[vault]\naddress = 'https://v'\nlisten = ':1'", "`vault` (line 3", "move the line to the top"),
        ("data-dir = ['x']", "`data-dir` (line 1", "must be a text in quotation marks, not a list"),
        ("wait-for-init = 'yes'", "`wait-for-init` (line 1", "must be `true` or `false`"),
        ("allowed-hosts = ['x']", "`allowed-hosts` (line 1", "must end in a port"),
        ("databse-url = 'postgres://u:hunter2@h/d'", "`databse-url` (line 1", "did you mean `database-url`?"),
        ("config = 'x'", "`config` (line 1", "is not a setting"),
        ("keyring = 'hunter2'", "`keyring` (line 1", "is not a setting"),
        ("[vault]\naddres = 'hunter2'", "`vault` (line 2", "unknown field `addres`"),
        ("vault = 'hunter2'", "`vault` (line 1", "invalid type: string"),
        ("[[secret-grants]]\nprefix = 'vault://kv/a'", "`secret-grants` (line 1", "without `owners`"),
        ("nonsense", "line 1 of the settings file ", "is not TOML"),
    ]
    .map(|(text, label, reason)| (text, [label, reason]))
    {
        let error = file(text).load().map(drop).unwrap_err().to_string();
        assert!(expected.iter().all(|part| error.contains(part)), "{text}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn value_of_file_may_be_a_number_or_a_text() {
    check(&file("workers = '3'\nlisten = '127.0.0.1:7'"), Ok("127.0.0.1:7"));
    check(&file("keyring-dir = 'k'\ncurrent-key = 2026-11-01\nlisten = '127.0.0.1:7'"), Ok("127.0.0.1:7"));
    check(&file("allowed-hosts = 'ollama.lan:1,b:2'"), Ok("127.0.0.1:8080"));
}

#[test]
fn keys_from_several_sources_are_refused_by_the_names_that_were_given() {
    const KEYRING: (&str, &str) = ("KEYRING", "k AAAA");
    check(&flags(&["--keyring-file", "f"]), Ok("127.0.0.1:8080"));
    for (given, expected) in [
        (
            Given { flags: &["--keyring-dir", "d"], ..variables(&[KEYRING]) },
            "`--keyring-dir` and LLM_CONFIG_KEYRING each name a source of the keys",
        ),
        (
            Given { flags: &["--keyring-dir", "d"], ..variables(&[("KEYRING_FILE", "f")]) },
            "LLM_CONFIG_KEYRING_FILE and `--keyring-dir` each name a source",
        ),
        (
            Given { file: Some("keyring-file = 'f'"), ..variables(&[KEYRING]) },
            "settings.toml) and LLM_CONFIG_KEYRING each name a source",
        ),
        (flags(&["--current-key", "k"]), "`--current-key` is allowed only with `--keyring-dir`"),
    ] {
        check(&given, Err(expected));
    }
}

#[test]
fn listen_on_public_address_without_flag_is_refused() {
    check(&flags(&["--listen", "[::1]:1"]), Ok("[::1]:1"));
    check(&flags(&["--listen", "localhost:8090"]), Ok("127.0.0.1:8090"));
    check(&flags(&["--listen", "0.0.0.0:1"]), Err("--allow-public-listen"));
    check(&flags(&["--listen", "0.0.0.0:1", "--allow-public-listen"]), Ok("0.0.0.0:1"));
    check(&flags(&["--metrics-listen", "127.0.0.1:9"]), Ok("127.0.0.1:8080"));
    check(&flags(&["--metrics-listen", "0.0.0.0:9"]), Err("--allow-public-listen"));
}

#[test]
fn metrics_listen_on_the_address_of_the_server_is_refused() {
    check(
        &Given { flags: &["--metrics-listen", "127.0.0.1:1"], ..variables(&[("LISTEN", "127.0.0.1:1")]) },
        Err("`--metrics-listen` is 127.0.0.1:1, which is the address of LLM_CONFIG_LISTEN"),
    );
    check(&flags(&["--metrics-listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"]), Ok("127.0.0.1:0"));
    check(&flags(&["--metrics-listen", "[::1]:1", "--listen", "127.0.0.1:1"]), Ok("127.0.0.1:1"));
    let all = ["--listen", "0.0.0.0:1", "--allow-public-listen", "--metrics-listen", "127.0.0.1:1"];
    check(&flags(&all), Err("which is the address of `--listen`"));
}

#[test]
fn views_of_database_url_omit_the_password() {
    let url = "postgres://u:hunter2@h/d?password=hunter2";
    let settings = variables(&[("DATABASE_URL", url)]).load().unwrap();
    assert!(!format!("{:?}", settings.views()).contains("hunter2"));
}

#[test]
fn views_of_relative_paths_are_absolute() {
    let settings = flags(&["--data-dir", "./elsewhere", "--database-url", "sqlite://it.db"]).load().unwrap();
    let texts: Vec<_> = settings.views().into_iter().map(|view| view.text()).collect();
    let here = std::env::current_dir().unwrap().display().to_string();
    for path in [
        format!("{here}/elsewhere"),
        format!("file {here}/elsewhere/keyring"),
        format!("sqlite://{here}/it.db"),
    ] {
        assert!(texts.contains(&path), "{texts:?} has no {path}");
    }
}
