//! Tests that act as another user, and therefore run as root.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::process::Command;

use llm_config_server::cli::ExitStatus;

use super::init::{HEADER, INIT, code, uninitialised};
use super::private_files::{check_refused, initialised};
use crate::support::{Installation, Server};

/// The id of another user.
const OTHER: u32 = 65_533;

/// Sends `POST /v1/system/init` from a process of an unprivileged user; returns status and body.
fn init_as_unprivileged_user(server: &Server, headers: &[(&str, &str)]) -> (String, String) {
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "curl", "-s", "--noproxy", "*"]);
    command.args(["-X", "POST", "-w", "\n%{http_code}"]);
    for (name, value) in headers {
        command.arg("-H").arg(format!("{name}: {value}"));
    }
    let output = command.arg(format!("{}{INIT}", server.base)).output().expect("setpriv");
    assert!(output.status.success(), "needs root: {output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let (body, status) = text.rsplit_once('\n').expect("a status");
    (status.to_owned(), body.to_owned())
}

#[test]
fn init_from_process_of_other_user_requires_code() {
    for installation in uninitialised() {
        let server = installation.start();
        // The requests include one as a proxy on this machine sends it that adds no header.
        for headers in [&[][..], &[("host", "localhost")], &[(HEADER, "wrong")]] {
            let (status, body) = init_as_unprivileged_user(&server, headers);
            assert!(status == "403" && body.contains(HEADER) && !body.contains("gm_"), "{status} {body}");
        }
        let code = code(&installation);
        let (status, body) = init_as_unprivileged_user(&server, &[(HEADER, &code)]);
        assert!(status == "200" && body.contains("gm_"), "{status} {body}");
    }
}

#[test]
fn run_with_files_of_other_user_is_refused() {
    let installation = initialised();
    let data = installation.data_dir();
    for path in [data.clone(), data.join("registry.db"), data.join("keyring")] {
        let owner = fs::metadata(&path).expect("the file exists").uid();
        chown(&path, Some(OTHER), None).expect("the right of root to change owners");
        check_refused(
            &installation,
            &[path.to_str().expect("a UTF-8 path"), "65533", &format!("chown {owner}")],
        );
        chown(&path, Some(owner), None).expect("an owner");
    }
    installation.start().stop();
}

/// Runs the program as another user and returns its last line on standard error.
fn last_error_of_other_user(installation: &Installation, arguments: &str) -> String {
    let line =
        format!("setpriv --reuid={OTHER} --regid={OTHER} --clear-groups llm-config-server {arguments}");
    let output = installation.shell(&line, &[]);
    assert_eq!(output.code, Some(i32::from(ExitStatus::NoPermission.number())), "{output:?}");
    output.stderr.lines().next_back().unwrap_or_default().to_owned()
}

#[test]
fn run_without_permission_names_what_the_user_may_not_do() {
    let installation = initialised();
    let data = installation.data_dir();
    let folder = data.parent().expect("the folder of the installation").to_owned();
    // The program looks for its settings below a folder that the other user may enter.
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("a mode");
    let new = folder.join("new/data");
    let refused = last_error_of_other_user(&installation, &format!("--data-dir {}", new.display()));
    let expected =
        format!("cannot be created: the user {OTHER} may not write to the directory {}", folder.display());
    assert!(refused.ends_with(&expected), "{refused}");
    for path in [data.clone(), data.join("registry.db"), data.join("keyring")] {
        chown(&path, Some(OTHER), Some(OTHER)).expect("the right of root to change owners");
    }
    for (path, mode, action) in [
        (data.join("registry.db"), 0o400, "write to it"),
        (data.join("registry.db"), 0o000, "read it"),
        (data.join("keyring"), 0o000, "read it"),
        (data.clone(), 0o500, &format!("write to the directory {}", data.display())),
    ] {
        let before = fs::metadata(&path).expect("the file exists").permissions();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
        for command in ["user list", "serve", "config check"] {
            let refused = last_error_of_other_user(&installation, command);
            let expected = format!("the user {OTHER} may not {action}");
            assert!(refused.ends_with(&expected), "{command}: {refused}");
        }
        fs::set_permissions(&path, before).expect("a mode");
    }
}
