//! `config check`: opens what `serve` opens, shows the settings, and changes nothing.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use llm_config_server::cli::ExitStatus;
use llm_config_store::testing::KEYRING;
use serde_json::{Value, json};

use super::sqlite;
use crate::support::{Installation, ProgramOutput};

const CHECK: &[&str] = &["config", "check"];

/// Runs `config check` and returns its document, whatever its result.
#[track_caller]
fn document(installation: &Installation) -> (Value, ProgramOutput) {
    let output = installation.run(&["config", "check", "--json"]);
    let document = serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    (document, output)
}

/// The checks as name, result and message.
fn startup_checks(document: &Value) -> Vec<(String, String, String)> {
    let text = |check: &Value, member: &str| check[member].as_str().expect("a text").to_owned();
    let checks = document["startup"].as_array().expect("a list");
    checks.iter().map(|check| (text(check, "name"), text(check, "result"), text(check, "message"))).collect()
}

/// Asserts that exactly these checks are failures, that the start has the same status, and that nothing is
/// created.
#[track_caller]
fn check_fails(installation: &Installation, status: ExitStatus, failures: &[(&str, &str)]) {
    let (document, output) = document(installation);
    assert_eq!(
        (output.code, &document["starts"]),
        (Some(status.number().into()), &json!(false)),
        "{output:?}"
    );
    let found = startup_checks(&document);
    let failed: Vec<_> = found.iter().filter(|(_, result, _)| result == "FAILED").collect();
    assert_eq!(failed.len(), failures.len(), "{failed:?}");
    for ((name, _, message), (expected, part)) in failed.into_iter().zip(failures) {
        assert!(name == expected && message.contains(part), "{name}: {message}");
    }
    let text = installation.run(CHECK);
    assert_eq!(text.code, output.code);
    assert!(text.stderr.contains("error: ") && text.stdout.contains("would not start"), "{text:?}");
    // The server has the same opinion, unless only the check fails because of it.
    if failures.iter().all(|(name, _)| !name.starts_with("LLM_CONFIG_")) {
        assert_eq!(installation.run(&[]).code, Some(status.number().into()));
    }
}

fn write_private(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn config_check_before_first_start_creates_nothing_and_says_what_the_start_creates() {
    let installation = sqlite().without("DATABASE_URL");
    let printed = installation.run(CHECK).succeeded();
    assert!(printed.ends_with("the settings are in order\n"), "{printed}");
    let (document, _) = document(&installation);
    let found = startup_checks(&document);
    for (name, part) in [
        ("data-dir", "the first start creates it"),
        ("database-url", "registry.db does not exist yet"),
        ("keyring", "keyring does not exist yet"),
    ] {
        let check = found.iter().find(|(found, ..)| found == name).unwrap();
        assert!(check.1 == "NOT_TRIED" && check.2.contains(part), "{check:?}");
    }
    assert_eq!((&document["starts"], &document["unreadVariables"]), (&json!(true), &json!([])));
    assert_eq!(installation.folder.path().read_dir().unwrap().count(), 0);
}

#[test]
fn config_check_of_running_server_opens_its_database_and_keys() {
    for installation in Installation::each() {
        let server = installation.start();
        let address = server.base.trim_start_matches("http://").to_owned();
        let installation = Installation::sharing_database(&installation.database)
            .without("LISTEN")
            .with("LISTEN", &address)
            .with("KEYRING_FILE", installation.keyring().to_str().unwrap());
        let (document, output) = document(&installation);
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{output:?}");
        let found = startup_checks(&document);
        let named = |name: &str| found.iter().find(|(found, ..)| found == name).unwrap();
        let (_, result, message) = named("database-url");
        assert!(result == "OPENED" && message.ends_with(", initialised"), "{message}");
        assert!(message.starts_with("SQLite 3.") || message.starts_with("PostgreSQL "), "{message}");
        let (_, result, message) = named("keyring");
        assert!(result == "OPENED" && message.contains("encrypts"), "{message}");
        let (_, result, message) = named("listen");
        assert!(result == "NOTE" && message.contains("in use"), "{message}");
        server.anonymous().get("/ready").json(200);
    }
}

#[test]
fn config_check_reports_every_problem_at_once() {
    let installation = sqlite()
        .with("DATADIR", "/elsewhere")
        .with("PROVIDER_CA_FILE", "nope.pem")
        .with("KEYRING_DIR", "/nonexistent")
        .without("DATABASE_URL")
        .with("DATABASE_URL", "postgres://u:hunter2@127.0.0.1:1/d");
    let status = ExitStatus::Configuration;
    check_fails(
        &installation,
        status,
        &[
            ("LLM_CONFIG_DATADIR", "did you mean LLM_CONFIG_DATA_DIR?"),
            ("database-url", "cannot be reached"),
            ("keyring", "/nonexistent"),
            ("provider-ca-file", "nope.pem"),
        ],
    );
    let output = installation.run(CHECK);
    assert!(!format!("{output:?}").contains("hunter2"), "{output:?}");
    assert!(output.stderr.contains("4 reasons"), "{output:?}");
}

#[test]
fn config_check_fails_where_the_server_would_not_start() {
    let data = |installation: &Installation| {
        fs::create_dir(installation.data_dir()).unwrap();
        fs::set_permissions(installation.data_dir(), fs::Permissions::from_mode(0o700)).unwrap();
    };
    let away = sqlite().without("DATABASE_URL").with("DATABASE_URL", "postgres://u@127.0.0.1:1/d");
    check_fails(&away, ExitStatus::Unavailable, &[("database-url", "cannot be reached")]);
    let missing = sqlite().without("DATABASE_URL").with("DATABASE_URL", "sqlite:///nowhere/at/all/r.db");
    check_fails(
        &missing,
        ExitStatus::Configuration,
        &[("database-url", "the directory /nowhere does not exist")],
    );
    let readable = sqlite();
    data(&readable);
    fs::write(readable.keyring(), KEYRING).unwrap();
    fs::set_permissions(readable.keyring(), fs::Permissions::from_mode(0o644)).unwrap();
    check_fails(&readable, ExitStatus::NoPermission, &[("keyring", "can be read by others")]);
    let file = sqlite().without("DATABASE_URL");
    fs::write(file.data_dir(), "a file").unwrap();
    check_fails(&file, ExitStatus::Configuration, &[("data-dir", "is not a directory")]);
    for installation in Installation::each() {
        installation.start().stop();
        write_private(&installation.keyring(), KEYRING);
        check_fails(
            &installation,
            ExitStatus::Configuration,
            &[("keyring", "no key that this database knows")],
        );
        fs::remove_file(installation.keyring()).unwrap();
        check_fails(&installation, ExitStatus::Configuration, &[("keyring", "bring back the keyring")]);
    }
}

#[test]
fn config_check_opens_files_of_vault_and_calls_no_server() {
    let vault = TcpListener::bind("127.0.0.1:0").unwrap();
    vault.set_nonblocking(true).unwrap();
    let installation = sqlite();
    let folder = installation.folder.path();
    let (settings, token) = (folder.join("settings.toml"), folder.join("vault-token"));
    let owner = "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a";
    let text = format!(
        "[[secret-grants]]\nprefix = 'vault://kv/team-a/'\nowners = ['{owner}']\n\
         origins = ['https://api.openai.com']\n[vault]\naddress = 'http://{}'\ntoken-file = '{}'\n\
         [[google-grants]]\nowners = ['{owner}']\nprojects = ['p']\nscopes = ['s']\n",
        vault.local_addr().unwrap(),
        token.display()
    );
    fs::write(&settings, text).unwrap();
    let installation = installation.with("FILE", settings.to_str().unwrap());
    let (found, output) = document(&installation);
    let failed: Vec<_> =
        startup_checks(&found).into_iter().filter(|(_, result, _)| result == "FAILED").collect();
    assert!(failed.len() == 1 && failed[0].0 == "vault" && failed[0].2.contains("vault-token"), "{failed:?}");
    assert_eq!(output.code, Some(78));
    write_private(&token, "s.hunter22");
    let (found, output) = document(&installation);
    assert_eq!(output.code, Some(0), "{output:?}");
    let origins = ["https://api.openai.com"];
    let grant =
        json!({"prefix": "vault://kv/team-a/", "owners": [owner], "workspaces": [], "origins": origins});
    assert_eq!(found["settings"]["secretGrants"], json!([grant]));
    let google = json!({"owners": [owner], "workspaces": [], "projects": ["p"], "scopes": ["s"]});
    assert_eq!(found["settings"]["googleGrants"], json!([google]));
    assert_eq!(found["settings"]["vault"]["tokenFile"], json!(token));
    let text = installation.run(CHECK).succeeded();
    for part in ["the token in ", "vault://kv/team-a/ for owner", "is not called", "metadata.google.internal"]
    {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
    assert!(!format!("{found}{text}").contains("hunter22"));
    assert!(vault.accept().is_err(), "the Vault was called");
}

#[test]
fn config_check_prints_effective_settings_and_their_sources() {
    let installation = sqlite().without("LISTEN").without("DATABASE_URL").with("DATA_DIR", "./here");
    let folder = installation.folder.path().canonicalize().unwrap();
    let (found, _) = document(&installation);
    let expected = json!({
        "listen": "127.0.0.1:8080",
        "allowPublicListen": false,
        "metricsListen": null,
        "publicUrl": null,
        "trustedProxies": [],
        "corsOrigins": [],
        "dataDir": folder.join("here"),
        "databaseUrl": format!("sqlite://{}", folder.join("here/registry.db").display()),
        "keyring": format!("file {}", folder.join("here/keyring").display()),
        "waitForInit": false,
        "bootstrapTokenFile": null,
        "logFormat": "text",
        "logFilter": "info,actix_server=warn",
        "workers": 2,
        "databaseConnections": 8,
        "cacheEntries": 2048,
        "maxConfigsPerOwner": 10_000,
        "maxTokensPerUser": 1000,
        "maxTotalConfigs": 0,
        "calls": 4096,
        "callsPerToken": 512,
        "callsPerUser": 1024,
        "callsPerConfig": null,
        "callRatePerToken": null,
        "callRatePerUser": null,
        "callRatePerConfig": null,
        "callBodyLimit": 32,
        "callBodiesLimit": 512,
        "shutdownTimeout": "5m",
        "shutdownDelay": null,
        "sessionIdlePrivileged": "30m",
        "sessionIdle": "8h",
        "sessionLifetime": "12h",
        "allowedHosts": [],
        "allowedNetworks": [],
        "providerCaFile": null,
        "checkEvery": null,
        "secretGrants": [],
        "vault": null,
        "googleGrants": [],
        "googleMetadataUrl": "http://metadata.google.internal",
    });
    assert_eq!(found["settings"], expected);
    assert_eq!(
        (&found["sources"]["workers"], &found["sources"]["logFormat"]),
        (&json!("variable"), &json!("default"))
    );
    // The error names the database, so that a wrong working directory is noticed.
    let database = expected["databaseUrl"].as_str().unwrap();
    installation.run(&["user", "list"]).assert_error(&["does not exist", database]);
    let installation = installation.with("CORS_ORIGINS", "https://a.example,https://b.example");
    let printed = installation.run(&["config", "check", "--allow-public-listen"]).succeeded();
    let lines: Vec<Vec<&str>> = printed.lines().map(|line| line.split_whitespace().collect()).collect();
    for line in [
        vec!["cors-origins", "variable", "https://a.example,", "https://b.example"],
        vec!["allow-public-listen", "flag", "true"],
        vec!["metrics-listen", "default", "none"],
    ] {
        assert!(lines.contains(&line), "{line:?} is not in:\n{printed}");
    }
}

#[test]
fn config_check_shows_parameters_of_database_url_without_secrets() {
    let url = "postgres://u:hunter2@127.0.0.1:1/d?sslmode=prefer&options=-csearch_path%3Da&password=hunter2";
    let installation = sqlite().without("DATABASE_URL").with("DATABASE_URL", url);
    let (found, output) = document(&installation);
    let shown = "postgres://u@127.0.0.1:1/d?sslmode=prefer&options=-csearch_path%3Da";
    assert_eq!(found["settings"]["databaseUrl"], json!(shown));
    assert!(!format!("{output:?}").contains("hunter2"), "{output:?}");
}
