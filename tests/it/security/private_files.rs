//! The program refuses files with keys, data or settings that other users may write to.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use llm_config_store::testing::{KEYRING, TestDatabase};

use crate::support::Installation;

/// Commands that use the files. The last command starts the server.
const COMMANDS: [&[&str]; 4] = [&["migrate"], &["token", "list"], &["config", "list"], &["serve"]];

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("the file exists").mode() & 0o7777
}

/// An installation with the database and the keyring in the data directory.
fn installation() -> Installation {
    Installation::with_database(TestDatabase::sqlite()).without("DATABASE_URL")
}

/// [`installation`] after one start.
pub(super) fn initialised() -> Installation {
    let installation = installation();
    installation.start().stop();
    installation
}

/// The path, mode and content of every file below a folder.
fn state(folder: &Path) -> Vec<(PathBuf, u32, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a readable directory entry").path();
        let mode = fs::symlink_metadata(&path).expect("the file exists").mode();
        if path.is_dir() {
            found.extend(state(&path));
        }
        let content = fs::read(&path).unwrap_or_default();
        found.push((path, mode, content));
    }
    found.sort();
    found
}

/// Asserts that every command fails with an error that contains each of `expected`, and changes nothing.
#[track_caller]
pub(super) fn check_refused(installation: &Installation, expected: &[&str]) {
    let before = state(installation.folder.path());
    for command in COMMANDS {
        installation.run(command).assert_error(expected);
    }
    assert!(state(installation.folder.path()) == before, "a file was changed");
}

/// Asserts that the program refuses a path with the mode `loose`, and that the command in the error corrects
/// the mode.
#[track_caller]
fn check_mode(installation: &Installation, path: &Path, loose: u32) {
    let before = mode(path);
    chmod(path, loose);
    let path_text = path.to_str().expect("a UTF-8 path");
    check_refused(installation, &[path_text, &format!("{loose:04o}"), "chmod"]);
    let error = installation.run(&["migrate"]).stderr;
    let repair = error.split('`').nth(1).expect("a command");
    assert!(Command::new("sh").args(["-c", repair]).status().expect("`sh` runs").success(), "{repair}");
    installation.run(&["migrate"]).succeeded();
    chmod(path, before);
}

#[test]
fn run_with_data_directory_that_others_may_write_to_is_refused() {
    let installation = initialised();
    for mode in [0o777, 0o770, 0o702, 0o1777] {
        if mode & 0o1000 == 0 {
            check_mode(&installation, &installation.data_dir(), mode);
        }
        chmod(&installation.data_dir(), mode);
        check_refused(&installation, &["data directory", "other users may write to"]);
    }
    for mode in [0o700, 0o750, 0o755] {
        chmod(&installation.data_dir(), mode);
        installation.start().stop();
    }
}

#[test]
fn first_start_in_directory_that_others_may_write_to_creates_nothing() {
    let installation = installation();
    fs::create_dir(installation.data_dir()).expect("a folder");
    chmod(&installation.data_dir(), 0o777);
    for command in [&["migrate"][..], &["serve"]] {
        installation.run(command).assert_error(&["data directory", "chmod 700"]);
    }
    assert_eq!(state(&installation.data_dir()), []);
}

#[test]
fn first_start_with_keys_in_writable_directory_creates_no_data_directory() {
    let loose = tempfile::tempdir().expect("a temporary directory");
    chmod(loose.path(), 0o777);
    let file = loose.path().join("keyring");
    for (name, path) in [("KEYRING_FILE", file.as_path()), ("KEYRING_DIR", loose.path())] {
        let installation = installation().with(name, path.to_str().expect("a UTF-8 path"));
        for command in [&["migrate"][..], &["serve"]] {
            installation.run(command).assert_error(&["other users may write to", "chmod 700"]);
        }
        assert!(!installation.data_dir().exists());
        assert!(!file.exists());
    }
}

#[test]
fn run_with_database_files_that_others_may_write_to_is_refused() {
    let installation = initialised();
    let database = installation.data_dir().join("registry.db");
    for mode in [0o666, 0o660, 0o606] {
        check_mode(&installation, &database, mode);
    }
    // A crashed program may leave these files, and other users could have written them.
    for companion in ["-wal", "-shm", "-journal"] {
        let path = installation.data_dir().join(format!("registry.db{companion}"));
        fs::write(&path, "").expect("a writable file");
        chmod(&path, 0o666);
        check_refused(&installation, &[path.to_str().expect("a UTF-8 path"), "0666", "chmod 600"]);
        fs::remove_file(&path).expect("the file exists");
    }
    installation.start().stop();
}

#[test]
fn run_with_database_elsewhere_that_others_may_write_to_is_refused() {
    let installation = Installation::with_database(TestDatabase::sqlite());
    installation.start().stop();
    let folder = installation.database.folder().expect("a SQLite database").to_owned();
    check_mode(&installation, &folder, 0o777);
    check_mode(&installation, &folder.join("registry.db"), 0o666);
}

#[test]
fn run_with_keys_that_others_may_write_to_is_refused() {
    let installation = initialised();
    chmod(&installation.keyring(), 0o602);
    check_refused(&installation, &["keyring", "chmod 600"]);
    let keys = tempfile::tempdir().expect("a temporary directory");
    let file = keys.path().join("ring");
    fs::copy(installation.keyring(), &file).expect("a file");
    chmod(&file, 0o600);
    let installation = installation.with("KEYRING_FILE", file.to_str().expect("a UTF-8 path"));
    installation.start().stop();
    check_mode(&installation, keys.path(), 0o770);
}

#[test]
fn run_with_key_directory_that_others_may_write_to_is_refused() {
    let keys = tempfile::tempdir().expect("a temporary directory");
    let (folder, data) = (keys.path().join("keys"), keys.path().join("keys/..data"));
    fs::create_dir_all(&data).expect("the directory is created");
    let (id, key) = KEYRING.split_once(' ').expect("a key");
    fs::write(data.join(id), key).expect("a writable file");
    // The layout of a secret that Kubernetes mounts.
    chmod(&data.join(id), 0o440);
    symlink(format!("..data/{id}"), folder.join(id)).expect("a link");
    let installation = installation().with("KEYRING_DIR", folder.to_str().expect("a UTF-8 path"));
    installation.start().stop();
    check_mode(&installation, &folder, 0o777);
    check_mode(&installation, &data, 0o775);
    chmod(&data.join(id), 0o460);
    check_refused(&installation, &[id, "0460"]);
}

#[test]
fn run_behind_links_that_others_may_replace_is_refused() {
    let installation = initialised();
    let places = tempfile::tempdir().expect("a temporary directory");
    let [good, loose] = ["good", "loose"].map(|name| places.path().join(name));
    for folder in [&good, &loose] {
        fs::create_dir(folder).expect("a folder");
        symlink(installation.data_dir(), folder.join("data")).expect("a link");
        symlink(installation.keyring(), folder.join("keyring")).expect("a link");
    }
    chmod(&loose, 0o777);
    for (folder, is_used) in [(&good, true), (&loose, false)] {
        let text = |path: PathBuf| path.to_str().expect("a UTF-8 path").to_owned();
        let url = format!("sqlite://{}", text(folder.join("data/registry.db")));
        let key = text(folder.join("keyring"));
        let at = Installation::with_database(TestDatabase::sqlite()).without("DATABASE_URL");
        for (name, value) in [("KEYRING_FILE", &key), ("DATABASE_URL", &url)] {
            let at = Installation::sharing_database(&at.database).without("DATABASE_URL");
            let keyring = text(installation.keyring());
            let at = match name {
                "DATABASE_URL" => at.with("KEYRING_FILE", &keyring),
                _ => at.with(
                    "DATABASE_URL",
                    &format!("sqlite://{}", text(installation.data_dir().join("registry.db"))),
                ),
            };
            let at = at.with(name, value);
            if is_used {
                at.run(&["token", "list"]).succeeded();
            } else {
                check_refused(&at, &[loose.to_str().expect("a UTF-8 path"), "0777"]);
            }
        }
    }
}

#[test]
fn run_with_settings_file_that_others_may_write_to_is_refused() {
    let installation = installation();
    let file = installation.folder.path().join("settings.toml");
    fs::write(&file, "log-format = 'json'\n").expect("a writable file");
    let installation = installation.with("FILE", file.to_str().expect("a UTF-8 path"));
    for (mode, is_used) in [(0o666, false), (0o664, false), (0o644, true), (0o640, true), (0o600, true)] {
        chmod(&file, mode);
        let checked = installation.run(&["config", "check"]);
        if is_used {
            checked.succeeded();
        } else {
            checked.assert_error(&["settings file", &format!("{mode:04o}"), "chmod 600"]);
        }
    }
    let url = "database-url = 'postgres://ada:hunter2@127.0.0.1:1/d'\n";
    for (text, mode, is_used) in [
        (url.to_owned(), 0o604, false),
        (url.to_owned(), 0o640, true),
        (url.replace(":hunter2", ""), 0o644, true),
    ] {
        fs::write(&file, text).expect("a writable file");
        chmod(&file, mode);
        let checked = installation.run(&["config", "check"]);
        if is_used {
            // No server listens at the address.
            assert!(checked.stdout.contains("postgres://ada@127.0.0.1:1/d"), "{checked:?}");
        } else {
            checked.assert_error(&["holds the password of the database", "chmod o-r"]);
        }
    }
}

#[test]
fn run_with_ca_file_that_others_may_write_to_is_refused() {
    let installation = initialised();
    let file = installation.folder.path().join("ca.pem");
    fs::write(&file, "").expect("a writable file");
    chmod(&file, 0o666);
    let installation = installation.with("PROVIDER_CA_FILE", file.to_str().expect("a UTF-8 path"));
    installation.run(&["serve"]).assert_error(&["CA file", "0666", "chmod 644"]);
}
